/// Events of a peer that wait here for one reason.
public struct PendingCount: Codable, Sendable, Hashable {
    /// What they wait for: `event`, `card` or `erasure`.
    public var reason: String
    /// The number, at least 1.
    public var count: Int
    /// When the oldest arrived, in milliseconds since 1970 UTC.
    public var oldestMilliseconds: Int64

    /// Describes what waits.
    public init(reason: String, count: Int, oldestMilliseconds: Int64) {
        self.reason = reason
        self.count = count
        self.oldestMilliseconds = oldestMilliseconds
    }
}
