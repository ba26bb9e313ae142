import AuditTrail
import CareRecord
import Foundation
import Signing
import Testing

@testable import RecordStore

/// What a store keeps as a witness of others' logs, and of the witnesses of its own.
@Suite struct PeerWitnessTests {
    @Test("a log that grows is cosigned head by head, and the cosignatures stay with the heads")
    func cosigned() async throws {
        let (practice, hospital) = try await TestSite.pair()
        #expect(try await practice.showHead(to: hospital) == nil)
        for count in [1, 40, 300] {
            try await practice.grow(count)
            hospital.clock.advance(milliseconds: 60_000)
            #expect(try await practice.showHead(to: hospital) == 200)
            #expect(try await practice.showHead(to: hospital) == nil)
            let head = try #require(try await practice.store.auditHead())
            let keys = try await practice.store.auditKeys()
            #expect(keys.witnesses == [hospital.store.witnessSigner.key])
            #expect(try head.note.signers(among: keys.witnesses) == keys.witnesses)
            let line = try #require(head.note.signatures.last)
            #expect(line.cosignedSeconds == UInt64(hospital.clock.now / 1_000))
            let standing = try await practice.store.witnessStanding(quorum: 1)
            #expect(standing.size == head.head.size && standing.unwitnessedSince == nil)
            #expect(standing.witnessed == 1 && standing.witnesses == 1)
        }
        // One entry for the origin, none for each head: two logs must not keep each other busy.
        #expect(try await hospital.entries(with: #""kind":"witness""#) == 1)
        #expect(try await practice.entries(with: #""kind":"witness""#) == 0)
        let copy = try hospital.copyOfOpenFiles()
        try await practice.grow()
        let request = try #require(try await practice.store.witnessRequest(for: hospital.site))
        let answer = try await copy.store.cosign(request.encoded, from: practice.site).answer
        #expect(answer.status == 200)
        guard
            case .intact(let summary) = try await practice.store.verifyAuditLog(
                LogVerifier.Policy())
        else {
            Issue.record("not intact")
            return
        }
        #expect(summary.heads == 4)
    }

    @Test("a quorum is as far as its slowest member, and no revoked peer counts")
    func quorum() async throws {
        let (practice, hospital) = try await TestSite.pair()
        let clinic = try TestSite("clinic")
        try await practice.enrol(clinic)
        try await clinic.enrol(practice)
        try await practice.grow()
        let signed = practice.clock.now
        #expect(try await practice.showHead(to: clinic) == 200)
        practice.clock.advance(milliseconds: 5_000)
        try await practice.grow()
        #expect(try await practice.showHead(to: hospital) == 200)
        let standings = try await [1, 2, 3].asyncMap {
            try await practice.store.witnessStanding(quorum: $0)
        }
        #expect(standings.map(\.size) == [4, 3, 0])
        #expect(standings.map(\.witnessed) == [1, 2, 0])
        #expect(standings.map(\.unwitnessedSince) == [nil, signed + 5_000, signed])
        #expect(standings.allSatisfy { $0.witnesses == 2 })
        try practice.execute("UPDATE peer SET revoked = 1 WHERE name = 'hospital'")
        let rest = try await practice.store.witnessStanding(quorum: 1)
        #expect(rest.size == 3 && rest.witnesses == 1)
    }

