/// What an administrator should know of the clock; each is worth an audit entry. The amount is
/// always that between the wall clock and the time as it would have gone on, in milliseconds.
public enum ClockFinding: Sendable, Hashable {
    /// The wall clock went back, and the time with it.
    case steppedBack(byMilliseconds: UInt64)
    /// The wall clock went forward by little or is synchronised, and the time followed.
    case steppedForward(byMilliseconds: UInt64)
    /// The wall clock went forward, and the time goes on without it.
    case forwardHeld(byMilliseconds: UInt64)
    /// The time went forward to a wall clock that was held, since it is synchronised now or was
    /// confirmed.
    case heldFollowed(byMilliseconds: UInt64)

    /// Whether the time is corrected, so that the owner of a hybrid clock restarts it.
    public var restartsHybridClock: Bool {
        switch self {
        case .steppedBack, .heldFollowed: true
        case .steppedForward, .forwardHeld: false
        }
    }
}
