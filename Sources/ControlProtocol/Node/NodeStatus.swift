/// One screen about the node: the answer of `ControlRoute.status`.
public struct NodeStatus: Codable, Sendable, Hashable {
    /// The site's id, as a UUID.
    public var site: String
    /// The site's display name.
    public var name: String
    /// The present replica, as text.
    public var replica: String
    /// The fingerprint of the present TLS key, as peers are told it.
    public var fingerprint: String
    /// Where the peer port listens, `host:port`.
    public var listening: String
    /// The service's version.
    public var version: String
    /// Whole seconds since the service started.
    public var uptimeSeconds: Int
    /// Patients held, own and others'.
    public var patients: Int
    /// Events held.
    public var events: Int
    /// Resources in the present view.
    public var resources: Int
    /// Events that wait for one they depend on.
    public var pending: Int
    /// Items kept in quarantine.
    public var quarantine: Int
    /// Bytes of the database and its write-ahead log.
    public var databaseBytes: Int
    /// The peers, by name.
    public var peers: [PeerStatus]

    /// Describes a node.
    public init(
        site: String, name: String, replica: String, fingerprint: String, listening: String,
        version: String, uptimeSeconds: Int, patients: Int, events: Int, resources: Int,
        pending: Int, quarantine: Int, databaseBytes: Int, peers: [PeerStatus]
    ) {
        self.site = site
        self.name = name
        self.replica = replica
        self.fingerprint = fingerprint
        self.listening = listening
        self.version = version
        self.uptimeSeconds = uptimeSeconds
        self.patients = patients
        self.events = events
        self.resources = resources
        self.pending = pending
        self.quarantine = quarantine
        self.databaseBytes = databaseBytes
        self.peers = peers
    }
}
