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
    /// Events written here that no peer has acknowledged: what would be lost if this site died now.
    public var eventsOnlyHere: Int
    /// Resources in the present view.
    public var resources: Int
    /// Events that wait for one they depend on.
    public var pending: Int
    /// When the oldest of them arrived, in milliseconds since 1970 UTC; absent if none waits.
    public var pendingOldestMilliseconds: Int64?
    /// Open items in quarantine.
    public var quarantine: Int
    /// Bytes of the database and its write-ahead log.
    public var databaseBytes: Int
    /// How far the audit log is signed and witnessed.
    public var audit: AuditStatus
    /// How far this node trusts its clock.
    public var clock: ClockStatus
    /// What an administrator should look at, the most pressing first.
    public var alarms: [NodeAlarm]
    /// The peers, by name.
    public var peers: [PeerStatus]

    /// Describes a node.
    public init(
        site: String, name: String, replica: String, fingerprint: String, listening: String,
        version: String, uptimeSeconds: Int, patients: Int, events: Int, eventsOnlyHere: Int,
        resources: Int, pending: Int, pendingOldestMilliseconds: Int64? = nil, quarantine: Int,
        databaseBytes: Int, audit: AuditStatus, clock: ClockStatus, alarms: [NodeAlarm],
        peers: [PeerStatus]
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
        self.eventsOnlyHere = eventsOnlyHere
        self.resources = resources
        self.pending = pending
        self.pendingOldestMilliseconds = pendingOldestMilliseconds
        self.quarantine = quarantine
        self.databaseBytes = databaseBytes
        self.audit = audit
        self.clock = clock
        self.alarms = alarms
        self.peers = peers
    }
}
