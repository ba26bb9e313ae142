import AuditTrail
import Signing

/// The tiles of a log in memory, as a store keeps them.
struct TileStore {
    private(set) var edge = MerkleEdge()
    private(set) var full: [TileID: [TreeHash]] = [:]

    init(_ entries: some Sequence<[UInt8]>) {
        self.init(leaves: entries.map { TreeHash.leaf(of: $0) })
    }

    init(leaves: some Sequence<TreeHash>) {
        for leaf in leaves {
            for tile in edge.append(leaf) { full[tile.id] = tile.hashes }
        }
    }

    func read(_ tile: TileID) throws -> [TreeHash] {
        if let hashes = full[TileID(level: tile.level, index: tile.index)] { return hashes }
        let partial = edge.partialTile(level: tile.level)
        guard tile.index == TileID.hashes(level: tile.level, inTreeOf: edge.size) / 256,
            !partial.isEmpty
        else { throw TileFailure.missing(tile) }
        return partial
    }
}
