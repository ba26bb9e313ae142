/// What this node knows of its progress with one peer.
public struct PeerStatus: Codable, Sendable, Hashable {
    /// The name that the administrator gave the peer.
    public var name: String
    /// The peer's site id, as a UUID.
    public var site: String
    /// Where the peer is dialled, `host:port`; absent if it only dials in.
    public var endpoint: String?
    /// How the peer is doing.
    public var state: PeerState
    /// The last message from the peer, in milliseconds since 1970 UTC.
    public var lastContactMilliseconds: Int64?
    /// Since when both sides have held exactly what they share, in milliseconds since 1970 UTC;
    /// absent while they do not.
    public var inStepSinceMilliseconds: Int64?
    /// Events that the peer is still to get from this node.
    public var behindEvents: Int
    /// Streams that the peer must still be brought up to date with, whatever its cursor says.
    public var owedStreams: Int
    /// The rule of the latest refusal, by either side.
    public var lastRefusal: String?

    /// Describes a peer's progress.
    public init(
        name: String, site: String, endpoint: String? = nil, state: PeerState,
        lastContactMilliseconds: Int64? = nil, inStepSinceMilliseconds: Int64? = nil,
        behindEvents: Int, owedStreams: Int, lastRefusal: String? = nil
    ) {
        self.name = name
        self.site = site
        self.endpoint = endpoint
        self.state = state
        self.lastContactMilliseconds = lastContactMilliseconds
        self.inStepSinceMilliseconds = inStepSinceMilliseconds
        self.behindEvents = behindEvents
        self.owedStreams = owedStreams
        self.lastRefusal = lastRefusal
    }
}
