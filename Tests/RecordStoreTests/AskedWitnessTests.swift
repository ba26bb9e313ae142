import AuditTrail
import CareRecord
import Foundation
import Signing
import Testing

@testable import RecordStore

/// What witnesses hold of a log, held against it when they are asked.
@Suite struct AskedWitnessTests {
    /// The sizes of heads that a witness holds and that a log lacks or contradicts.
    private static func ask(_ witness: TestSite, about site: TestSite) async throws -> [UInt64] {
        let held = try await witness.store.heldHeads(ofLogsOf: site.site)
        let read = try HeldHead.read(LogBundle.headsFile(held), of: site.store.auditKey)
        let signed = read.compactMap { head in
            if case .signed(let signed) = head { signed } else { nil }
        }
        return try await site.store.compare(signed, shownBy: witness.site)
    }

    private static func verdict(of site: TestSite) async throws -> String {
        try await site.store.verifyAuditLog(LogVerifier.Policy()).line
    }

    /// A practice with two witnesses.
    private static func witnessed() async throws -> (TestSite, TestSite, TestSite) {
        let (practice, hospital) = try await TestSite.pair()
        let clinic = try TestSite("clinic")
        try await practice.enrol(clinic)
        try await clinic.enrol(practice)
        return (practice, hospital, clinic)
    }

    @Test("a log that only grew agrees with what its witnesses hold")
    func agrees() async throws {
        let (practice, hospital, clinic) = try await Self.witnessed()
        #expect(try await Self.ask(hospital, about: practice).isEmpty)
        for count in [3, 300] {
            try await practice.grow(count)
            try await practice.showHead(to: hospital)
            try await practice.act()
            #expect(try await Self.ask(hospital, about: practice).isEmpty)
            #expect(try await Self.ask(clinic, about: practice).isEmpty)
        }
        #expect(try await Self.verdict(of: practice).hasPrefix("intact "))
        #expect(try await hospital.store.heldHeads(ofLogsOf: practice.site).count == 1)
        #expect(try await clinic.store.heldHeads(ofLogsOf: practice.site).isEmpty)
    }

    @Test("two contradictory heads, one for each witness, meet when both are asked")
    func twoHistories() async throws {
        let (practice, hospital, clinic) = try await Self.witnessed()
        try await practice.grow(10)
        let other = try practice.copyOfOpenFiles()
        try await practice.grow(20)
        try await practice.showHead(to: hospital)
        try await other.grow(20)
        try await other.showHead(to: clinic)
        #expect(try await Self.verdict(of: practice).hasPrefix("intact "))
        #expect(try await Self.ask(hospital, about: practice).isEmpty)
        #expect(try await Self.ask(clinic, about: practice) == [32])
        #expect(try await Self.verdict(of: practice) == "evidence seq=12 check=root")
        #expect(practice.store.auditStanding.isContradicted)
        // The entry about it remembers, when what was shown is gone.
        try practice.execute("DELETE FROM audit_contradiction")
        let restarted = try practice.copyOfOpenFiles()
        #expect(restarted.store.auditStanding.isContradicted)
        #expect(try await Self.verdict(of: restarted) == "evidence seq=32 check=seq")
    }

    @Test(
        "what a witness is said to have cosigned is with the heads",
        arguments: [
            "UPDATE cosigner SET size = 3",
            """
            UPDATE audit_head SET note = CAST(substr(note, 1, length(note) - 28)
              || x'4141414141414141' || substr(note, length(note) - 19) AS BLOB)
            WHERE size = (SELECT max(size) FROM audit_head);
            UPDATE cosigner SET key = NULL
            """,
            """
            INSERT INTO configured_witness (key, is_configured, size, base)
            SELECT 'elsewhere+' || substr(key, instr(key, '+') + 1), 1, size, base FROM cosigner
            """,
        ])
    func claimed(change: String) async throws {
        let (practice, hospital, _) = try await Self.witnessed()
        try await practice.grow(2)
        try await practice.store.signAuditLog()
        try await practice.grow(3)
        try await practice.showHead(to: hospital)
        #expect(try await Self.verdict(of: practice).hasPrefix("intact "))
        try practice.execute(change)
        let line = try await Self.verdict(of: practice)
        #expect(line.hasSuffix(" check=rows"))
    }

