/// Everything that an administrator decides about a node: `/etc/accord/accord.yaml` with what the
/// environment and the command line say otherwise.
///
/// `ConfigurationTable` lists the keys. Secrets are no part of it: they come from the service
/// manager's credentials or from files of their own.
public struct NodeConfiguration: Sendable, Hashable {
    /// What other sites call this one (`site.name`).
    public var siteName = ""
    /// The site's postal address on one line; may be empty (`site.postal_address`).
    public var sitePostalAddress = ""
    /// Folder of the database and the keys (`data_directory`).
    public var dataDirectory = "/var/lib/accord"
    /// Folder of the high-water file, outside of the data directory (`high_water_directory`).
    public var highWaterDirectory = "/var/lib/accord-highwater"
    /// Path of the control socket (`control.socket`).
    public var controlSocket = "/run/accord/control.sock"
    /// Where peers connect (`peer.listen`).
    public var peerListen = NetworkAddress(host: "0.0.0.0", port: 7_443)
    /// Where peers reach this node, the most wanted first (`peer.advertise`).
    public var peerAdvertise: [NetworkAddress] = []
    /// Largest body between nodes, in bytes (`peer.body_max`).
    public var peerBodyBytesMax = 10 << 20
    /// Connections of all peers together (`peer.connections_max`).
    public var peerConnectionsMax = 64
    /// Where clients speak FHIR with the node; `nil`: nowhere (`fhir.listen`).
    public var fhirListen: NetworkAddress?
    /// Which clients may; empty while there is no such door (`fhir.clients_file`).
    public var fhirClientsFile = ""
    /// Largest body of a client's request, in bytes (`fhir.body_max`).
    public var fhirBodyBytesMax = 10 << 20
    /// Largest file of one import, in bytes (`import.body_max`).
    public var importBodyBytesMax = 256 << 20
    /// How many witnesses must have cosigned a head of the audit log (`audit.quorum`).
    public var auditQuorum = 1
    /// Witnesses that are no peers (`audit.witnesses`).
    public var auditWitnesses: [WitnessAddress] = []
    /// Authorities that certify them; empty for those of the machine (`audit.ca_file`).
    public var auditCAFile = ""
    /// The least that `audit.retention_years` may be: 45 CFR 164.528 asks for six years.
    public static let auditRetentionYearsMin = 6
    /// How old entries of the audit log must be to be pruned, in years (`audit.retention_years`).
    public var auditRetentionYears = 6
    /// How long an idle request waits for news (`sync.wait`).
    public var syncWait: Duration = .seconds(30)
    /// First delay after a failed attempt (`sync.retry_min`).
    public var syncRetryMin: Duration = .seconds(1)
    /// Longest delay between attempts (`sync.retry_max`).
    public var syncRetryMax: Duration = .seconds(300)
    /// The least severe message that is logged (`log.level`).
    public var logLevel = NodeLogLevel.info

    /// The path that is read unless another is named.
    public static let defaultPath = "/etc/accord/accord.yaml"

    /// The defaults; without a site name they are not yet a valid configuration.
    public init() {}
}
