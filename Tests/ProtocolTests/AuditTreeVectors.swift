import AuditTrail
import Signing
import Testing

@Suite("Vectors of the audit log's tree and proofs")
struct AuditTreeVectors {
    @Test("every hash, tile and proof of the tree comes out as its vector says")
    func trees() throws {
        try VectorFile.check(Self.file, named: "audit-trees", evaluate: Self.evaluate)
    }

    @Test("every proof of an entry is believed or refused as its vector says")
    func proofs() throws {
        try VectorFile.check(Self.proofFile, named: "audit-proofs") { input in
            do throws(LogRefusal) {
                let proof = try EntryProof(encoded: input["proof"].bytes)
                var keys: [NoteKey] = []
                for key in input["keys"].items { keys.append(try NoteKey(text: key.text ?? "")) }
                let witnesses = try proof.verify(keys: keys).map(\.name).sorted()
                return [
                    "index": .decimal(proof.index), "size": .decimal(proof.head.head.size),
                    "witnesses": .list(witnesses.map { .text($0) }),
                ]
            } catch {
                return ["refusal": .text(error.rawValue)]
            }
        }
    }

    private static func evaluate(_ input: JSON) -> JSON {
        let hashes = (input["leaves"].items + input["proof"].items).compactMap(hash)
        switch input["function"].text {
        case "leaf":
            return ["hash": .hex(TreeHash.leaf(of: input["entry"].bytes).bytes)]
        case "root":
            var edge = MerkleEdge()
            for leaf in hashes { _ = edge.append(leaf) }
            return ["root": .hex(edge.root.bytes)]
        case "tile":
            let tile = TileID(
                level: input["level"].number ?? 0, index: UInt64(input["index"].number ?? 0),
                inTreeOf: input["size"].decimal)
            return [
                "path": .optional(tile) { .text($0.path) },
                "width": .optional(tile) { .number($0.width) },
            ]
        case "inclusion":
            let root = MerkleProof.root(
                leaf: hash(input["leaf"]) ?? .empty, index: input["index"].decimal,
                size: input["size"].decimal, proof: hashes)
            return ["root": .optional(root) { .hex($0.bytes) }]
        case "consistency":
            return [
                "isConsistent": .bool(
                    MerkleProof.isConsistent(
                        oldSize: input["oldSize"].decimal,
                        oldRoot: hash(input["oldRoot"]) ?? .empty,
                        newSize: input["newSize"].decimal,
                        newRoot: hash(input["newRoot"]) ?? .empty,
                        proof: hashes))
            ]
        default:
            return .null
        }
    }

    private static func hash(_ json: JSON) -> TreeHash? { TreeHash(bytes: json.bytes) }

    private static var file: VectorFile {
        get throws {
            VectorFile(
                name: "audit-trees", specification: "audit-log-v1.md §3",
                about: "Leaves, roots, tiles, inclusion and consistency proofs.",
                vectors: hashes + tiles + (try inclusions) + (try consistencies))
        }
    }

