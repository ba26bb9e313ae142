import AuditTrail
import Foundation
import GRDB
import Signing

/// The rows of the audit log and of the tree over it.
enum AuditRows {
    /// Stores an entry with its leaf.
    static func insert(
        _ entry: [UInt8], leaf: TreeHash, at sequence: UInt64, _ db: Database
    ) throws {
        try db.cachedStatement(sql: "INSERT INTO audit (seq, leaf, entry) VALUES (?, ?, ?)")
            .execute(arguments: [Int64(sequence), Data(leaf.bytes), Data(entry)])
    }

    /// Stores a tile that is full.
    static func insert(_ tile: MerkleEdge.CompletedTile, _ db: Database) throws {
        try db.cachedStatement(sql: "INSERT INTO audit_tile (id, hashes) VALUES (?, ?)")
            .execute(arguments: [row(of: tile.id), Data(tile.bytes)])
    }

    /// How many entries the log has: one more than the last one's place.
    static func size(_ db: Database) throws -> UInt64 {
        let last = try Int64.fetchOne(
            try db.cachedStatement(sql: "SELECT seq FROM audit ORDER BY seq DESC LIMIT 1"))
        // A row that somebody put outside all places is no entry, and must not stop the checks.
        guard let last, last >= 0 else { return 0 }
        return min(UInt64(last) + 1, LogLimits.sizeMax)
    }

    /// Whether every place from the first entry's to the last one's has an entry.
    static func isGapless(_ db: Database) throws -> Bool {
        try Bool.fetchOne(
            db,
            sql: """
                SELECT count(*) = coalesce(max(seq) + 1 - min(seq), 0) FROM audit
                """) ?? false
    }

    /// Whether nothing stands before the entries that were checked, and behind them as many entries
    /// as there are places up to the last one's.
    static func isGapless(around checked: Range<UInt64>, _ db: Database) throws -> Bool {
        try Bool.fetchOne(
            db,
            sql: """
                SELECT count(*) = coalesce(max(seq) + 1, :end) - :end
                  AND NOT EXISTS (SELECT 1 FROM audit WHERE seq < :first)
                FROM audit WHERE seq >= :end
                """,
            arguments: [
                "first": Int64(checked.lowerBound), "end": Int64(checked.upperBound),
            ]) ?? false
    }

    /// The size of the newest stored head below a size; 0 without one. `nil` if a head of that very
    /// size is stored.
    static func headBelow(unstored size: UInt64, _ db: Database) throws -> UInt64? {
        let newest = try Int64.fetchOne(
            db, sql: "SELECT size FROM audit_head WHERE size <= ? ORDER BY size DESC LIMIT 1",
            arguments: [Int64(size)])
        guard let newest else { return 0 }
        return UInt64(newest) == size ? nil : UInt64(newest)
    }

    /// The size below the first head that is stored under another size than its own; `nil` if none is.
    static func headBelowMisplaced(_ db: Database) throws -> UInt64? {
        var below: UInt64 = 0
        let heads = try Row.fetchCursor(db, sql: "SELECT size, note FROM audit_head ORDER BY size")
        while let row = try heads.next() {
            let (size, note): (Int64, Data) = (row[0], row[1])
            guard let head = SignedHead(stored: Array(note)), Int64(head.head.size) == size else {
                return below
            }
            below = head.head.size
        }
        return nil
    }

    /// What is wrong with the first entry behind the newest head that is not of its place, or beside
    /// another's leaf; `nil` if none is.
    static func faultBehind(_ size: UInt64, _ db: Database) throws -> LogFinding? {
        let entries = try AuditEntryCursor(size..<LogLimits.sizeMax, db)
        while let (sequence, bytes) = try entries.next() {
            guard EntryBytes(bytes).begins(sequence) else { return LogFinding(.seq, at: sequence) }
            guard entries.storesLeaf(.leaf(of: bytes)) else {
                return LogFinding(.leaf, at: sequence)
            }
        }
        return nil
    }

    /// The entries that are held of a range, ascending.
    static func entries(_ range: Range<UInt64>, _ db: Database) throws -> [[UInt8]] {
        try Data.fetchAll(
            try db.cachedStatement(
                sql: "SELECT entry FROM audit WHERE seq >= ? AND seq < ? ORDER BY seq"),
            arguments: [Int64(range.lowerBound), Int64(range.upperBound)]
        ).map { Array($0) }
    }

    /// The first place in a range that has an entry; `nil` if none has.
    static func first(in range: Range<UInt64>, _ db: Database) throws -> UInt64? {
        try Int64.fetchOne(
            try db.cachedStatement(
                sql: "SELECT seq FROM audit WHERE seq >= ? AND seq < ? ORDER BY seq LIMIT 1"),
            arguments: [Int64(range.lowerBound), Int64(range.upperBound)]
        ).map { UInt64($0) }
    }

    /// Stores a signed head.
    static func insert(_ head: SignedHead, now: Int64, _ db: Database) throws {
        try db.cachedStatement(sql: "INSERT INTO audit_head (size, signed, note) VALUES (?, ?, ?)")
            .execute(arguments: [Int64(head.head.size), now, Data(head.encoded)])
    }

