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
    /// When both sides last held exactly what they share, in milliseconds since 1970 UTC; absent if
    /// they never did.
    public var exactlyInStepMilliseconds: Int64?
    /// Whether both sides hold exactly what they share, as far as both have said.
    public var isInStep: Bool
    /// What waits here for the peer.
    public var queued: PeerQueue
    /// Events that the peer says it still has for this node; absent if it has not said.
    public var theirQueuedEvents: Int?
    /// Why something waits, in the order of `LateReason.Code`; empty while nothing does.
    public var reasons: [LateReason]
    /// Milliseconds by which the peer's clock is ahead of this node's; present only if that is
    /// suspect.
    public var clockAheadMilliseconds: Int64?
    /// Withdrawal notices that the peer has not acknowledged.
    public var withdrawalsOpen: Int
    /// The rule of the latest refusal, by either side.
    public var lastRefusal: String?

    /// Describes a peer's progress.
    public init(
        name: String, site: String, endpoint: String? = nil, state: PeerState,
        lastContactMilliseconds: Int64? = nil, exactlyInStepMilliseconds: Int64? = nil,
        isInStep: Bool, queued: PeerQueue, theirQueuedEvents: Int? = nil, reasons: [LateReason],
        clockAheadMilliseconds: Int64? = nil, withdrawalsOpen: Int, lastRefusal: String? = nil
    ) {
        self.name = name
        self.site = site
        self.endpoint = endpoint
        self.state = state
        self.lastContactMilliseconds = lastContactMilliseconds
        self.exactlyInStepMilliseconds = exactlyInStepMilliseconds
        self.isInStep = isInStep
        self.queued = queued
        self.theirQueuedEvents = theirQueuedEvents
        self.reasons = reasons
        self.clockAheadMilliseconds = clockAheadMilliseconds
        self.withdrawalsOpen = withdrawalsOpen
        self.lastRefusal = lastRefusal
    }
}
