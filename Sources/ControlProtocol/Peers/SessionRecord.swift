/// One of the last sessions with a peer.
public struct SessionRecord: Codable, Sendable, Hashable {
    /// The session's id in hexadecimal.
    public var session: String
    /// When it began, in milliseconds since 1970 UTC.
    public var startedMilliseconds: Int64
    /// When it ended, in milliseconds since 1970 UTC; absent while it goes on.
    public var endedMilliseconds: Int64?
    /// Whether this node dialled.
    public var dialledByUs: Bool
    /// The position of this node's feed that the peer had acknowledged at the end.
    public var ourPosition: Int
    /// The position of the peer's feed that this node had answered at the end.
    public var theirPosition: Int
    /// Events that were sent.
    public var sentEvents: Int
    /// Events that were received.
    public var receivedEvents: Int
    /// Why it ended, in the protocol's words; absent while it goes on or if it just stopped.
    public var end: String?

    /// Describes a session.
    public init(
        session: String, startedMilliseconds: Int64, endedMilliseconds: Int64? = nil,
        dialledByUs: Bool, ourPosition: Int, theirPosition: Int, sentEvents: Int,
        receivedEvents: Int, end: String? = nil
    ) {
        self.session = session
        self.startedMilliseconds = startedMilliseconds
        self.endedMilliseconds = endedMilliseconds
        self.dialledByUs = dialledByUs
        self.ourPosition = ourPosition
        self.theirPosition = theirPosition
        self.sentEvents = sentEvents
        self.receivedEvents = receivedEvents
        self.end = end
    }
}
