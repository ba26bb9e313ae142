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
        return last.map { UInt64($0) + 1 } ?? 0
    }

    /// The entries that are held of a range, ascending.
    static func entries(_ range: Range<UInt64>, _ db: Database) throws -> [[UInt8]] {
        try Data.fetchAll(
            try db.cachedStatement(
                sql: "SELECT entry FROM audit WHERE seq >= ? AND seq < ? ORDER BY seq"),
            arguments: [Int64(range.lowerBound), Int64(range.upperBound)]
        ).map { Array($0) }
    }

    /// The right edge of the tree over all entries.
    ///
    /// - Throws: `TileFailure` if leaves or tiles are missing.
    static func edge(_ db: Database) throws -> MerkleEdge {
        try MerkleEdge(size: try size(db)) { tile in
            try hashes(of: tile, db)
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
            return MerkleTiles.root(ofTile: try hashes(of: below, db))
        }
    }

    /// The hashes of a full tile; `nil` if it is not stored.
    static func storedHashes(of tile: TileID, _ db: Database) throws -> [TreeHash]? {
        let bytes = try Data.fetchOne(
            try db.cachedStatement(sql: "SELECT hashes FROM audit_tile WHERE id = ?"),
            arguments: [row(of: tile)])
        return bytes.flatMap { TreeHash.list(Array($0)) }
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