    /// The leaf inputs that implementations of RFC 6962 are tested with.
    private static let leaves = [
        "", "00", "10", "2021", "3031", "40414243", "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    ].map { TreeHash.leaf(of: JSON.text($0).bytes) }

    private static func root(_ count: Int) -> TreeHash {
        var edge = MerkleEdge()
        for leaf in leaves.prefix(count) { _ = edge.append(leaf) }
        return edge.root
    }

    private static func list(_ hashes: some Sequence<TreeHash>) -> JSON {
        .list(hashes.map { .hex($0.bytes) })
    }

    private static var hashes: [Vector] {
        let entry = AuditSample.entry(0)
        return [
            Vector(
                "leaf", "an entry", input: ["function": "leaf", "entry": .hex(entry)],
                expect: ["hash": .hex(TreeHash.leaf(of: entry).bytes)])
        ]
            + (0...8).map { count in
                Vector(
                    "root-\(count)", "the root over \(count) leaves",
                    input: ["function": "root", "leaves": list(leaves.prefix(count))],
                    expect: ["root": .hex(root(count).bytes)])
            }
    }

    private static var tiles: [Vector] {
        let cases: [(Int, Int, Int, String, Int)] = [
            (0, 0, 1, "tile/0/000.p/1", 1), (0, 0, 256, "tile/0/000", 256),
            (1, 0, 256, "tile/1/000.p/1", 1), (0, 273, 70_000, "tile/0/273.p/112", 112),
            (1, 1, 70_000, "tile/1/001.p/17", 17), (2, 0, 70_000, "tile/2/000.p/1", 1),
            (0, 1_234_067, 500_000_000, "tile/0/x001/x234/067", 256),
            (0, 1_000, 256_300, "tile/0/x001/000", 256),
        ]
        return cases.map { level, index, size, path, width in
            Vector(
                "tile-\(level)-\(index)-\(size)", "a tile of a tree of \(size)",
                input: [
                    "function": "tile", "level": .number(level), "index": .number(index),
                    "size": .decimal(size),
                ], expect: ["path": .text(path), "width": .number(width)])
        }
    }

    private static func tree(_ count: Int) -> MerkleTiles {
        MerkleTiles(size: UInt64(count)) { _ in leaves }
    }

    private static var inclusions: [Vector] {
        get throws {
            func vector(
                _ name: String, _ what: String, _ index: Int, _ size: Int, _ proof: [TreeHash],
                _ root: TreeHash?
            ) -> Vector {
                Vector(
                    "inclusion-" + name, what,
                    input: [
                        "function": "inclusion", "leaf": .hex(leaves[min(index, 7)].bytes),
                        "index": .decimal(index), "size": .decimal(size), "proof": list(proof),
                    ], expect: ["root": .optional(root) { .hex($0.bytes) }])
            }
            var vectors: [Vector] = []
            for (index, size) in [(0, 1), (0, 2), (1, 3), (2, 3), (5, 7), (6, 7), (0, 8), (7, 8)] {
                var tree = tree(size)
                vectors.append(
                    vector(
                        "\(index)-\(size)", "leads to the root", index, size,
                        try tree.inclusionProof(of: UInt64(index)), root(size)))
            }
            var tree = tree(7)
            let proof = try tree.inclusionProof(of: 5)
            return vectors + [
                vector("too-long", "a hash too many", 5, 7, proof + [.empty], nil),
                vector("too-short", "a hash too few", 5, 7, proof.dropLast(), nil),
                vector("outside", "no such leaf", 7, 7, proof, nil),
                vector("empty-tree", "no leaf at all", 0, 0, [], nil),
            ]
        }
    }

    private static var consistencies: [Vector] {
        get throws {
            func vector(
                _ name: String, _ what: String, _ old: Int, _ new: Int, _ proof: [TreeHash],
                _ holds: Bool, oldRoot: TreeHash? = nil, newRoot: TreeHash? = nil
            ) -> Vector {
                Vector(
                    "consistency-" + name, what,
                    input: [
                        "function": "consistency", "oldSize": .decimal(old),
                        "oldRoot": .hex((oldRoot ?? root(old)).bytes), "newSize": .decimal(new),
                        "newRoot": .hex((newRoot ?? root(new)).bytes), "proof": list(proof),
                    ], expect: ["isConsistent": .bool(holds)])
            }
            var vectors: [Vector] = []
            for (old, new) in [
                (0, 0), (0, 5), (1, 1), (1, 8), (2, 5), (3, 7), (4, 8), (6, 8), (7, 7),
            ] {
                var tree = tree(new)
                vectors.append(
                    vector(
                        "\(old)-\(new)", "one begins with the other", old, new,
                        try tree.consistencyProof(from: UInt64(old)), true))
            }
            var tree = tree(7)
            let proof = try tree.consistencyProof(from: 3)
            return vectors + [
                vector("old-root", "the old root is another", 3, 7, proof, false, oldRoot: root(2)),
                vector("new-root", "the new root is another", 3, 7, proof, false, newRoot: root(8)),
                vector("too-long", "a hash too many", 3, 7, proof + [.empty], false),
                vector("too-short", "a hash too few", 3, 7, proof.dropLast(), false),
                vector("no-proof", "no hash where one is needed", 3, 7, [], false),
                vector("backwards", "the new tree is smaller", 7, 3, proof, false),
                vector("same-size", "other roots at one size", 7, 7, [], false, newRoot: root(8)),
                vector("same-size-proof", "a proof where none belongs", 7, 7, proof, false),
                vector("from-nothing", "a proof from no leaves", 0, 7, proof, false),
            ]
        }
    }

    private static var proofFile: VectorFile {
        get throws {
            let entries = (0..<5).map { AuditSample.entry($0) }
            var head = AuditSample.head(entries)
            head.add(
                AuditSample.witnesses.map { $0.cosign(head.note.text, seconds: 1_780_000_000) },
                of: AuditSample.witnesses.map(\.key))
            var tiles = MerkleTiles(size: 5, tiles: AuditSample.tiles(entries))
            let proof = EntryProof(
                entry: entries[3], index: 3, hashes: try tiles.inclusionProof(of: 3), head: head)
            return VectorFile(
                name: "audit-proofs", specification: "audit-log-v1.md §5",
                about: "A proof file and the keys of whoever reads it; what it proves, or why not.",
                vectors: proofVectors(proof))
        }
    }

    private static func proofVectors(_ proof: EntryProof) -> [Vector] {
        let log = AuditSample.log.key.text
        let witnesses = AuditSample.witnesses.map(\.key.text)
        let text = String(decoding: proof.encoded, as: UTF8.self)
        var elsewhere = proof
        elsewhere.index = 2
        var without = proof
        without.entry = nil
        var long = proof
        long.hashes = [TreeHash](repeating: .empty, count: 64)
        let bad: [(String, [UInt8], [String], String)] = [
            ("other-key", proof.encoded, [AuditSample.otherLog.key.text], "not-signed"),
            ("witness-only", proof.encoded, witnesses, "not-signed"),
            ("other-index", elsewhere.encoded, [log], "bad-proof"),
            ("no-entry", without.encoded, [log], "bad-proof"),
            ("64-hashes", long.encoded, [log], "too-long"),
            ("title", Array(text.replacing("@v1", with: "@v2").utf8), [log], "bad-request"),
            (
                "index", Array(text.replacing("index 3", with: "index 03").utf8), [log],
                "bad-request"
            ),
            ("extra", Array(text.replacing("extra ", with: "extra =").utf8), [log], "bad-request"),
            (
                "hash", Array(text.replacing("index 3\n", with: "index 3\nAAAA\n").utf8), [log],
                "bad-hash"
            ),
            ("cut", Array(text.utf8.prefix(200)), [log], "bad-request"),
            ("title-only", Array("c2sp.org/tlog-proof@v1\n".utf8), [log], "bad-request"),
        ]
        return [
            Vector(
                "proof", "an entry under a head with two cosignatures",
                input: [
                    "proof": .hex(proof.encoded),
                    "keys": .list(([log] + witnesses).map { .text($0) }),
                ],
                expect: [
                    "index": "3", "size": "5",
                    "witnesses": .list(
                        witnesses.map { .text(String($0.prefix { $0 != "+" })) }.sorted {
                            ($0.text ?? "") < ($1.text ?? "")
                        }),
                ]),
            Vector(
                "proof-log-only", "for a reader who knows no witness",
                input: ["proof": .hex(proof.encoded), "keys": [.text(log)]],
                expect: ["index": "3", "size": "5", "witnesses": []]),
        ]
            + bad.map { name, bytes, keys, refusal in
                Vector(
                    "proof-\(name)", "not believed",
                    input: ["proof": .hex(bytes), "keys": .list(keys.map { .text($0) })],
                    refusal: refusal)
            }
    }
}
