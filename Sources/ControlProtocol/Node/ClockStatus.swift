/// How far a node trusts its own clock: a part of `NodeStatus`, and the answer of
/// `ControlRoute.confirmClock`.
public struct ClockStatus: Codable, Sendable, Hashable {
    /// What the node makes of its clock.
    public var state: State
    /// Milliseconds by which the machine's clock is ahead of the time that the node goes by; negative
    /// if it is behind, absent if nothing is known to be off.
    public var offMilliseconds: Int64?

    /// Describes a clock.
    public init(state: State, offMilliseconds: Int64? = nil) {
        self.state = state
        self.offMilliseconds = offMilliseconds
    }

    /// The states of a clock (`sync.md` §7).
    public enum State: String, Codable, Sendable, Hashable, CaseIterable {
        /// The machine's clock is followed.
        case steady
        /// The machine does not say that its clock is synchronised.
        case unsynchronised
        /// The clock stepped forward, and the step is not followed until the machine reports its
        /// clock synchronised or an administrator confirms it.
        case held
    }
}
