public import AuditTrail
public import CareRecord
public import Signing

/// Who writes to a store, and how its audit entries are made.
public struct StoreIdentity: Sendable {
    /// This node's writer.
    public var replica: Replica
    /// Signs its events.
    public var eventKey: EventKey
    /// Signs its audit log.
    public var auditKey: EventKey
    /// Cosigns peers' audit logs.
    public var witnessKey: EventKey
    /// Makes its audit entries.
    public var auditEncoder: AuditEntryEncoder
    /// Milliseconds since 1970 UTC.
    public var now: @Sendable () -> Int64
    /// How far `now` is to be trusted, for the audit log.
    public var clockTrust: @Sendable () -> AuditClock
    /// Rises whenever the wall clock was corrected: the hybrid clock then starts anew.
    public var clockLife: @Sendable () -> UInt64
    /// Draws ids and salts: the system's cryptographic generator, but where the same history is to
    /// be had again. The names of records rest on it.
    package var generator: any RandomNumberGenerator & Sendable = SystemRandomNumberGenerator()
    /// Whether SQLite works on the thread of whoever asks, which saves two changes of thread for each
    /// question: for a world in which only one thing happens at a time.
    package var worksInPlace = false
    /// How many items of one peer may wait or be set aside now, at least 1.
    package var itemsPerPeerMax: @Sendable () -> Int = { StoreLimits.itemsPerPeerMax }

    /// Assembles an identity.
    public init(
        replica: Replica, eventKey: EventKey, auditKey: EventKey, witnessKey: EventKey,
        auditEncoder: AuditEntryEncoder, now: @escaping @Sendable () -> Int64,
        clockTrust: @escaping @Sendable () -> AuditClock = { .unsynchronised },
        clockLife: @escaping @Sendable () -> UInt64 = { 0 }
    ) {
        self.replica = replica
        self.eventKey = eventKey
        self.auditKey = auditKey
        self.witnessKey = witnessKey
        self.auditEncoder = auditEncoder
        self.now = now
        self.clockTrust = clockTrust
        self.clockLife = clockLife
    }

    /// The audit key under the name of its log.
    var auditSigner: NoteSigner? {
        NoteSigner(name: LogHead.origin(of: replica), job: .log, secret: auditKey)
    }

    /// The witness key under the site's name as a witness.
    var witnessSigner: NoteSigner? {
        NoteSigner(
            name: NoteKey.witnessName(of: replica.site), job: .witness, secret: witnessKey)
    }
}
