import AuditTrail
import CareRecord
import Signing
import Testing

@testable import RecordStore

/// Tiles that peers may read.
@Suite struct AuditTileTests {
    @Test("the tiles of the newest head's tree lead to its root, and nothing behind it is shown")
    func tiles() async throws {
        let site = try TestSite("practice")
        try await site.grow(600)
        let head = try #require(try await site.store.auditHead()).head
        // Not signed yet.
        try await site.act()
        var files: [TileID: [UInt8]] = [:]
        for tile in TileID.all(inTreeOf: head.size) {
            files[tile] = try await site.store.auditTile(tile)
            #expect(files[tile] != nil)
        }
        var tree = MerkleTiles(size: head.size) { tile in
            TreeHash.list(files[tile] ?? []) ?? []
        }
        #expect(try tree.root() == head.root)
        let part = try await site.store.auditTile(TileID(level: 0, index: 1, width: 7))
        #expect(part == files[TileID(level: 0, index: 1)].map { Array($0.prefix(7 * 32)) })
        for tile in [
            TileID(level: 0, index: 2, width: 89), TileID(level: 0, index: 2),
            TileID(level: 0, index: 3, width: 1), TileID(level: 1, index: 0, width: 3),
            TileID(level: 2, index: 0, width: 1), TileID(level: 0, index: 999_999_999_999_999_999),
        ] {
            #expect(try await site.store.auditTile(tile) == nil)
        }
        try await site.store.stopSigningAuditLog()
        #expect(try await site.store.auditTile(TileID(level: 0, index: 0)) == nil)
    }
}
