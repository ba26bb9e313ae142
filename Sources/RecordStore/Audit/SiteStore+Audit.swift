public import AuditTrail
import Foundation
import GRDB
import Signing

extension SiteStore {
    /// The right edge of the audit log's tree as of the last commit.
    public var auditEdge: MerkleEdge { transaction.committedAuditEdge }

    /// Audit entries as they were written, ascending by place.
    ///
    /// - Parameter range: places in the log, from 0; those behind its end have no entry.
    public func auditEntries(_ range: Range<UInt64>) async throws -> [[UInt8]] {
        try await read("read audit entries") { db in try AuditRows.entries(range, db) }
    }

    /// Works on the tree over the first `size` entries: its root and proofs.
    ///
    /// - Parameter size: at most that of `auditEdge`.
    public func withAuditTree<Value: Sendable>(
        size: UInt64, _ body: @Sendable (inout MerkleTiles) throws -> Value
    ) async throws -> Value {
        // In this order: the read sees every tile that the edge no longer has.
        let edge = auditEdge
        guard size <= edge.size else {
            throw StoreFailure(.notFound, "look at \(size) audit entries")
        }
        return try await read("look at the audit log's tree") { db in
            var tree = MerkleTiles(size: size) { tile in
                try AuditRows.hashes(of: tile, edge, db)
            }
            do {
                return try body(&tree)
            } catch let failure as TileFailure {
                throw StoreFailure(.damaged, "read the audit log's tree", underlying: failure)
            }
        }
    }

    /// The edge of a log as it is stored.
    static func auditEdge(_ pool: DatabasePool) throws -> MerkleEdge {
        do {
            return try pool.read { db in try AuditRows.edge(db) }
        } catch let failure as TileFailure {
            throw StoreFailure(.damaged, "read the audit log's tree", underlying: failure)
        } catch {
            throw StoreFailure(sqlite: error, "read the audit log's tree", otherwise: .cannotOpen)
        }
    }
}

extension AuditRows {
    /// The hashes of a tile of a tree that an edge has grown to, or past: partial tiles are its
    /// own, or the beginning of full ones.
    static func hashes(of tile: TileID, _ edge: MerkleEdge, _ db: Database) throws -> [TreeHash] {
        let full = TileID(level: tile.level, index: tile.index)
        if TileID.hashes(level: tile.level, inTreeOf: edge.size) / 256 > tile.index {
            return try hashes(of: full, db)
        }
        return edge.partialTile(level: tile.level)
    }
}