    /// Every signed head as it is stored, ascending by size.
    static func notes(_ db: Database) throws -> [[UInt8]] {
        try Data.fetchAll(
            try db.cachedStatement(sql: "SELECT note FROM audit_head ORDER BY size")
        ).map { Array($0) }
    }

    /// The newest signed head as it is stored, with its size and time.
    static func newestHead(
        _ db: Database
    ) throws -> (size: UInt64, milliseconds: Int64, note: [UInt8])? {
        let row = try Row.fetchOne(
            try db.cachedStatement(
                sql: "SELECT size, signed, note FROM audit_head ORDER BY size DESC LIMIT 1"))
        guard let row else { return nil }
        let (size, milliseconds, note): (Int64, Int64, Data) = (row[0], row[1], row[2])
        return (UInt64(size), milliseconds, Array(note))
    }

    /// The log as it is stored.
    ///
    /// Where leaves or tiles are gone that the edge needs, the log can still be written on, but
    /// nobody can say what its tree is.
    static func standing(_ db: Database) throws -> AuditStanding {
        let size = try size(db)
        var standing: AuditStanding
        do {
            standing = AuditStanding(edge: try MerkleEdge(size: size) { try hashes(of: $0, db) })
            standing.isContradicted = try hasTile(beyond: size, db)
        } catch is TileFailure {
            standing = AuditStanding(
                edge: try MerkleEdge(size: size) { tile in
                    [TreeHash](repeating: .empty, count: tile.width)
                })
            standing.isContradicted = true
        }
        if try CosignerRows.hasContradictions(db) { standing.isContradicted = true }
        // No witness has cosigned what the log never had.
        if try CosignerRows.sizes(db).first ?? 0 > size { standing.isContradicted = true }
        if let newest = try newestHead(db) {
            standing.signedSize = newest.size
            standing.signedMilliseconds = newest.milliseconds
            standing.isContradicted =
                try standing.isContradicted || contradicts(newest.note, standing.edge, db)
        }
        return standing
    }

    /// Whether a tile is stored over entries that a log of `size` does not have.
    private static func hasTile(beyond size: UInt64, _ db: Database) throws -> Bool {
        let last = try Int64.fetchOne(
            try db.cachedStatement(sql: "SELECT max(id) FROM audit_tile WHERE id < ?"),
            arguments: [1 << 56])
        return last.map { UInt64($0) >= size / UInt64(TileID.widthMax) } ?? false
    }

    /// Whether a log has not grown from what was signed.
    static func contradicts(_ note: [UInt8], _ edge: MerkleEdge, _ db: Database) throws -> Bool {
        let head: LogHead
        do {
            head = try SignedHead(encoded: note).head
        } catch {
            return true
        }
        guard head.size <= edge.size else { return true }
        var tree = MerkleTiles(size: head.size) { try hashes(of: $0, edge, db) }
        do {
            return try tree.root() != head.root
        } catch is TileFailure {
            return try !hasPrunedHead(head, db)
        }
    }

    /// The hashes that are held of a tile: a full one as it is stored, a partial one from the leaves
    /// or the tiles below it.
    ///
    /// - Throws: `TileFailure.missing` for a full tile that is not stored.
    static func hashes(of tile: TileID, _ db: Database) throws -> [TreeHash] {
        guard !tile.isFull else {
            guard let stored = try storedHashes(of: tile, db) else {
                throw TileFailure.missing(tile)
            }
            return stored
        }
        let first = tile.index * UInt64(TileID.widthMax)
        let range = first..<first + UInt64(tile.width)
        guard tile.level > 0 else { return try leaves(range, db) }
        return try range.map { index in
            let below = TileID(level: tile.level - 1, index: index)
            if below.level == 0, let root = try AuditPruneRows.root(ofTile: index, db) {
                return root
            }
            return MerkleTiles.root(ofTile: try hashes(of: below, db))
        }
    }

    /// The hashes of a full tile; `nil` if it is not stored.
    static func storedHashes(of tile: TileID, _ db: Database) throws -> [TreeHash]? {
        let bytes = try Data.fetchOne(
            try db.cachedStatement(sql: "SELECT hashes FROM audit_tile WHERE id = ?"),
            arguments: [row(of: tile)])
        return bytes.flatMap { TreeHash.list(Array($0)) }.flatMap {
            $0.count == TileID.widthMax ? $0 : nil
        }
    }

    private static func leaves(_ range: Range<UInt64>, _ db: Database) throws -> [TreeHash] {
        try Data.fetchAll(
            try db.cachedStatement(
                sql: "SELECT leaf FROM audit WHERE seq >= ? AND seq < ? ORDER BY seq"),
            arguments: [Int64(range.lowerBound), Int64(range.upperBound)]
        ).compactMap { TreeHash(bytes: $0) }
    }

    /// The row of a tile: the level's tiles stand one behind the other.
    private static func row(of tile: TileID) -> Int64 {
        Int64(tile.level) << 56 + Int64(tile.index)
    }
}
