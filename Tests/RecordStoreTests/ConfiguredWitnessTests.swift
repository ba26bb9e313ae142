import AuditTrail
import Foundation
import Signing
import Testing

@testable import RecordStore

/// What a store keeps of witnesses that the configuration names.
@Suite struct ConfiguredWitnessTests {
    /// A witness after C2SP, and what it remembers of one log.
    private struct Witness {
        let signer: NoteSigner
        var log: WitnessedLog

        init(_ name: String, of site: TestSite) throws {
            signer = try #require(
                NoteSigner(name: name, job: .witness, secret: EventKey.make()))
            log = WitnessedLog(keys: [site.store.auditKey])
        }

        /// Decides about the site's newest head, and lets the site take the answer.
        mutating func see(
            _ site: TestSite
        ) async throws -> ConfiguredWitnessRecord.State? {
            guard let request = try await site.store.witnessRequest(for: signer.key) else {
                return nil
            }
            let known = log
            let decision = WitnessDecision.decide(request.encoded, signer: signer, seconds: 7) {
                _ in known
            }
            if let stored = decision.store {
                log.size = stored.head.size
                log.root = stored.head.root
            }
            return try await site.store.take(
                .answered(decision.answer), to: request, from: signer.key)
        }
    }

    private static func pair() async throws -> (TestSite, Witness) {
        let site = try TestSite("practice")
        let witness = try Witness("witness.example/w", of: site)
        try await site.store.configureWitnesses([witness.signer.key])
        try await site.grow(10)
        return (site, witness)
    }

    @Test("a log that grows is cosigned head by head, and the cosignatures count and are exported")
    func cosigned() async throws {
        var (site, witness) = try await Self.pair()
        for count in [1, 40, 300] {
            try await site.grow(count)
            #expect(try await witness.see(site) == .cosigned)
            #expect(try await witness.see(site) == nil)
            let standing = try await site.store.witnessStanding(quorum: 1)
            #expect(standing.size == site.store.auditStanding.signedSize)
            #expect(standing.witnesses == 1 && standing.witnessed == 1)
            #expect(try await site.store.auditKeys().witnesses == [witness.signer.key])
            #expect(try await site.store.witnessesOfNewestHead() == 1)
        }
        var policy = LogVerifier.Policy()
        policy.witnessesMin = 1
        // The check signs nothing new: the newest head is the cosigned one.
        guard case .intact = try await site.store.verifyAuditLog(policy) else {
            Issue.record("not intact")
            return
        }
        #expect(try await site.entries(with: #""kind":"witness""#) == 0)
    }

    @Test(
        "a cosignature by another key, under another name, or none, is not kept and counts nothing")
    func wrongKey() async throws {
        let (site, witness) = try await Self.pair()
        let key = witness.signer.key
        let request = try #require(try await site.store.witnessRequest(for: key))
        let sameName = try #require(
            NoteSigner(name: key.name, job: .witness, secret: EventKey.make()))
        let otherName = try #require(
            NoteSigner(name: "other.example/w", job: .witness, secret: EventKey.make()))
        let (text, seconds) = (request.head.note.text, UInt64(7))
        let forged = NoteSignature(
            name: key.name, keyID: key.id, bytes: sameName.cosign(text, seconds: seconds).bytes)
        let lines = [
            sameName.cosign(text, seconds: seconds), otherName.cosign(text, seconds: seconds),
            forged,
        ]
        for answer in lines.map({ [$0] }) + [[], lines] {
            let state = try await site.store.take(
                .answered(.cosigned(answer)), to: request, from: key)
            #expect(state == .badCosignature)
            #expect(try await site.store.witnessStanding(quorum: 1).size == 0)
            #expect(try await site.store.auditHead()?.note.signatures.count == 1)
        }
        // The right line counts among strangers' lines, which are not kept.
        let right = witness.signer.cosign(text, seconds: seconds)
        let state = try await site.store.take(
            .answered(.cosigned(lines + [right])), to: request, from: key)
        #expect(state == .cosigned)
        #expect(try await site.store.auditHead()?.note.signatures.contains(lines[0]) == false)
    }

    @Test("a witness that the configuration does not name is not asked, not taken and not counted")
    func unconfigured() async throws {
        var (site, witness) = try await Self.pair()
        #expect(try await witness.see(site) == .cosigned)
        try await site.grow()
        let request = try #require(try await site.store.witnessRequest(for: witness.signer.key))
        try await site.store.configureWitnesses([])
        #expect(try await witness.see(site) == nil)
        let line = witness.signer.cosign(request.head.note.text, seconds: 7)
        #expect(
            try await site.store.take(
                .answered(.cosigned([line])), to: request, from: witness.signer.key) == nil)
        let standing = try await site.store.witnessStanding(quorum: 1)
        #expect(standing.size == 0 && standing.witnesses == 0)
        #expect(try await site.store.auditKeys().witnesses.isEmpty)
        #expect(try await site.store.configuredWitnesses().isEmpty)
        try await site.store.configureWitnesses([witness.signer.key])
        #expect(try await site.store.witnessStanding(quorum: 1).size > 0)
    }

    @Test("a peer's own key does not count a second time under the configuration")
    func peersKey() async throws {
        let (practice, hospital) = try await TestSite.pair()
        try await practice.grow()
        #expect(try await practice.showHead(to: hospital) == 200)
        let key = hospital.store.witnessSigner.key
        let renamed = try #require(
            NoteKey(name: "other.example/w", job: .witness, publicKey: key.publicKey))
        for name in [key, renamed] {
            try await practice.store.configureWitnesses([name])
            #expect(try await practice.store.witnessStanding(quorum: 1).witnesses == 1)
        }
    }

    @Test("an answer that got lost costs a second question, and a witness put back is told")
    func conflict() async throws {
        var (site, witness) = try await Self.pair()
        let request = try #require(try await site.store.witnessRequest(for: witness.signer.key))
        witness.log.size = request.head.head.size
        witness.log.root = request.head.head.root
        try await site.grow(10)
        #expect(try await witness.see(site) == .behind)
        #expect(try await witness.see(site) == .cosigned)
        try await site.grow(10)
        witness.log = WitnessedLog(keys: [site.store.auditKey])
        #expect(try await witness.see(site) == .behind)
        #expect(try await site.store.configuredWitnesses()[0].isBehindItself)
        #expect(try await site.entries(with: #""kind":"witness""#) == 1)
        #expect(try await witness.see(site) == .cosigned)
        let record = try await site.store.configuredWitnesses()[0]
        #expect(record.fallenSize != nil && !record.isBehindItself)
    }

    @Test("a log that was put back is told so by 409, and by 422 once it has grown again")
    func putBack() async throws {
        var (site, witness) = try await Self.pair()
        #expect(try await witness.see(site) == .cosigned)
        let older = try site.copyOfOpenFiles()
        try await site.grow(100)
        #expect(try await witness.see(site) == .cosigned)
        for _ in 0..<2 {
            try await older.grow()
            #expect(try await witness.see(older) == .ahead)
        }
        let ahead = try await older.store.configuredWitnesses()[0].aheadSize
        #expect(ahead == witness.log.size)
        try await older.grow(200)
        #expect(try await witness.see(older) == .behind)
        for _ in 0..<2 {
            #expect(try await witness.see(older) == .inconsistent)
            try await older.grow()
        }
        // Each is told once, and ends no signing: anybody can make up a number.
        #expect(try await older.entries(with: #""kind":"alarm""#) == 2)
        #expect(!older.store.auditStanding.isContradicted)
        let standing = try await older.store.witnessStanding(quorum: 1)
        #expect(standing.size < witness.log.size)
    }

    @Test("409 with the size that was shown says that the roots differ")
    func sameSize() async throws {
        let (site, witness) = try await Self.pair()
        let key = witness.signer.key
        let request = try #require(try await site.store.witnessRequest(for: key))
        #expect(
            try await site.store.take(
                .answered(.newestSize(request.oldSize)), to: request, from: key) == .badAnswer)
        #expect(
            try await site.store.take(
                .answered(.newestSize(request.head.head.size)), to: request, from: key) == .behind)
        let again = try #require(try await site.store.witnessRequest(for: key))
        #expect(again.oldSize == again.head.head.size)
        #expect(
            try await site.store.take(
                .answered(.newestSize(again.oldSize)), to: again, from: key) == .inconsistent)
    }

    @Test("every other answer is kept by name, and the log is shown again")
    func others() async throws {
        var (site, witness) = try await Self.pair()
        let key = witness.signer.key
        let request = try #require(try await site.store.witnessRequest(for: key))
        let replies: [(ConfiguredWitnessReply, ConfiguredWitnessRecord.State)] = [
            (.answered(.refused(.malformed)), .malformed),
            (.answered(.refused(.notSigned)), .notSigned),
            (.answered(.refused(.unknownOrigin)), .unknownOrigin),
            (.failed(.redirected, status: 302), .redirected),
            (.failed(.tooLarge, status: nil), .tooLarge),
        ]
        for (reply, state) in replies {
            #expect(try await site.store.take(reply, to: request, from: key) == state)
            #expect(try await site.store.configuredWitnesses().map(\.state) == [state])
            #expect(try await site.store.witnessRequest(for: key) == request)
        }
        #expect(try await witness.see(site) == .cosigned)
    }
}
