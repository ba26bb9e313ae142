import AuditTrail
import Signing
import Testing

@Suite struct MerkleTreeTests {
    /// RFC 6962 §2.1 as it is written, for comparison.
    static func hash(_ leaves: ArraySlice<TreeHash>) -> TreeHash {
        guard leaves.count > 1 else { return leaves.first ?? .empty }
        var split = 1
        while split * 2 < leaves.count { split *= 2 }
        return .node(hash(leaves.prefix(split)), hash(leaves.dropFirst(split)))
    }

    static func leaves(_ count: Int) -> [TreeHash] {
        (0..<count).map { TreeHash.leaf(of: bytes("leaf \($0)")) }
    }

    static func hex(_ text: String) -> TreeHash? {
        Hexadecimal.bytes(text.utf8).flatMap { TreeHash(bytes: $0) }
    }

    @Test("roots are those that certificate transparency publishes for its eight sample leaves")
    func publishedRoots() {
        let inputs = [
            "", "00", "10", "2021", "3031", "40414243", "5051525354555657",
            "606162636465666768696a6b6c6d6e6f",
        ]
        let roots = [
            "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
            "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
            "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
            "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
            "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
            "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
            "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
        ]
        var edge = MerkleEdge()
        #expect(
            edge.root
                == Self.hex("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"))
        for (input, root) in zip(inputs, roots) {
            _ = edge.append(.leaf(of: Hexadecimal.bytes(input.utf8) ?? []))
            #expect(edge.root == Self.hex(root))
        }
    }

    @Test("the edge has the root of the whole tree at every size")
    func edgeRoots() {
        let leaves = Self.leaves(600)
        var edge = MerkleEdge()
        for (place, leaf) in leaves.enumerated() {
            _ = edge.append(leaf)
            guard place < 70 || place % 37 == 0 || (250..<260).contains(place) else { continue }
            #expect(edge.root == Self.hash(leaves[...place]), "\(place + 1) leaves")
        }
    }

    @Test("an append returns each tile that is full with it, once, from level 0 upwards")
    func completedTiles() {
        var edge = MerkleEdge()
        var tiles: [MerkleEdge.CompletedTile] = []
        let leaf = TreeHash.leaf(of: [])
        for _ in 0..<65_536 + 300 { tiles += edge.append(leaf) }
        #expect(tiles.count == 256 + 1 + 1)
        #expect(tiles[255].id == TileID(level: 0, index: 255))
        #expect(tiles[256].id == TileID(level: 1, index: 0))
        #expect(tiles[257].id == TileID(level: 0, index: 256))
        #expect(tiles.allSatisfy { $0.hashes.count == 256 && $0.bytes.count == 8_192 })
        #expect(tiles[256].hashes[3] == MerkleTiles.root(ofTile: tiles[3].hashes))
        #expect(edge.partialTile(level: 0).count == 44)
        #expect(edge.partialTile(level: 1).count == 1)
        #expect(edge.partialTile(level: 2).count == 1)
        #expect(edge.partialTile(level: 5).isEmpty)
    }

    @Test(
        "an edge built from stored tiles goes on as the one that was lost",
        arguments: [
            0, 1, 2, 3, 255, 256, 257, 511, 512, 600, 65_535, 65_536, 65_537, 66_000,
        ])
    func rebuiltEdge(size: Int) throws {
        let store = TileStore(leaves: repeatElement(TreeHash.leaf(of: [7]), count: size))
        var edge = try MerkleEdge(size: UInt64(size), tiles: store.read)
        #expect(edge == store.edge)
        var other = store.edge
        for leaf in Self.leaves(300) { #expect(edge.append(leaf) == other.append(leaf)) }
        #expect(edge.root == other.root)
    }

    @Test("an edge that takes pruned tiles by their roots is the edge of the whole log")
    func prunedEdge() {
        let leaves = Self.leaves(1_000)
        let whole = TileStore(leaves: leaves)
        var edge = MerkleEdge()
        for index in 0..<3 {
            _ = edge.append(
                prunedTile: MerkleTiles.root(
                    ofTile: whole.full[TileID(level: 0, index: UInt64(index))] ?? []))
        }
        for leaf in leaves.dropFirst(768) { _ = edge.append(leaf) }
        #expect(edge.root == whole.edge.root)
        #expect(edge.partialTile(level: 1) == whole.edge.partialTile(level: 1))
    }

    @Test("every inclusion proof up to 70 leaves leads to the root, and no altered one does")
    func inclusion() throws {
        let leaves = Self.leaves(70)
        let store = TileStore(leaves: leaves)
        for size in 1...70 {
            let root = Self.hash(leaves[..<size])
            for index in 0..<size {
                var tiles = MerkleTiles(size: UInt64(size), tiles: store.read)
                let proof = try tiles.inclusionProof(of: UInt64(index))
                func found(_ leaf: TreeHash, _ index: Int, _ size: Int, _ proof: [TreeHash])
                    -> TreeHash?
                {
                    MerkleProof.root(
                        leaf: leaf, index: UInt64(index), size: UInt64(size), proof: proof)
                }
                #expect(found(leaves[index], index, size, proof) == root)
                #expect(found(leaves[(index + 1) % 70], index, size, proof) != root)
                #expect(found(leaves[index], index, size, proof + [root]) == nil)
                #expect(found(leaves[index], size, size, proof) == nil)
                if !proof.isEmpty {
                    #expect(found(leaves[index], index, size, proof.dropLast()) != root)
                    #expect(found(leaves[index], index ^ 1, size, proof) != root)
                }
            }
        }
    }

    @Test("every consistency proof up to 40 leaves holds, and no altered one does")
    func consistency() throws {
        let leaves = Self.leaves(40)
        let store = TileStore(leaves: leaves)
        let roots = (0...40).map { Self.hash(leaves[..<$0]) }
        for size in 0...40 {
            for old in 0...size {
                var tiles = MerkleTiles(size: UInt64(size), tiles: store.read)
                let proof = try tiles.consistencyProof(from: UInt64(old))
                func holds(_ oldRoot: TreeHash, _ newRoot: TreeHash, _ proof: [TreeHash]) -> Bool {
                    MerkleProof.isConsistent(
                        oldSize: UInt64(old), oldRoot: oldRoot, newSize: UInt64(size),
                        newRoot: newRoot, proof: proof)
                }
                let wrong = TreeHash.leaf(of: [1, 2, 3])
                #expect(holds(roots[old], roots[size], proof))
                #expect(!holds(wrong, roots[size], proof))
                #expect(old == 0 || !holds(roots[old], wrong, proof))
                #expect(!holds(roots[old], roots[size], proof + [wrong]))
                for place in proof.indices {
                    var altered = proof
                    altered[place] = wrong
                    #expect(!holds(roots[old], roots[size], altered))
                    altered.remove(at: place)
                    #expect(!holds(roots[old], roots[size], altered))
                }
            }
        }
        #expect(
            !MerkleProof.isConsistent(
                oldSize: 3, oldRoot: roots[3], newSize: 2, newRoot: roots[2], proof: []))
    }

    @Test("proofs of a large tree need few tiles, whichever they begin in")
    func largeTree() throws {
        let count = 70_000
        let leaves = Self.leaves(count)
        let store = TileStore(leaves: leaves)
        var read = 0
        var root = MerkleTiles(size: UInt64(count), tiles: store.read)
        #expect(try root.root() == store.edge.root)
        for index in [0, 1, 255, 256, 40_000, 65_535, 65_536, 69_887, 69_888, 69_999] {
            read = 0
            var tiles = MerkleTiles(size: UInt64(count)) { tile in
                read += 1
                return try store.read(tile)
            }
            let proof = try tiles.inclusionProof(of: UInt64(index))
            #expect(proof.count <= 17)
            #expect(read <= 5)
            #expect(
                MerkleProof.root(
                    leaf: leaves[index], index: UInt64(index), size: UInt64(count), proof: proof)
                    == store.edge.root)
        }
        for old in [1, 255, 256, 257, 65_535, 65_536, 65_537, 69_999] {
            var tiles = MerkleTiles(size: UInt64(count), tiles: store.read)
            var before = MerkleTiles(size: UInt64(old), tiles: store.read)
            #expect(
                MerkleProof.isConsistent(
                    oldSize: UInt64(old), oldRoot: try before.root(), newSize: UInt64(count),
                    newRoot: store.edge.root, proof: try tiles.consistencyProof(from: UInt64(old))))
        }
    }

    @Test("a missing or short tile is told by its name")
    func missingTiles() {
        var missing = MerkleTiles(size: 300) { throw TileFailure.missing($0) }
        #expect(throws: TileFailure.missing(TileID(level: 1, index: 0, width: 1))) {
            try missing.inclusionProof(of: 299)
        }
        var short = MerkleTiles(size: 10) { _ in Self.leaves(9) }
        #expect(throws: TileFailure.short(TileID(level: 0, index: 0, width: 10))) {
            try short.root()
        }
    }
}