    @Test("an answer that got lost costs a second question, and nothing else")
    func lostAnswer() async throws {
        let (practice, hospital) = try await TestSite.pair()
        try await practice.grow(10)
        let lost = try #require(try await practice.store.witnessRequest(for: hospital.site))
        #expect(
            try await hospital.store.cosign(lost.encoded, from: practice.site).answer.status == 200)
        #expect(try await practice.showHead(to: hospital) == 409)
        #expect(try await practice.showHead(to: hospital) == 200)
        try await practice.grow(10)
        #expect(try await practice.showHead(to: hospital) == 200)
        #expect(!practice.store.auditStanding.isContradicted)
        #expect(try practice.number("SELECT count(*) FROM cosigner WHERE fallen IS NOT NULL") == 0)
    }

    @Test("what cannot be read, is not signed or is not the peer's own log is refused")
    func refused() async throws {
        let (practice, hospital) = try await TestSite.pair()
        let clinic = try TestSite("clinic")
        try await hospital.enrol(clinic)
        try await practice.grow(10)
        let request = try #require(try await practice.store.witnessRequest(for: hospital.site))
        let store = hospital.store
        #expect(try await store.cosign([1, 2], from: practice.site).answer.status == 400)
        #expect(try await store.cosign(request.encoded, from: clinic.site).answer.status == 404)
        let stranger = try TestSite("stranger")
        try await stranger.grow()
        let other = try #require(try await stranger.store.auditHead())
        let foreign = WitnessRequest(oldSize: 0, proof: [], head: other)
        #expect(try await store.cosign(foreign.encoded, from: practice.site).answer.status == 404)
        let signer = try #require(
            NoteSigner(name: practice.store.auditKey.name, job: .log, secret: EventKey.make()))
        let forged = WitnessRequest(
            oldSize: 0, proof: [], head: SignedHead(request.head.head, signer: signer))
        #expect(try await store.cosign(forged.encoded, from: practice.site).answer.status == 403)
        #expect(try hospital.number("SELECT count(*) FROM witnessed") == 0)
        #expect(try await store.cosign(request.encoded, from: practice.site).answer.status == 200)
        #expect(try await store.cosign(forged.encoded, from: practice.site).answer.status == 403)
        try hospital.execute("UPDATE peer SET revoked = 1 WHERE name = 'practice'")
        await #expect(throws: StoreFailure.self) {
            try await store.cosign(request.encoded, from: practice.site)
        }
    }

    @Test(
        "rows that somebody changed are not cosigned, and end no session",
        arguments: [
            "UPDATE witnessed SET note = x'00'", "UPDATE witnessed SET key = 'x'",
            "DELETE FROM audit_tile", "UPDATE audit_head SET note = x'00'",
            "UPDATE cosigner SET key = 'x'",
        ])
    func damaged(change: String) async throws {
        let (practice, hospital) = try await TestSite.pair()
        try await practice.grow(300)
        try await practice.showHead(to: hospital)
        try await practice.grow(300)
        for site in [practice, hospital] { try site.execute(change) }
        #expect(try await [nil, 200, 404].contains(practice.showHead(to: hospital)))
        _ = try await hospital.store.witnessedHeads()
        _ = try await practice.store.witnessOverview()
        _ = try await practice.store.verifyAuditLog(LogVerifier.Policy())
    }

    @Test("a peer's next log is taken for its own by the audit key, and reported")
    func newOrigin() async throws {
        let (practice, hospital) = try await TestSite.pair()
        let names = (0..<70).map { life in
            LogHead.origin(
                of: Replica(site: practice.site, incarnation: Incarnation(UInt64(life))))
        }
        var statuses: [Int] = []
        for name in names + ["\(practice.site)/accord/audit/x", "\(practice.site)/accord/other"] {
            let signer = try #require(NoteSigner(name: name, job: .log, secret: practice.key))
            let head = try #require(LogHead(origin: name, size: 1, root: .leaf(of: [1])))
            let request = WitnessRequest(
                oldSize: 0, proof: [], head: SignedHead(head, signer: signer))
            statuses.append(
                try await hospital.store.cosign(request.encoded, from: practice.site).answer.status)
        }
        #expect(statuses == [Int](repeating: 200, count: 64) + [Int](repeating: 404, count: 8))
        #expect(try await hospital.entries(with: "peer's log: origin \(practice.site)") == 64)
    }

    @Test("a cosignature that is not the witness's is not kept, nor is a size that nothing shows")
    func liar() async throws {
        let (practice, hospital) = try await TestSite.pair()
        try await practice.grow(10)
        let request = try #require(try await practice.store.witnessRequest(for: hospital.site))
        let signer = try #require(
            NoteSigner(
                name: hospital.store.witnessSigner.key.name, job: .witness, secret: EventKey.make())
        )
        let lie = signer.cosign(request.head.note.text, seconds: 1)
        let foreign = try #require(
            LogHead(origin: practice.store.auditKey.name, size: 90, root: .empty))
        let forged = SignedHead(
            foreign,
            signer: try #require(
                NoteSigner(name: practice.store.auditKey.name, job: .log, secret: EventKey.make())))
        let answers: [WitnessAnswer?] = [
            .cosigned([lie]), .cosigned([]), .newestSize(90), .refused(.inconsistent), nil,
        ]
        let key = practice.store.auditKey
        let line = NoteSignature(
            name: key.name, keyID: key.id, bytes: [UInt8](repeating: 7, count: 64))
        let named = try SignedHead(
            encoded: SignedNote(text: foreign.text, signatures: [line]).encoded)
        for answer in answers {
            for shown in [forged, named] {
                try await practice.store.take(
                    answer, showing: shown, to: request, from: hospital.site)
            }
        }
        #expect(try await practice.store.auditHead()?.note.signatures.count == 1)
        #expect(try await practice.store.witnessStanding(quorum: 1).size == 0)
        #expect(!practice.store.auditStanding.isContradicted)
        #expect(try await practice.showHead(to: hospital) == 200)
    }
}

extension Array {
    /// What a function makes of each element, one after the other.
    fileprivate func asyncMap<Value>(_ body: (Element) async throws -> Value) async rethrows
        -> [Value]
    {
        var values: [Value] = []
        for element in self { values.append(try await body(element)) }
        return values
    }
}
