import AuditTrail
import Foundation
import GRDB
import Signing

/// The tree of a stored audit log, made again from its entries alone.
enum AuditTree {
    /// What contradicts the entries in the rows of leaves and tiles, as sentences.
    static func faults(_ db: Database) throws -> [String] {
        var faults: [String] = []
        var edge = MerkleEdge()
        var tiles: [Int64: Data] = [:]
        var heads = try Data.fetchAll(db, sql: "SELECT note FROM audit_head ORDER BY size")
            .map { try SignedHead(encoded: $0).head }[...]
        for row in try Row.fetchAll(db, sql: "SELECT seq, leaf, entry FROM audit ORDER BY seq") {
            let (sequence, stored, entry): (Int64, Data, Data) = (row[0], row[1], row[2])
            let leaf = TreeHash.leaf(of: entry)
            if sequence != Int64(edge.size) { faults.append("entry \(sequence) is out of place") }
            if Data(leaf.bytes) != stored { faults.append("leaf \(sequence) is another entry's") }
            for tile in edge.append(leaf) {
                tiles[Int64(tile.id.level) << 56 + Int64(tile.id.index)] = Data(tile.bytes)
            }
            if heads.first?.size == edge.size, heads.removeFirst().root != edge.root {
                faults.append("the head of \(edge.size) entries has another root")
            }
        }
        let rows = try Row.fetchAll(db, sql: "SELECT id, hashes FROM audit_tile")
        for row in rows {
            let (id, hashes): (Int64, Data) = (row[0], row[1])
            if tiles[id] != hashes { faults.append("tile \(id) does not follow from the entries") }
        }
        if rows.count != tiles.count {
            faults.append("\(rows.count) tiles are stored, not \(tiles.count)")
        }
        if !heads.isEmpty { faults.append("\(heads.count) heads are larger than the log") }
        return faults
    }

    /// The edge over the first entries of a log.
    static func edge(_ entries: some Sequence<[UInt8]>) -> MerkleEdge {
        var edge = MerkleEdge()
        for entry in entries { _ = edge.append(.leaf(of: entry)) }
        return edge
    }
}
