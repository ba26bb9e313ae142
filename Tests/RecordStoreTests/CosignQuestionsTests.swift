import AuditTrail
import CareRecord
import SyncShell
import Testing
import WireFormat

@testable import RecordStore

/// Heads that travel in sessions.
@Suite struct CosignQuestionsTests {
    private static func number(_ message: SyncMessage) throws -> UInt64 {
        guard case .cosign(let cosign) = message else {
            Issue.record("\(message)")
            return 0
        }
        return cosign.number
    }

    private static func answer(_ number: UInt64) -> CosignAnswer {
        CosignAnswer(number: number, status: 200, answer: [], head: [])
    }

    @Test("only the first answer to the last question counts")
    func oneAnswer() async throws {
        let (practice, hospital) = try await TestSite.pair()
        try await practice.grow()
        let request = try #require(try await practice.store.witnessRequest(for: hospital.site))
        var questions = CosignQuestions()
        #expect(questions.take(Self.answer(0)) == nil)
        let first = try Self.number(questions.ask(request))
        let second = try Self.number(questions.ask(request))
        #expect([first, second] == [1, 2])
        #expect(questions.take(Self.answer(first)) == nil)
        #expect(questions.take(Self.answer(second)) == request)
        #expect(questions.take(Self.answer(second)) == nil)
        #expect(questions.take(Self.answer(3)) == nil)
    }

    @Test("what a witness answers travels with the head that shows why")
    func travels() async throws {
        let (practice, hospital) = try await TestSite.pair()
        let (here, there) = (
            PeerStore(practice.store, peer: hospital.site),
            PeerStore(hospital.store, peer: practice.site)
        )
        try await practice.grow(5)
        let older = try practice.copyOfOpenFiles()
        let request = try #require(try await here.witnessRequest())
        let cosign = Cosign(number: 7, request: request.encoded)
        let answer = try await there.cosign(cosign)
        #expect(answer.number == 7 && answer.status == 200 && answer.head.isEmpty)
        try await here.take(answer, to: request)
        #expect(try await here.witnessRequest() == nil)
        #expect(try await practice.store.witnessStanding(quorum: 1).size == here.signedSize)
        let again = try await there.cosign(cosign)
        #expect(again.status == 409 && again.answer == Array("6\n".utf8))
        let shown = try SignedHead(encoded: again.head)
        #expect(shown.head == request.head.head)
        // A copy without that head is stopped by it.
        try older.execute("DELETE FROM audit_head")
        let copy = try older.copyOfOpenFiles()
        try await PeerStore(copy.store, peer: hospital.site).take(again, to: request)
        #expect(copy.store.auditStanding.isContradicted)
        let broken = CosignAnswer(number: 7, status: 200, answer: [1], head: [2])
        try await here.take(broken, to: request)
        #expect(try practice.number("SELECT status FROM cosigner") == 0)
        #expect(!practice.store.auditStanding.isContradicted)
    }
}