    @Test("a log that was put back, or rewritten with its own key, is found out by asking")
    func putBack() async throws {
        let (practice, hospital, _) = try await Self.witnessed()
        try await practice.grow()
        let older = try practice.copyOfOpenFiles()
        try await practice.grow(20)
        try await practice.showHead(to: hospital)
        let rolledBack = try older.copyOfOpenFiles()
        #expect(try await Self.ask(hospital, about: rolledBack) == [23])
        #expect(try await Self.verdict(of: rolledBack) == "evidence seq=3 check=size")
        let rewritten = try older.copyOfOpenFiles()
        try await rewritten.grow(40)
        #expect(try await Self.ask(hospital, about: rewritten) == [23])
        #expect(try await Self.verdict(of: rewritten) == "evidence seq=3 check=root")
        #expect(try await Self.ask(hospital, about: rewritten) == [23])
        #expect(try rewritten.number("SELECT count(*) FROM audit_contradiction") == 1)
    }

    @Test("a witness that answers with many lines has one with the head")
    func manyLines() async throws {
        let (practice, hospital, clinic) = try await Self.witnessed()
        try await practice.grow(3)
        let request = try #require(try await practice.store.witnessRequest(for: hospital.site))
        let secret = EventKey.make()
        let signer = try #require(
            NoteSigner(name: "witness.example/w", job: .witness, secret: secret))
        try await practice.store.configureWitnesses([signer.key])
        let lines = (1...64).map { signer.cosign(request.head.note.text, seconds: $0) }
        let state = try await practice.store.take(
            .answered(.cosigned(lines)), to: request, from: signer.key)
        #expect(state == .cosigned)
        for witness in [hospital, clinic] {
            #expect(try await practice.showHead(to: witness) == 200)
        }
        #expect(try await practice.store.auditHead()?.note.signatures.count == 4)
        #expect(try await Self.verdict(of: practice).hasPrefix("intact "))
    }

    @Test("what a peer cosigned with a key that its card has no more counts no more")
    func replacedKey() async throws {
        let (practice, hospital, _) = try await Self.witnessed()
        try await practice.grow(3)
        try await practice.showHead(to: hospital)
        #expect(try practice.number("SELECT max(size) FROM cosigner") > 0)
        let card = hospital.cardWithAnotherWitnessKey()
        _ = try await practice.store.receive(cards: [card], from: hospital.site)
        #expect(try practice.number("SELECT max(size) FROM cosigner") == 0)
        #expect(try await Self.verdict(of: practice).hasPrefix("intact "))
    }

    @Test("a peer cosigns with the key of its node card, whatever a row says")
    func keyOfTheCard() async throws {
        let (practice, hospital, _) = try await Self.witnessed()
        try await practice.grow(3)
        try await practice.showHead(to: hospital)
        let key = try #require(try await practice.store.auditKeys().witnesses.first)
        let other = try #require(
            NoteSigner(name: key.name, job: .witness, secret: EventKey.make()))
        try practice.execute("UPDATE cosigner SET key = '\(other.key.text)'")
        #expect(try await practice.store.auditKeys().witnesses.isEmpty)
        try practice.execute("UPDATE cosigner SET key = '\(key.text)'")
        #expect(try await practice.store.auditKeys().witnesses == [key])
    }

    @Test("a witness shows its evidence as well, and a head of another key stops nothing")
    func evidence() async throws {
        let (practice, hospital, _) = try await Self.witnessed()
        try await practice.grow(10)
        let other = try practice.copyOfOpenFiles()
        try await practice.grow(20)
        try await practice.showHead(to: hospital)
        try await other.grow(40)
        let head = try #require(try await other.store.auditHead())
        let forged = WitnessRequest(oldSize: 32, proof: [], head: head)
        let answer = try await hospital.store.cosign(forged.encoded, from: practice.site).answer
        #expect(answer == .refused(.inconsistent))
        #expect(try await Self.ask(hospital, about: practice) == [52])
        // Under another key a witness could show whatever it likes.
        let signer = try #require(
            NoteSigner(name: practice.store.auditKey.name, job: .log, secret: EventKey.make()))
        let replaced = SignedHead(head.head, signer: signer)
        let read = try HeldHead.read(
            LogBundle.headsFile([replaced]), of: other.store.auditKey)
        #expect(read == [.otherKey(head.head)])
        #expect(try await other.store.compare([replaced], shownBy: hospital.site).isEmpty)
        #expect(!other.store.auditStanding.isContradicted)
    }
}
