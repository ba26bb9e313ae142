/// Why something waits on its way to a peer or from it: a part of `PeerStatus`.
public struct LateReason: Codable, Sendable, Hashable {
    /// The reason's stable name: a raw value of `Code`, or one that a later release adds.
    public var code: String
    /// How many events wait for it, or streams where the code says so; 0 where the reason stops
    /// everything and nothing is counted.
    public var count: Int
    /// The reason in one sentence, without its count; never content of a record.
    public var text: String

    /// Describes a reason.
    public init(code: String, count: Int, text: String) {
        self.code = code
        self.count = count
        self.text = text
    }

    /// Describes a reason in the words of its code.
    public init(_ code: Code, count: Int) {
        self.init(code: code.rawValue, count: count, text: code.text)
    }

    /// The reasons that there are, those that stop everything first. This is the order in which
    /// they are shown.
    public enum Code: String, Codable, Sendable, Hashable, CaseIterable {
        /// The peer's entitlement was withdrawn.
        case revoked
        /// An administrator paused the peer.
        case paused
        /// A certificate of either side has expired.
        case certExpired = "cert-expired"
        /// The clocks are too far apart for a session.
        case clock
        /// The two sides have no version of the protocol in common.
        case version
        /// One side turned the other away.
        case refused
        /// Nobody answers at the peer's endpoint.
        case unreachable
        /// This node has no room and takes nothing.
        case diskFull = "disk-full"
        /// The peer has no room and takes nothing, or not all.
        case peerFull = "peer-full"
        /// It is outside the peer's time windows.
        case window
        /// The peer's limit of bytes a second is used up.
        case bandwidth
        /// Streams that one side has not announced to the other yet; counts streams.
        case notAnnounced = "not-announced"
        /// The job of a grant goes on; counts streams.
        case granting
        /// Streams that were granted lately go out after what is current.
        case backfill
        /// Another site sends the same events to the peer directly.
        case heldBack = "held-back"
        /// Sent, and not answered yet.
        case inFlight = "in-flight"
        /// Received, and waiting for an event that is not here yet.
        case waitingEvent = "waiting-event"
        /// Received, and waiting for its author's node card.
        case waitingCard = "waiting-card"
        /// Received without a value, and waiting for the event that erased it.
        case waitingErasure = "waiting-erasure"
    }
}
