import AuditTrail
import Signing
import Testing

@Suite struct WitnessTests {
    static let log = SampleLog(count: 40, headSizes: [1, 7, 8, 30, 40])
    static let witness = SampleLog.witnesses[0]

    /// What a witness stores, and how it decides.
    struct Store {
        var known = WitnessedLog(keys: [SampleLog.log.key])
        var stored: SignedHead?

        mutating func decide(_ body: [UInt8], seconds: UInt64 = 77) -> WitnessDecision {
            let known = known
            let decision = WitnessDecision.decide(body, signer: witness, seconds: seconds) {
                origin in
                origin == SampleLog.origin ? known : nil
            }
            if let head = decision.store {
                stored = head
                self.known.size = head.head.size
                self.known.root = head.head.root
            }
            return decision
        }
    }

    static func request(
        _ old: Int, _ head: SignedHead, in entries: [[UInt8]] = log.entries
    ) throws -> WitnessRequest {
        let store = TileStore(entries)
        var tiles = MerkleTiles(size: head.head.size, tiles: store.read)
        return WitnessRequest(
            oldSize: UInt64(old),
            proof: try tiles.consistencyProof(from: min(UInt64(old), head.head.size)), head: head)
    }

    @Test("a log that only grows is cosigned, and what is stored is what was cosigned")
    func growth() throws {
        var store = Store()
        var old = 0
        for head in Self.log.heads {
            let request = try Self.request(old, head)
            #expect(try WitnessRequest(encoded: request.encoded) == request)
            let decision = store.decide(request.encoded, seconds: 1_780_000_000)
            guard case .cosigned(let lines) = decision.answer else {
                Issue.record("\(decision.answer)")
                return
            }
            #expect(lines.count == 1 && lines[0].cosignedSeconds == 1_780_000_000)
            #expect(Self.witness.key.isValid(lines[0], over: head.note.text))
            #expect(decision.store?.head == head.head)
            #expect(decision.store?.note.signatures.contains(lines[0]) == true)
            #expect(decision.evidence == nil)
            old = Int(head.head.size)
        }
        let again = store.decide(try Self.request(40, Self.log.heads[4]).encoded)
        #expect(again.answer.status == 200)
    }

    @Test("an old size that is not the one cosigned last is answered with that one")
    func stale() throws {
        var store = Store()
        #expect(store.decide(try Self.request(0, Self.log.heads[3]).encoded).answer.status == 200)
        for (old, head) in [(0, 4), (7, 4), (0, 1), (7, 1)] {
            let decision = store.decide(try Self.request(old, Self.log.heads[head]).encoded)
            #expect(decision.answer == .newestSize(30))
            #expect(decision.answer.body == bytes("30\n"))
            #expect(decision.store == nil)
        }
        #expect(store.known.size == 30)
    }

    @Test("a log that was rewritten is refused with 422, and its head is kept as evidence")
    func rewritten() throws {
        for place in [0, 6, 29] {
            var store = Store()
            _ = store.decide(try Self.request(0, Self.log.heads[3]).encoded)
            var other = Self.log
            other.entries[place] = SampleLog.entry(place, kind: .stop)
            other.sign(sizes: [30, 40])
            for head in other.heads {
                let decision = store.decide(try Self.request(30, head, in: other.entries).encoded)
                #expect(decision.answer == .refused(.inconsistent))
                #expect(decision.answer.status == 422 && decision.answer.body.isEmpty)
                #expect(decision.evidence == head)
                #expect(decision.store == nil)
            }
            #expect(store.known.size == 30)
        }
    }

    @Test("a wrong proof, or one where none belongs, is 422")
    func wrongProof() throws {
        var store = Store()
        var first = try Self.request(0, Self.log.heads[1])
        first.proof = [.empty]
        #expect(store.decide(first.encoded).answer.status == 422)
        _ = store.decide(try Self.request(0, Self.log.heads[1]).encoded)
        var same = try Self.request(7, Self.log.heads[1])
        same.proof = [.empty]
        #expect(store.decide(same.encoded).answer.status == 422)
        var next = try Self.request(7, Self.log.heads[3])
        next.proof.removeLast()
        #expect(store.decide(next.encoded).answer.status == 422)
        #expect(store.known.size == 7)
    }

