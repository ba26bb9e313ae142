/// One peer with everything that explains its progress: the answer of `ControlRoute.showPeer`,
/// `pausePeer` and `limitPeer`.
public struct PeerDetail: Codable, Sendable, Hashable {
    /// The peer as it is enrolled.
    public var summary: PeerSummary
    /// Its progress.
    public var status: PeerStatus
    /// What an administrator allows it.
    public var traffic: PeerTraffic
    /// The agreements with it, in the order of their numbers; withdrawn ones too.
    public var shares: [ShareSummary]
    /// The last sessions, the newest first; at most 50.
    public var sessions: [SessionRecord]
    /// What was refused, sorted by direction, then reason.
    public var refusals: [RefusalCount]
    /// Events of the peer that wait here, sorted by reason.
    public var pending: [PendingCount]
    /// Deliveries that were sent and are not answered yet.
    public var inFlightDeliveries: Int

    /// Describes a peer.
    public init(
        summary: PeerSummary, status: PeerStatus, traffic: PeerTraffic, shares: [ShareSummary],
        sessions: [SessionRecord], refusals: [RefusalCount], pending: [PendingCount],
        inFlightDeliveries: Int
    ) {
        self.summary = summary
        self.status = status
        self.traffic = traffic
        self.shares = shares
        self.sessions = sessions
        self.refusals = refusals
        self.pending = pending
        self.inFlightDeliveries = inFlightDeliveries
    }
}

/// Names one peer: the body of `ControlRoute.showPeer`.
public struct PeerReference: Codable, Sendable, Hashable {
    /// The name that the administrator gave the peer.
    public var name: String

    /// Names a peer.
    public init(name: String) {
        self.name = name
    }
}
