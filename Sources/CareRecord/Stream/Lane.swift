/// In which order streams are brought up to date at a peer (`sync.md` §5); the code travels.
///
/// Ordered by precedence: what compares less goes first.
public enum Lane: UInt8, Sendable, Hashable, CaseIterable {
    /// Streams in which something urgent happened: every event of them that the peer lacks.
    case urgent = 1
    /// What the change feed brings, and what of it was put off.
    case current = 2
    /// Streams that were granted after their events had been accepted here.
    case backfill = 3
}

extension Lane: Comparable {
    public static func < (left: Lane, right: Lane) -> Bool { left.rawValue < right.rawValue }
}
