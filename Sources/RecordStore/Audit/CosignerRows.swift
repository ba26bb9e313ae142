import AuditTrail
import CareRecord
import Foundation
import GRDB
import Signing

/// Rows of `cosigner` and `audit_contradiction`: what peers, as witnesses, hold of this log.
enum CosignerRows {
    /// What is known of one witness.
    struct Item {
        /// The largest head that it cosigned; 0 before.
        var size: UInt64 = 0
        /// The size from which it wants to be shown that the log grew.
        var base: UInt64 = 0
    }

    /// Heads that are kept that this log contradicts.
    private static let contradictionsMax = 16

    /// What is known of a witness; of one that never answered, nothing.
    static func item(_ peer: Int64, _ db: Database) throws -> Item {
        let row = try Row.fetchOne(
            try db.cachedStatement(sql: "SELECT size, base FROM cosigner WHERE peer = ?"),
            arguments: [peer])
        guard let row else { return Item() }
        let (size, base): (Int64, Int64) = (row[0], row[1])
        return Item(size: UInt64(size), base: UInt64(base))
    }

    /// A witness cosigned a head.
    static func noteCosigned(
        _ peer: Int64, size: UInt64, by key: NoteKey, now: Int64, _ db: Database
    ) throws {
        try db.cachedStatement(
            sql: """
                INSERT INTO cosigner (peer, key, size, cosigned, base, status, answered)
                VALUES (?1, ?2, ?3, ?4, ?3, 200, ?4)
                ON CONFLICT (peer) DO UPDATE SET key = ?2, size = max(size, ?3), cosigned = ?4,
                  base = ?3, status = 200, answered = ?4
                """
        ).execute(arguments: [peer, key.text, Int64(size), now])
    }

    /// A witness answered otherwise.
    ///
    /// - Parameter base: the size that it named, if the log reaches there.
    static func note(
        _ peer: Int64, status: Int, base: UInt64?, now: Int64, _ db: Database
    ) throws {
        try db.cachedStatement(
            sql: """
                INSERT INTO cosigner (peer, base, status, answered)
                VALUES (?1, coalesce(?2, 0), ?3, ?4)
                ON CONFLICT (peer) DO UPDATE SET base = coalesce(?2, base), status = ?3,
                  answered = ?4, fallen = CASE WHEN ?2 < size THEN size ELSE fallen END
                """
        ).execute(arguments: [peer, base.map { Int64($0) }, status, now])
    }

    /// Keeps a head that this log lacks or contradicts.
    ///
    /// - Returns: whether it is new, and there was room.
    static func keepContradiction(
        _ head: SignedHead, shownBy peer: Int64, now: Int64, _ db: Database
    ) throws -> Bool {
        try db.execute(
            sql: """
                INSERT OR IGNORE INTO audit_contradiction (note, size, peer, seen)
                SELECT ?1, ?2, ?3, ?4
                WHERE (SELECT count(*) FROM audit_contradiction) < ?5
                """,
            arguments: [
                Data(head.encoded), Int64(head.head.size), peer, now, contradictionsMax,
            ])
        return db.changesCount > 0
    }

    /// The heads that this log lacks or contradicts, ascending by size.
    static func contradictions(_ db: Database) throws -> [[UInt8]] {
        try Data.fetchAll(
            try db.cachedStatement(
                sql: "SELECT note FROM audit_contradiction ORDER BY size, note")
        ).map { Array($0) }
    }

    /// What the entry about such a head says first of what a witness has shown.
    static let contradictionMark = "head of size "

    /// Whether a witness has shown such a head: it is kept, or an entry says so.
    static func hasContradictions(_ db: Database) throws -> Bool {
        try Bool.fetchOne(
            db,
            sql: """
                SELECT EXISTS (SELECT 1 FROM audit_contradiction) OR EXISTS (
                  SELECT 1 FROM audit INDEXED BY audit_alarm
                  WHERE \(AuditIndexes.isAlarm) AND instr(entry, ?) > 0)
                """, arguments: [Data("\"reason\":\"witness: \(contradictionMark)".utf8)]) ?? false
    }

