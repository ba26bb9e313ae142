import AuditTrail
import Foundation
import GRDB
import Signing
import Testing

@testable import RecordStore

/// The tree of the audit log, in the transactions of what it records.
@Suite struct AuditLogTests {
    private struct Refused: Error {}

    private static let fact = AuditFact(kind: .read, actor: TestSite.actor)

    @Test("at every size the edge that is kept is the one that is read after a start")
    func everySize() async throws {
        let site = try TestSite("practice")
        let looks = [1, 254, 255, 256, 257, 511, 512, 513, 600]
        #expect(site.store.auditStanding.edge == MerkleEdge())
        for size in 1...600 {
            try await site.store.record([Self.fact])
            let read = try await site.store.read("test") { try AuditRows.standing($0).edge }
            #expect(read == site.store.auditStanding.edge, "size \(size)")
            guard looks.contains(size) else { continue }
            let copy = try site.copyOfOpenFiles()
            #expect(copy.store.auditStanding.edge == site.store.auditStanding.edge, "size \(size)")
            try await copy.store.record([Self.fact])
            #expect(try await copy.store.read("test") { try AuditTree.faults($0) } == [])
        }
        let entries = try await site.store.auditEntries(0..<1_000)
        #expect(site.store.auditStanding.edge == AuditTree.edge(entries))
        #expect(try await site.store.read("test") { try AuditTree.faults($0) } == [])
    }

    @Test("a fact that fails in a commit of several takes its leaves and tiles with it")
    func failingFact() async throws {
        let site = try TestSite("practice")
        try await site.store.record([AuditFact](repeating: Self.fact, count: 250))
        let facts: [(Int, @Sendable (inout WriterState, Database) throws -> Void)] = [
            (3, { _, _ in }), (20, { _, _ in throw Refused() }), (2, { _, _ in }),
            (1, { _, db in try db.execute(sql: "INSERT INTO nothing VALUES (1)") }),
            (4, { _, _ in }),
        ]
        let results = await site.store.transaction.run(
            facts.map { count, ending in
                { db, state in
                    for _ in 0..<count { try state.record(Self.fact, db) }
                    try ending(&state, db)
                    return true
                }
            })
        #expect(results.map { (try? $0.get()) != nil } == [true, false, true, false, true])
        #expect(site.store.auditStanding.edge.size == 259)
        #expect(
            site.store.auditStanding.edge
                == AuditTree.edge(try await site.store.auditEntries(0..<1_000)))
        #expect(try site.number("SELECT count(*) FROM audit_tile") == 1)
        #expect(try await site.store.read("test") { try AuditTree.faults($0) } == [])
    }

    @Test("a transaction that is lost leaves the tree as it was")
    func lostTransaction() async throws {
        let site = try TestSite("practice")
        try await site.store.record([AuditFact](repeating: Self.fact, count: 255))
        let before = site.store.auditStanding.edge
        _ = await site.store.transaction.run([
            { db, state in
                for _ in 0..<300 { try state.record(Self.fact, db) }
                return true
            },
            { db, _ in
                try db.execute(sql: "ROLLBACK")
                return true
            },
        ])
        #expect(site.store.auditStanding.edge == before)
        try await site.store.record([Self.fact, Self.fact])
        #expect(site.store.auditStanding.edge.size == 257)
        #expect(try await site.store.read("test") { try AuditTree.faults($0) } == [])
    }

    @Test("entries and growth are proven from stored tiles, whatever the tree has grown to since")
    func proofs() async throws {
        let site = try TestSite("practice")
        try await site.store.record([AuditFact](repeating: Self.fact, count: 700))
        let entries = try await site.store.auditEntries(0..<700)
        let newest = site.store.auditStanding.edge.root
        for size in [1, 2, 255, 256, 257, 300, 512, 699, 700] as [UInt64] {
            let root = AuditTree.edge(entries.prefix(Int(size))).root
            for index in [0, size / 2, size - 1] {
                let proof = try await site.store.withAuditTree(size: size) { tree in
                    #expect(try tree.root() == root)
                    return try tree.inclusionProof(of: index)
                }
                let leaf = TreeHash.leaf(of: entries[Int(index)])
                #expect(
                    MerkleProof.root(leaf: leaf, index: index, size: size, proof: proof) == root)
            }
            let growth = try await site.store.withAuditTree(size: 700) { tree in
                try tree.consistencyProof(from: size)
            }
            #expect(
                MerkleProof.isConsistent(
                    oldSize: size, oldRoot: root, newSize: 700, newRoot: newest, proof: growth))
        }
        await #expect {
            try await site.store.withAuditTree(size: 701) { try $0.root() }
        } throws: { error in
            (error as? StoreFailure)?.code == .notFound
        }
    }
}
