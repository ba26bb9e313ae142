public import AuditTrail
import Foundation
import GRDB
import Signing

extension SiteStore {
    /// The audit log as of the last commit.
    public var auditStanding: AuditStanding { transaction.auditStanding }

    /// Signs the audit log as it stands, unless everything in it is signed or it contradicts what
    /// was signed before; durable when this returns.
    public func signAuditLog() async throws {
        let standing = auditStanding
        guard standing.unsignedEntries > 0, !standing.isContradicted else { return }
        try await committer.commit { db, state in try state.signAuditLog(db) }
        // Witnesses are shown it.
        feedSignal.wake()
    }

    /// The newest signed head; `nil` before the first.
    public func auditHead() async throws -> SignedHead? {
        try await read("read the newest signed head") { db in
            try AuditRows.newestHead(db).map { try Self.signedHead($0.note) }
        }
    }

    /// Every signed head, ascending by size.
    public func auditHeads() async throws -> [SignedHead] {
        try await read("read the signed heads") { db in
            try AuditRows.notes(db).map(Self.signedHead)
        }
    }

    /// Compares the log with a signed head that was stored before it was kept outside the store; a
    /// log that has not grown from it, or lacks its row, is not signed any more.
    ///
    /// - Returns: whether the log has grown from it.
    public func checkAuditLog(against head: SignedHead) async throws -> Bool {
        let standing = auditStanding
        let contradicts = try await read("compare the audit log with a signed head") { db in
            try AuditRows.contradicts(head.encoded, standing.edge, db)
                || AuditRows.headBelow(unstored: head.head.size, db) != nil
        }
        if contradicts { try await stopSigningAuditLog() }
        return !contradicts
    }

    /// Signs the log no more until the store is opened again: there is evidence against it.
    public func stopSigningAuditLog() async throws {
        try await committer.commit { _, state in state.audit.stopSigning() }
    }

    private static func signedHead(_ note: [UInt8]) throws -> SignedHead {
        do {
            return try SignedHead(encoded: note)
        } catch {
            throw StoreFailure(.damaged, "read a signed head", underlying: error)
        }
    }

    /// Audit entries as they were written, ascending by place.
    ///
    /// - Parameter range: places in the log, from 0; those behind its end have no entry.
    public func auditEntries(_ range: Range<UInt64>) async throws -> [[UInt8]] {
        try await read("read audit entries") { db in try AuditRows.entries(range, db) }
    }

    /// Works on the tree over the first `size` entries: its root and proofs.
    ///
    /// - Parameter size: at most that of `auditStanding.edge`.
    public func withAuditTree<Value: Sendable>(
        size: UInt64, _ body: @Sendable (inout MerkleTiles) throws -> Value
    ) async throws -> Value {
        // In this order: the read sees every tile that the edge no longer has.
        let edge = auditStanding.edge
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

    /// The file of a tile's hashes, as of the newest signed head; `nil` if the tile is not in that
    /// tree, or was pruned.
    public func auditTile(_ tile: TileID) async throws -> [UInt8]? {
        let standing = auditStanding
        let hashes = TileID.hashes(level: tile.level, inTreeOf: standing.signedSize)
        guard !standing.isContradicted, tile.index <= hashes / 256,
            tile.index * 256 + UInt64(tile.width) <= hashes
        else { return nil }
        return try await read("read a tile of the audit log") { db in
            guard try tile.level > 0 || tile.firstLeaf(at: 0) >= AuditRows.minimum(db) else {
                return nil
            }
            return LogBundle.tileFile(
                try AuditRows.hashes(of: tile, standing.edge, db).prefix(tile.width))
        }
    }

    /// A log as it is stored.
    static func auditStanding(_ pool: DatabasePool) throws -> AuditStanding {
        do {
            return try pool.read { db in try AuditRows.standing(db) }
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
