/// How often one side refused something of the other for one reason.
public struct RefusalCount: Codable, Sendable, Hashable {
    /// The rule, in the protocol's words.
    public var reason: String
    /// Whose input it was.
    public var direction: Direction
    /// The number, at least 1.
    public var count: Int
    /// The latest, in milliseconds since 1970 UTC.
    public var lastMilliseconds: Int64

    /// Describes refusals.
    public init(reason: String, direction: Direction, count: Int, lastMilliseconds: Int64) {
        self.reason = reason
        self.direction = direction
        self.count = count
        self.lastMilliseconds = lastMilliseconds
    }

    /// The directions.
    public enum Direction: String, Codable, Sendable, Hashable, CaseIterable {
        /// The peer sent it, and this node refused it.
        case incoming = "in"
        /// This node sent it, and the peer refused it.
        case outgoing = "out"
    }
}
