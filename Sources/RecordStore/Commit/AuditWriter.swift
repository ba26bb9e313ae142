import AuditTrail
import GRDB
import Signing

/// Appends facts to the audit log, in the transaction of what they describe: entry, leaf, and the
/// tiles that are full with it. Signs the log as it then stands.
struct AuditWriter: Sendable {
    /// Entries that may wait for a signed head (`audit.md` §5).
    static let unsignedEntriesMax: UInt64 = 1_000

    private let encoder: AuditEntryEncoder
    private let signer: NoteSigner
    private let clock: @Sendable () -> AuditClock
    /// The log with what the present transaction has appended and signed.
    private(set) var standing: AuditStanding
    private var beforeFact: AuditStanding
    private var beforeTransaction: AuditStanding

    /// - Parameters:
    ///   - clock: how far the time of entries is to be trusted.
    ///   - standing: that of the stored log.
    init(
        encoder: AuditEntryEncoder, signer: NoteSigner, clock: @escaping @Sendable () -> AuditClock,
        standing: AuditStanding
    ) {
        self.encoder = encoder
        self.signer = signer
        self.clock = clock
        self.standing = standing
        beforeFact = standing
        beforeTransaction = standing
    }

    /// A fact or a transaction begins here: it may be put back.
    mutating func remember(_ extent: RollbackExtent) {
        switch extent {
        case .fact: beforeFact = standing
        case .transaction: beforeTransaction = standing
        }
    }

    /// The present fact or transaction was rolled back.
    mutating func putBack(_ extent: RollbackExtent) {
        switch extent {
        case .fact: standing = beforeFact
        case .transaction: standing = beforeTransaction
        }
    }

    /// Gives a fact its place and stores its bytes.
    mutating func append(_ fact: AuditFact, now: Int64, salt: [UInt8], _ db: Database) throws {
        let sequence = standing.edge.size
        let entry = encoder.encode(
            fact,
            at: AuditEntryEncoder.Place(
                sequence: sequence, timeMilliseconds: now, clock: clock(), salt: salt))
        let leaf = TreeHash.leaf(of: entry)
        try AuditRows.insert(entry, leaf: leaf, at: sequence, db)
        for tile in standing.edge.append(leaf) where !standing.isContradicted {
            try AuditRows.insert(tile, db)
        }
    }

    /// Signs the log as it stands, if it grew since it was signed last.
    mutating func sign(now: Int64, _ db: Database) throws {
        guard !standing.isContradicted, standing.edge.size > standing.signedSize,
            let head = LogHead(
                origin: signer.key.name, size: standing.edge.size, root: standing.edge.root)
        else { return }
        try AuditRows.insert(SignedHead(head, signer: signer), now: now, db)
        standing.signedSize = head.size
        standing.signedMilliseconds = now
    }

    /// The log contradicts a signed head.
    mutating func stopSigning() { standing.isContradicted = true }
}

extension WriterState {
    /// Writes one audit entry in the current fact.
    mutating func record(_ fact: AuditFact, _ db: Database) throws {
        try audit.append(fact, now: now(), salt: randomBytes(16), db)
    }

    /// Signs the audit log, if it grew.
    mutating func signAuditLog(_ db: Database) throws {
        try audit.sign(now: now(), db)
    }

    /// Signs the audit log once so many entries wait for it.
    mutating func signAuditLogIfDue(_ db: Database) throws {
        guard audit.standing.unsignedEntries >= AuditWriter.unsignedEntriesMax else { return }
        try signAuditLog(db)
    }
}