    @Test("an empty log has the empty root or is refused")
    func empty() throws {
        var store = Store()
        for (root, status) in [(TreeHash.empty, 200), (TreeHash.leaf(of: []), 422)] {
            let head = try #require(LogHead(origin: SampleLog.origin, size: 0, root: root))
            let request = WitnessRequest(
                oldSize: 0, proof: [], head: SignedHead(head, signer: SampleLog.log))
            #expect(store.decide(request.encoded).answer.status == status)
        }
    }

    @Test("an unknown origin is 404, another signer 403, an old size above the head's 400")
    func strangers() throws {
        var store = Store()
        let elsewhere = SampleLog.signer("elsewhere.example/accord/audit/1", .log)
        let head = try #require(LogHead(origin: elsewhere.key.name, size: 1, root: .empty))
        let unknown = WitnessRequest(
            oldSize: 0, proof: [], head: SignedHead(head, signer: elsewhere))
        #expect(store.decide(unknown.encoded).answer == .refused(.unknownOrigin))
        let forged = SampleLog.head(Self.log.entries[..<7], signer: SampleLog.otherLog)
        #expect(
            store.decide(try Self.request(0, forged).encoded).answer == .refused(.notSigned))
        var tooOld = try Self.request(0, Self.log.heads[1])
        tooOld.oldSize = 8
        #expect(store.decide(tooOld.encoded).answer == .refused(.malformed))
        #expect(store.stored == nil)
    }

    @Test(
        "what is not a request is refused for what it breaks",
        arguments: [
            ("", LogRefusal.badRequest),
            ("old 0", .badRequest),
            ("old 00\n\n", .badRequest),
            ("old -1\n\n", .badRequest),
            ("old  1\n\n", .badRequest),
            ("new 1\n\n", .badRequest),
            ("old 0\n", .badRequest),
            ("old 0\nAAAA\n\n", .badHash),
            ("old 0\n\n", .noSignatures),
            ("old 0\n\no\n1\n\n— a AAAAAAA=\n", .badHead),
        ])
    func malformed(text: String, refusal: LogRefusal) {
        #expect(throws: refusal) { try WitnessRequest(encoded: bytes(text)) }
        var store = Store()
        #expect(store.decide(bytes(text)).answer == .refused(.malformed))
    }

    @Test("63 proof lines are read and 64 are not")
    func proofLines() throws {
        var request = try Self.request(0, Self.log.heads[0])
        request.proof = [TreeHash](repeating: .empty, count: 63)
        #expect(try WitnessRequest(encoded: request.encoded).proof.count == 63)
        request.proof.append(.empty)
        #expect(throws: LogRefusal.tooLong) { try WitnessRequest(encoded: request.encoded) }
    }

    @Test("every answer comes back from its status, type and body")
    func answers() throws {
        let line = Self.witness.cosign(bytes("x\n"), seconds: 1)
        let answers: [WitnessAnswer] =
            [.cosigned([line, line]), .newestSize(0), .newestSize(20_852_163)]
            + WitnessAnswer.Refusal.allCases.map { .refused($0) }
        for answer in answers {
            let type = answer.status == 409 ? WitnessAnswer.sizeType : nil
            #expect(
                WitnessAnswer(status: answer.status, contentType: type, body: answer.body) == answer
            )
        }
        for (status, type, body) in [
            (200, nil, ""), (200, nil, "x\n"), (409, "text/plain", "1\n"), (409, nil, "1\n"),
            (409, WitnessAnswer.sizeType, "1"), (409, WitnessAnswer.sizeType, "01\n"),
            (409, WitnessAnswer.sizeType, ""), (500, nil, ""), (204, nil, ""),
        ] as [(Int, String?, String)] {
            #expect(WitnessAnswer(status: status, contentType: type, body: bytes(body)) == nil)
        }
    }
}