    /// The first size that a witness is said to have cosigned although no cosignature by one of its
    /// keys is with the head of that size; `nil` if there is none.
    static func unfoundedSize(_ db: Database) throws -> UInt64? {
        let peers = try Row.fetchAll(
            db,
            sql: """
                SELECT cosigner.size, peer.site FROM cosigner JOIN peer ON peer.id = cosigner.peer
                WHERE cosigner.size > 0
                """
        ).map { row -> (Int64, [NoteKey]) in
            let site = SiteID(bytes: row[1] as Data)
            return (row[0], try site.map { try CardRows.witnessKeys(ofSite: $0, db) } ?? [])
        }
        let configured = try Row.fetchAll(
            db, sql: "SELECT size, key FROM configured_witness WHERE size > 0"
        ).map { row -> (Int64, [NoteKey]) in (row[0], [key(row[1])].compactMap(\.self)) }
        return try (peers + configured).filter { size, keys in
            guard let head = try head(size: size, db) else { return true }
            return !keys.contains(where: head.isCosigned)
        }.map { UInt64($0.0) }.min()
    }

    /// A site has other cards now: what it cosigned with a key that none of them has counts no more.
    static func forgetReplacedKey(ofSite site: SiteID, _ db: Database) throws {
        let row = try Row.fetchOne(
            try db.cachedStatement(
                sql: """
                    SELECT cosigner.peer, cosigner.key FROM cosigner
                    JOIN peer ON peer.id = cosigner.peer
                    WHERE peer.site = ? AND cosigner.key IS NOT NULL
                    """), arguments: [Data(site.bytes)])
        guard let row else { return }
        let known = try CardRows.witnessKeys(ofSite: site, db).map(\.text)
        guard !known.contains(row[1]) else { return }
        try db.execute(
            sql: "UPDATE cosigner SET key = NULL, size = 0, cosigned = NULL WHERE peer = ?",
            arguments: [row[0] as Int64])
    }

    private static func head(size: Int64, _ db: Database) throws -> SignedHead? {
        try AuditRows.note(size: UInt64(size), db).flatMap { SignedHead(stored: $0) }
    }

    /// The keys of the witnesses that have cosigned this log, those of the configuration first, then
    /// peers in the order of their enrolment; at most as many as a log is checked with beside its
    /// own. A row that somebody changed makes no witness: a peer's key is one of its node cards.
    static func keys(_ db: Database) throws -> [NoteKey] {
        let rows = try Row.fetchAll(
            try db.cachedStatement(
                sql: """
                    SELECT cosigner.key, peer.site FROM cosigner
                    JOIN peer ON peer.id = cosigner.peer
                    WHERE cosigner.key IS NOT NULL ORDER BY peer LIMIT ?
                    """), arguments: [LogLimits.keysMax - 1])
        let peers = try rows.compactMap { row -> NoteKey? in
            guard let key = key(row[0]), let site = SiteID(bytes: row[1] as Data) else {
                return nil
            }
            return try CardRows.witnessKeys(ofSite: site, db).contains(key) ? key : nil
        }
        let configured = try ConfiguredWitnessRows.cosigningKeys(db).compactMap(key)
            .filter { $0.job == .witness }
        return Array((configured + peers).prefix(LogLimits.keysMax - 1))
    }

    private static func key(_ text: String) -> NoteKey? {
        do throws(LogRefusal) {
            return try NoteKey(text: text)
        } catch {
            return nil
        }
    }

    /// The largest heads that peers which are not revoked, and configured witnesses, have cosigned,
    /// descending; 0 for one that has cosigned none.
    static func sizes(_ db: Database) throws -> [UInt64] {
        try Int64.fetchAll(
            try db.cachedStatement(
                sql: """
                    SELECT coalesce(cosigner.size, 0) FROM peer
                    LEFT JOIN cosigner ON cosigner.peer = peer.id
                    WHERE peer.revoked IS NULL
                    UNION ALL
                    SELECT size FROM configured_witness WHERE \(ConfiguredWitnessRows.counting)
                    ORDER BY 1 DESC
                    """)
        ).map { UInt64($0) }
    }
}

extension AuditRows {
    /// The signed head of a size; `nil` if none was signed.
    static func note(size: UInt64, _ db: Database) throws -> [UInt8]? {
        try Data.fetchOne(
            try db.cachedStatement(sql: "SELECT note FROM audit_head WHERE size = ?"),
            arguments: [Int64(size)]
        ).map { Array($0) }
    }

    /// Puts cosignatures under a head.
    static func update(_ head: SignedHead, _ db: Database) throws {
        try db.cachedStatement(sql: "UPDATE audit_head SET note = ? WHERE size = ?")
            .execute(arguments: [Data(head.encoded), Int64(head.head.size)])
    }

    /// When the first head past a size was signed, in milliseconds since 1970 UTC; `nil` without
    /// one.
    static func signed(past size: UInt64, _ db: Database) throws -> Int64? {
        try Int64.fetchOne(
            try db.cachedStatement(
                sql: "SELECT signed FROM audit_head WHERE size > ? ORDER BY size LIMIT 1"),
            arguments: [Int64(size)])
    }
}
