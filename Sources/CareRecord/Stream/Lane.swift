/// How urgently a stream travels to a peer; the number travels.
///
/// Lanes order streams, not single events: an urgent event takes along every event of its stream
/// that the peer lacks. The more urgent lane is the smaller one.
public enum Lane: UInt8, Sendable, Hashable, CaseIterable, Comparable {
    /// Stops, allergies, crisis content, withdrawals, asks: before everything else.
    case urgent = 1
    /// What happens now.
    case current = 2
    /// What a new grant brings along.
    case backfill = 3

    /// Whether the left lane goes before the right one.
    public static func < (left: Lane, right: Lane) -> Bool { left.rawValue < right.rawValue }
}
