import AuditTrail
import Foundation
import GRDB

/// What a peer, as a witness, holds of this log.
public struct CosignerRecord: Sendable, Hashable {
    /// What this site calls the peer.
    public var peerName: String
    /// The largest head that it cosigned; 0 before.
    public var size: UInt64
    /// When its last cosignature came, in milliseconds since 1970 UTC.
    public var cosignedMilliseconds: Int64?
    /// The status of its last answer, 0 for one that meant nothing; `nil` before.
    public var status: Int?
    /// What it had cosigned when it named a smaller size; `nil` if it never did.
    public var fallenSize: UInt64?
    /// Whether it has not been shown everything again since then.
    public var isBehindItself: Bool
    /// Sizes of heads that it showed and that this log lacks or contradicts, ascending.
    public var contradictions: [UInt64] = []
}

/// A log of a peer that this node witnesses.
public struct WitnessedRecord: Sendable, Hashable {
    /// What this site calls the peer.
    public var peerName: String
    /// The log's name.
    public var origin: String
    /// The head that was cosigned last.
    public var size: UInt64
    /// When the first head came, in milliseconds since 1970 UTC.
    public var begunMilliseconds: Int64
    /// When the last head was cosigned, in milliseconds since 1970 UTC.
    public var cosignedMilliseconds: Int64
    /// The verifier key that signs it, as the peer's node card had it at the first head.
    public var key: String
    /// Sizes of heads that its key signed and that do not follow on what was cosigned, ascending.
    public var evidence: [UInt64] = []
}

/// Who witnesses whom.
public struct WitnessOverview: Sendable, Hashable {
    /// Every peer that is not revoked, ascending by name.
    public var cosigners: [CosignerRecord]
    /// Every log that is witnessed here, by peer and then in the order of their first heads.
    public var witnessed: [WitnessedRecord]
    /// The keys to check this log by, as an export has them.
    public var keys: [UInt8]
}

extension SiteStore {
    /// What peers hold of this log as witnesses, and what this node holds of theirs.
    public func witnessOverview() async throws -> WitnessOverview {
        try await read("read who witnesses whom") { db in
            let cosigners = try Row.fetchAll(
                db,
                sql: """
                    SELECT peer.id, peer.name, coalesce(size, 0), cosigned, status, fallen,
                      coalesce(base < size, 0)
                    FROM peer LEFT JOIN cosigner ON cosigner.peer = peer.id
                    WHERE peer.revoked IS NULL ORDER BY peer.name
                    """
            ).map { row in
                var record = CosignerRecord(row)
                record.contradictions = try Self.sizes(
                    "SELECT size FROM audit_contradiction WHERE peer = ? ORDER BY size", row[0], db)
                return record
            }
            let witnessed = try Row.fetchAll(
                db,
                sql: """
                    SELECT witnessed.id, peer.name, origin, size, begun, witnessed.cosigned,
                      witnessed.key
                    FROM witnessed JOIN peer ON peer.id = witnessed.peer
                    ORDER BY peer.name, witnessed.id
                    """
            ).map { row in
                var record = WitnessedRecord(row)
                record.evidence = try Self.sizes(
                    "SELECT size FROM witness_evidence WHERE witnessed = ? ORDER BY size", row[0],
                    db)
                return record
            }
            return WitnessOverview(
                cosigners: cosigners, witnessed: witnessed, keys: try auditKeys(db).encoded)
        }
    }

    private static func sizes(_ sql: String, _ id: Int64, _ db: Database) throws -> [UInt64] {
        try Int64.fetchAll(db, sql: sql, arguments: [id]).map { UInt64($0) }
    }
}

extension CosignerRecord {
    fileprivate init(_ row: Row) {
        let (size, fallen): (Int64, Int64?) = (row[2], row[5])
        self.init(
            peerName: row[1], size: UInt64(size), cosignedMilliseconds: row[3], status: row[4],
            fallenSize: fallen.map { UInt64($0) }, isBehindItself: row[6])
    }
}

extension WitnessedRecord {
    fileprivate init(_ row: Row) {
        let size: Int64 = row[3]
        self.init(
            peerName: row[1], origin: row[2], size: UInt64(size), begunMilliseconds: row[4],
            cosignedMilliseconds: row[5], key: row[6])
    }
}
