/// A peer as it is enrolled.
public struct PeerSummary: Codable, Sendable, Hashable {
    /// The name that the administrator gave the peer.
    public var name: String
    /// The peer's site id, as a UUID.
    public var site: String
    /// What the peer's node card calls the site.
    public var siteName: String
    /// Where the peer is dialled, `host:port`; absent if it only dials in.
    public var endpoint: String?
    /// The fingerprint that the peer's TLS key must have.
    public var fingerprint: String
    /// How the peer is doing.
    public var state: PeerState
    /// When the peer was added, in milliseconds since 1970 UTC.
    public var addedMilliseconds: Int64

    /// Describes a peer.
    public init(
        name: String, site: String, siteName: String, endpoint: String? = nil,
        fingerprint: String, state: PeerState, addedMilliseconds: Int64
    ) {
        self.name = name
        self.site = site
        self.siteName = siteName
        self.endpoint = endpoint
        self.fingerprint = fingerprint
        self.state = state
        self.addedMilliseconds = addedMilliseconds
    }
}

/// A peer to add: the body of `ControlRoute.addPeer`.
///
/// The node dials the endpoint, accepts no other key than the pinned one, fetches the node card
/// and checks it before it answers.
public struct PeerAddition: Codable, Sendable, Hashable {
    /// The name by which commands will call the peer; unique on this node.
    public var name: String
    /// Where the peer listens, `host:port`.
    public var endpoint: String
    /// The fingerprint of the peer's TLS key, as its administrator read it out.
    public var fingerprint: String

    /// Describes the peer.
    public init(name: String, endpoint: String, fingerprint: String) {
        self.name = name
        self.endpoint = endpoint
        self.fingerprint = fingerprint
    }
}
