import AuditTrail
import Foundation
import GRDB
import Signing

/// What is kept of the pruned part of the log: the place of the entry about it, hashes of the tree
/// that nothing else gives, and how many events its entries told of.
enum AuditPruneRows {
    /// The pruned part as its entry describes it; `nil` without one.
    static func part(_ db: Database) throws -> AuditPruneRecord? {
        let row = try Row.fetchOne(
            try db.cachedStatement(
                sql: """
                    SELECT json_extract(text, '$.data.events'), json_extract(text, '$.data.digest'),
                      json_extract(text, '$.time')
                    FROM (SELECT CAST(audit.entry AS TEXT) AS text FROM audit_prune
                      JOIN audit ON audit.seq = audit_prune.entry)
                    WHERE json_valid(text) AND json_extract(text, '$.kind') = 'prune'
                    """))
        guard let row, let minimum = row[0] as Int64?, let digest = row[1] as String?,
            let milliseconds = row[2] as Int64?
        else { return nil }
        return AuditPruneRecord(
            minimum: UInt64(max(0, minimum)), digest: digest, milliseconds: milliseconds)
    }

    /// The first entry of a range that is not older than a moment, in milliseconds since 1970 UTC;
    /// `nil` if all are older.
    static func firstEntry(
        notBefore moment: Int64, in range: Range<UInt64>, _ db: Database
    ) throws -> UInt64? {
        try Int64.fetchOne(
            db,
            sql: """
                SELECT seq FROM audit WHERE seq >= ? AND seq < ?
                  AND json_extract(CAST(entry AS TEXT), '$.time') >= ?
                ORDER BY seq LIMIT 1
                """,
            arguments: [Int64(range.lowerBound), Int64(range.upperBound), moment]
        ).map { UInt64($0) }
    }

    /// When the first entry was written that is still here; `nil` if it cannot be read.
    static func firstMilliseconds(_ db: Database) throws -> Int64? {
        try Int64.fetchOne(
            db,
            sql: """
                SELECT json_extract(text, '$.time')
                FROM (SELECT CAST(entry AS TEXT) AS text FROM audit ORDER BY seq LIMIT 1)
                WHERE json_valid(text)
                """)
    }

    /// Drops entries and the tiles of level 0 over them.
    ///
    /// - Parameters:
    ///   - range: multiples of 256; the first is the first entry that is there.
    ///   - entry: the place of the entry about it.
    static func drop(_ range: Range<UInt64>, entry: UInt64, _ db: Database) throws {
        let tiles = range.lowerBound / 256..<range.upperBound / 256
        for index in tiles {
            let root = MerkleTiles.root(
                ofTile: try AuditRows.hashes(of: TileID(level: 0, index: index), db))
            try db.cachedStatement(sql: "INSERT INTO audit_pruned_tile (id, root) VALUES (?, ?)")
                .execute(arguments: [Int64(index), Data(root.bytes)])
        }
        try keepCounts(before: range.upperBound, db)
        try db.execute(
            sql: "DELETE FROM audit WHERE seq < ?", arguments: [Int64(range.upperBound)])
        try db.execute(
            sql: "DELETE FROM audit_tile WHERE id < ?", arguments: [Int64(tiles.upperBound)])
        // A full tile above gives these hashes itself.
        try db.execute(
            sql: """
                DELETE FROM audit_pruned_tile
                WHERE (1 << 56) + id / 256 IN (SELECT audit_tile.id FROM audit_tile)
                """)
        try db.execute(
            sql: "INSERT OR REPLACE INTO audit_prune (id, entry) VALUES (1, ?)",
            arguments: [Int64(entry)])
    }

    /// Adds up of how many events the entries told that go, by where the events came from and by
    /// patient.
    private static func keepCounts(before end: UInt64, _ db: Database) throws {
        try db.execute(
            sql: """
                INSERT INTO audit_pruned_event (site, patient, events)
                SELECT iif(json_extract(text, '$.kind') = 'write', '',
                    coalesce(json_extract(text, '$.from.site'), '')),
                  coalesce(json_extract(text, '$.patient'), ''),
                  sum(json_extract(text, '$.data.events'))
                FROM (SELECT CAST(entry AS TEXT) AS text FROM audit WHERE seq < ?
                  AND (instr(entry, CAST('"kind":"write"' AS BLOB)) > 0
                    OR instr(entry, CAST('"kind":"disclose-in"' AS BLOB)) > 0))
                WHERE json_extract(text, '$.outcome') = 'success'
                  AND json_extract(text, '$.data.events') > 0
                GROUP BY 1, 2
                ON CONFLICT DO UPDATE SET events = events + excluded.events
                """, arguments: [Int64(end)])
    }

    /// How many events the pruned entries told of.
    ///
    /// - Returns: the peer's site, empty for what was written here; the patient's pseudonym, empty
    ///   without one; and how many.
    static func counts(_ db: Database) throws -> [(site: String, patient: String, events: Int)] {
        try Row.fetchAll(db, sql: "SELECT site, patient, events FROM audit_pruned_event")
            .map { ($0[0], $0[1], $0[2]) }
    }

    /// The hash of level 1 over a pruned tile; `nil` if a full tile has it, or nothing was pruned
    /// there.
    static func root(ofTile index: UInt64, _ db: Database) throws -> TreeHash? {
        try Data.fetchOne(
            try db.cachedStatement(sql: "SELECT root FROM audit_pruned_tile WHERE id = ?"),
            arguments: [Int64(index)]
        ).flatMap { TreeHash(bytes: $0) }
    }
}

extension AuditRows {
    /// The first entry that is there; 0 if none is.
    static func minimum(_ db: Database) throws -> UInt64 {
        let first = try Int64.fetchOne(
            try db.cachedStatement(sql: "SELECT seq FROM audit ORDER BY seq LIMIT 1"))
        return UInt64(max(0, first ?? 0))
    }

    /// Whether the log holds a signed head of the pruned part, whose root it cannot compute.
    static func hasPrunedHead(_ head: LogHead, _ db: Database) throws -> Bool {
        guard try head.size < minimum(db), let note = try note(size: head.size, db) else {
            return false
        }
        return SignedHead(stored: note)?.head == head
    }
}

extension CosignerRows {
    /// The size behind which a log must keep its entries: what a quorum has cosigned, and what
    /// witnesses want to be shown growth from. `nil` for a site without witnesses.
    static func sizeToKeep(quorum: Int, _ db: Database) throws -> UInt64? {
        let sizes = try sizes(db)
        guard !sizes.isEmpty else { return nil }
        let base = try Int64.fetchOne(
            db,
            sql: """
                SELECT min(base) FROM (
                  SELECT base FROM cosigner JOIN peer ON peer.id = cosigner.peer
                  WHERE peer.revoked IS NULL
                  UNION ALL
                  SELECT base FROM configured_witness WHERE \(ConfiguredWitnessRows.counting))
                WHERE base > ?
                """, arguments: [Int64(try AuditRows.minimum(db))])
        let cosigned = sizes.indices.contains(quorum - 1) ? sizes[quorum - 1] : 0
        return min(cosigned, base.map { UInt64($0) } ?? .max)
    }
}
