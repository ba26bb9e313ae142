import AuditTrail
import CareRecord
import Foundation
import GRDB
import Signing
import Testing

@testable import RecordStore

/// Signed heads of the audit log.
@Suite struct AuditHeadTests {
    private struct Refused: Error {}

    private static let fact = AuditFact(kind: .read, actor: TestSite.actor)

    private static func facts(_ count: Int) -> [AuditFact] {
        [AuditFact](repeating: fact, count: count)
    }

    @Test("a log is signed as it stands, once for each size, and every head is kept")
    func signs() async throws {
        let site = try TestSite("practice")
        try await site.store.signAuditLog()
        #expect(try await site.store.auditHead() == nil)
        var sizes: [UInt64] = []
        for count in [1, 3, 252, 1, 300] {
            try await site.store.record(Self.facts(count))
            site.clock.advance(milliseconds: 1_000)
            try await site.store.signAuditLog()
            try await site.store.signAuditLog()
            let standing = site.store.auditStanding
            sizes.append(standing.edge.size)
            #expect(standing.unsignedEntries == 0)
            #expect(standing.signedMilliseconds == site.clock.now)
            let head = try #require(try await site.store.auditHead())
            #expect(head.head.size == standing.edge.size)
            #expect(head.head.root == standing.edge.root)
            #expect(try head.note.signers(among: [site.store.auditKey]) == [site.store.auditKey])
        }
        let heads = try await site.store.auditHeads()
        #expect(heads.map(\.head.size) == sizes)
        #expect(heads.allSatisfy { $0.head.origin == LogHead.origin(of: site.replica) })
        #expect(site.store.auditKey.name == "\(site.site)/accord/audit/0000000000000007")
        let copy = try site.copyOfOpenFiles()
        #expect(copy.store.auditStanding.signedSize == 557)
        #expect(!copy.store.auditStanding.isContradicted)
        try await copy.store.signAuditLog()
        #expect(try await copy.store.auditHeads() == heads)
    }

    @Test("a thousand entries do not wait: they are signed in their own transaction")
    func signsWhenDue() async throws {
        let site = try TestSite("practice")
        try await site.store.record(Self.facts(999))
        #expect(try await site.store.auditHeads().isEmpty)
        try await site.store.record([Self.fact])
        #expect(try await site.store.auditHeads().map(\.head.size) == [1_000])
        try await site.store.record(Self.facts(2_500))
        #expect(try await site.store.auditHeads().map(\.head.size) == [1_000, 3_500])
        #expect(try await site.store.read("test") { try AuditTree.faults($0) } == [])
    }

    @Test("a session that ends leaves a signed log")
    func signsAtSessionEnd() async throws {
        let (practice, hospital) = (try TestSite("practice"), try TestSite("hospital"))
        try await practice.enrol(hospital)
        let name = [UInt8](repeating: 1, count: 16)
        try await practice.store.beginSession(
            name, with: hospital.site, isOurs: true, theirShareVersion: 0)
        try await practice.store.noteSession(
            name, with: hospital.site, SessionCounts(sent: 1, received: 1), ending: nil)
        #expect(try await practice.store.auditHeads().isEmpty)
        try await practice.store.noteSession(
            name, with: hospital.site, SessionCounts(sent: 1, received: 1),
            ending: SessionEnding("done"))
        #expect(practice.store.auditStanding.unsignedEntries == 0)
        #expect(try await practice.store.auditHeads().count == 1)
    }

    @Test("a head that was signed in a fact that failed was never signed")
    func failingFact() async throws {
        let site = try TestSite("practice")
        let results = await site.store.transaction.run([
            { db, state in
                try state.record(Self.fact, db)
                return true
            },
            { db, state in
                try state.record(Self.fact, db)
                try state.signAuditLog(db)
                throw Refused()
            },
            { db, state in
                try state.record(Self.fact, db)
                return true
            },
        ])
        #expect(results.count == 3)
        #expect(site.store.auditStanding.signedSize == 0)
        try await site.store.signAuditLog()
        #expect(try await site.store.auditHeads().map(\.head.size) == [2])
        #expect(try await site.store.read("test") { try AuditTree.faults($0) } == [])
    }

    @Test(
        "a log that lacks what it signed, or holds it otherwise, is not signed again",
        arguments: [
            "DELETE FROM audit WHERE seq >= 290",
            "UPDATE audit SET leaf = zeroblob(32) WHERE seq = 280",
            "UPDATE audit_tile SET hashes = zeroblob(8192)",
            "DELETE FROM audit WHERE seq = 280", "DELETE FROM audit_tile",
            "DELETE FROM audit WHERE seq >= 250", "UPDATE audit_head SET note = x'00'",
            "DELETE FROM audit_head; DELETE FROM audit WHERE seq >= 250",
            "DELETE FROM audit_head; DELETE FROM audit WHERE seq = 280",
        ])
    func contradiction(change: String) async throws {
        let site = try TestSite("practice")
        try await site.store.record(Self.facts(300))
        try await site.store.signAuditLog()
        try site.execute(change)
        let copy = try site.copyOfOpenFiles()
        #expect(copy.store.auditStanding.isContradicted)
        // What happens is recorded all the same.
        try await copy.store.record(Self.facts(1_100))
        try await copy.store.signAuditLog()
        #expect(try copy.number("SELECT count(*) FROM audit_head WHERE size <> 300") == 0)
    }

    @Test("a head that was kept outside the store finds out a log that was put back")
    func outsideHead() async throws {
        let site = try TestSite("practice")
        try await site.store.record(Self.facts(20))
        try await site.store.signAuditLog()
        let older = try site.copyOfOpenFiles()
        try await site.store.record(Self.facts(20))
        try await site.store.signAuditLog()
        for head in try await site.store.auditHeads() {
            #expect(try await site.store.checkAuditLog(against: head))
        }
        let head = try #require(try await site.store.auditHead())
        #expect(!older.store.auditStanding.isContradicted)
        #expect(try await !older.store.checkAuditLog(against: head))
        #expect(older.store.auditStanding.isContradicted)
        try await older.store.record(Self.facts(30))
        try await older.store.signAuditLog()
        #expect(try await older.store.auditHeads().map(\.head.size) == [20])
    }

    @Test(
        "a head that was kept outside the store finds out that its row is gone",
        arguments: [
            ("DELETE FROM audit_head WHERE size = 40", "evidence seq=20 check=head"),
            ("DELETE FROM audit_head WHERE size >= 40", "evidence seq=20 check=size"),
            ("DELETE FROM audit_head", "evidence seq=0 check=head"),
        ])
    func outsideHeadWithoutRow(change: String, expected: String) async throws {
        let site = try TestSite("practice")
        for _ in 0..<3 {
            try await site.store.record(Self.facts(20))
            try await site.store.signAuditLog()
        }
        let heads = try await site.store.auditHeads()
        try site.execute(change)
        let copy = try site.copyOfOpenFiles()
        #expect(!copy.store.auditStanding.isContradicted)
        let verdict = try await copy.store.verifyAuditLog(LogVerifier.Policy(), kept: heads[1])
        #expect(verdict.line == expected)
        let agrees = try await copy.store.checkAuditLog(against: heads[1])
        #expect(!agrees)
        #expect(copy.store.auditStanding.isContradicted)
    }
}
