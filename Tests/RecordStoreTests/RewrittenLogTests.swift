import AuditTrail
import CareRecord
import Foundation
import Testing

@testable import RecordStore

/// Logs that were put back, forked or rewritten: what their witnesses make of it.
@Suite struct RewrittenLogTests {
    private static func verdict(of site: TestSite) async throws -> String {
        try await site.store.verifyAuditLog(LogVerifier.Policy()).line
    }

    @Test("a log that was put back is stopped by what its witness shows, also after a restart")
    func rollback() async throws {
        let (practice, hospital) = try await TestSite.pair()
        try await practice.grow(10)
        try await practice.showHead(to: hospital)
        let older = try practice.copyOfOpenFiles()
        try await practice.grow(20)
        try await practice.showHead(to: hospital)
        // It does not know better, and goes on.
        try await older.grow(3)
        #expect(try await older.showHead(to: hospital) == 409)
        #expect(older.store.auditStanding.isContradicted)
        #expect(try await older.showHead(to: hospital) == nil)
        #expect(try await Self.verdict(of: older) == "evidence seq=14 check=size")
        try await older.grow(40)
        #expect(try await older.store.auditHeads().map(\.head.size) == [11, 14])
        #expect(try await older.entries(with: "head of size 31 that this log lacks") == 1)
        let again = try older.copyOfOpenFiles()
        #expect(again.store.auditStanding.isContradicted)
        #expect(try await Self.verdict(of: again) == "evidence seq=14 check=size")
        // The witness has nothing against the log itself.
        #expect(try hospital.number("SELECT count(*) FROM witness_evidence") == 0)
        #expect(try await practice.showHead(to: hospital) == nil)
    }

    @Test("of two branches of a log a witness cosigns one, and keeps a head of the other")
    func fork() async throws {
        let (practice, hospital) = try await TestSite.pair()
        try await practice.grow(10)
        try await practice.showHead(to: hospital)
        let clone = try practice.copyOfOpenFiles()
        try await practice.grow(300)
        try await practice.showHead(to: hospital)
        try await clone.grow(400)
        #expect(try await clone.showHead(to: hospital) == 409)
        #expect(clone.store.auditStanding.isContradicted)
        #expect(try await Self.verdict(of: clone).hasPrefix("evidence seq="))
        // One that goes on all the same, from what the witness holds, is evidence.
        let head = try #require(try await clone.store.auditHead())
        let proof = try await clone.store.withAuditTree(size: head.head.size) {
            try $0.consistencyProof(from: 311)
        }
        let request = WitnessRequest(oldSize: 311, proof: proof, head: head)
        for _ in 0..<3 {
            let cosigning = try await hospital.store.cosign(request.encoded, from: practice.site)
            #expect(cosigning.answer == .refused(.inconsistent))
            #expect(cosigning.shown?.head.size == 311)
        }
        #expect(try hospital.number("SELECT count(*) FROM witness_evidence") == 1)
        #expect(try await hospital.entries(with: "does not follow on 311") == 1)
        try await practice.grow()
        #expect(try await practice.showHead(to: hospital) == 200)
    }

    @Test("a history that was rewritten and signed anew with the real key is refused")
    func rewritten() async throws {
        let (practice, hospital) = try await TestSite.pair()
        let empty = try practice.copyOfOpenFiles()
        try await practice.grow(50)
        try await practice.showHead(to: hospital)
        for count in [48, 50, 90] {
            let other = try empty.copyOfOpenFiles()
            try await other.grow(count)
            let statuses = [
                try await other.showHead(to: hospital), try await other.showHead(to: hospital),
            ]
            #expect(statuses == [409, nil])
            #expect(other.store.auditStanding.isContradicted)
            #expect(try await Self.verdict(of: other).hasPrefix("evidence seq="))
        }
    }

    @Test("a witness that was put back takes over what it had cosigned from outside its store")
    func recalled() async throws {
        let (practice, hospital) = try await TestSite.pair()
        let empty = try hospital.copyOfOpenFiles()
        try await practice.grow(10)
        try await practice.showHead(to: hospital)
        let older = try hospital.copyOfOpenFiles()
        try await practice.grow(10)
        try await practice.showHead(to: hospital)
        let heads = try await hospital.store.witnessedHeads()
        #expect(heads.map(\.head.size) == [21] && hospital.store.cosigningCount == 2)
        let clone = try #require(try await practice.store.auditHead())
        for copy in [empty, older] {
            // Without this witness's cosignature it is nothing.
            #expect(try await copy.store.recall(witnessed: [try Self.bare(clone)]) == 0)
            #expect(try await copy.store.recall(witnessed: heads) == 1)
            #expect(try await copy.store.recall(witnessed: heads) == 0)
            #expect(try await copy.store.witnessedHeads() == heads)
        }
        try await practice.grow(10)
        #expect(try await practice.showHead(to: older) == 200)
        #expect(try await hospital.store.recall(witnessed: heads) == 0)
    }

    /// A head with its log's line alone.
    private static func bare(_ head: SignedHead) throws -> SignedHead {
        let note = SignedNote(
            text: head.note.text, signatures: Array(head.note.signatures.prefix(1)))
        return try SignedHead(encoded: note.encoded)
    }

    @Test("a witness that was put back names a size below what it has cosigned, and goes on")
    func witnessPutBack() async throws {
        let (practice, hospital) = try await TestSite.pair()
        try await practice.grow(10)
        try await practice.showHead(to: hospital)
        let older = try hospital.copyOfOpenFiles()
        try await practice.grow(10)
        try await practice.showHead(to: hospital)
        try await practice.grow(10)
        #expect(try await practice.showHead(to: older) == 409)
        #expect(try practice.number("SELECT fallen FROM cosigner") == 21)
        #expect(try await practice.entries(with: "size 11 named after 21 was cosigned") == 1)
        #expect(!practice.store.auditStanding.isContradicted)
        // What it had cosigned still holds, and it is shown the rest again.
        #expect(try await practice.store.witnessStanding(quorum: 1).size == 21)
        #expect(try await practice.showHead(to: older) == 200)
        #expect(try await practice.store.witnessStanding(quorum: 1).size == 31)
    }
}
