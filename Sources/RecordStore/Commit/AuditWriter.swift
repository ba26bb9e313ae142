import AuditTrail
import GRDB
import Signing

/// Appends facts to the audit log, in the transaction of what they describe: entry, leaf, and the
/// tiles that are full with it.
struct AuditWriter: Sendable {
    private let encoder: AuditEntryEncoder
    /// The right edge of the tree, with what the present transaction has appended.
    private(set) var edge: MerkleEdge
    private var edgeBeforeFact: MerkleEdge
    private var edgeBeforeTransaction: MerkleEdge

    /// - Parameter edge: that of the stored log.
    init(encoder: AuditEntryEncoder, edge: MerkleEdge) {
        self.encoder = encoder
        self.edge = edge
        edgeBeforeFact = edge
        edgeBeforeTransaction = edge
    }

    /// A fact or a transaction begins here: it may be put back.
    mutating func remember(_ extent: RollbackExtent) {
        switch extent {
        case .fact: edgeBeforeFact = edge
        case .transaction: edgeBeforeTransaction = edge
        }
    }

    /// The present fact or transaction was rolled back.
    mutating func putBack(_ extent: RollbackExtent) {
        switch extent {
        case .fact: edge = edgeBeforeFact
        case .transaction: edge = edgeBeforeTransaction
        }
    }

    /// Gives a fact its place and stores its bytes.
    mutating func append(_ fact: AuditFact, now: Int64, salt: [UInt8], _ db: Database) throws {
        let sequence = edge.size
        let entry = encoder.encode(
            fact,
            at: AuditEntryEncoder.Place(
                sequence: sequence, timeMilliseconds: now, clock: "unsynchronised", salt: salt))
        let leaf = TreeHash.leaf(of: entry)
        try AuditRows.insert(entry, leaf: leaf, at: sequence, db)
        for tile in edge.append(leaf) {
            try AuditRows.insert(tile, db)
        }
    }
}

extension WriterState {
    /// Writes one audit entry in the current fact.
    mutating func record(_ fact: AuditFact, _ db: Database) throws {
        try audit.append(fact, now: now(), salt: randomBytes(16), db)
    }
}
