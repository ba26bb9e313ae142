import AuditTrail
import Signing
import Testing

@Suite("Vectors of requests to witnesses")
struct WitnessVectors {
    @Test("every request is answered as its vector says")
    func requests() throws {
        try VectorFile.check(try Self.file, named: "witness-requests") { input in
            var known = WitnessedLog(keys: [])
            for key in input["keys"].items { known.keys.append(try NoteKey(text: key.text ?? "")) }
            known.size = input["size"].decimal
            known.root = TreeHash(bytes: input["root"].bytes) ?? .empty
            let decision = WitnessDecision.decide(
                input["request"].bytes, signer: AuditSample.witnesses[0], seconds: 1_780_000_000
            ) { $0 == input["origin"].text ? known : nil }
            if case .cosigned(let lines) = decision.answer {
                #expect(decision.store?.note.signatures.contains(lines[0]) == true)
            }
            return [
                "status": .number(decision.answer.status),
                "stored": .optional(decision.store) { .decimal($0.head.size) },
            ]
        }
    }

    private static let entries = (0..<9).map { AuditSample.entry($0) }

    private static func request(
        _ old: Int, _ count: Int, by signer: NoteSigner = AuditSample.log,
        entries: [[UInt8]] = entries
    ) throws -> WitnessRequest {
        var tiles = MerkleTiles(size: UInt64(count), tiles: AuditSample.tiles(entries))
        return WitnessRequest(
            oldSize: UInt64(old), proof: try tiles.consistencyProof(from: UInt64(min(old, count))),
            head: AuditSample.head(entries.prefix(count), by: signer))
    }

    private static func vector(
        _ name: String, _ what: String, _ request: [UInt8], cosigned: Int, _ status: Int,
        stored: Int? = nil
    ) -> Vector {
        Vector(
            name, what,
            input: [
                "request": .hex(request), "origin": .text(AuditSample.origin),
                "keys": [.text(AuditSample.log.key.text)], "size": .decimal(cosigned),
                "root": .hex(AuditSample.head(entries.prefix(cosigned)).head.root.bytes),
            ], expect: ["status": .number(status), "stored": .optional(stored) { .decimal($0) }])
    }

    private static var file: VectorFile {
        get throws {
            VectorFile(
                name: "witness-requests", specification: "audit-log-v1.md §6",
                about:
                    "A request, and what the witness knows of an origin; its answer's status and the size it stores.",
                vectors: try good + refused + malformed)
        }
    }

    private static var good: [Vector] {
        get throws {
            [
                vector(
                    "first", "never cosigned before", try request(0, 5).encoded, cosigned: 0, 200,
                    stored: 5),
                vector(
                    "grown", "from 5 to 9", try request(5, 9).encoded, cosigned: 5, 200, stored: 9),
                vector(
                    "same", "the same head again", try request(5, 5).encoded, cosigned: 5, 200,
                    stored: 5),
                vector(
                    "empty", "a log without entries", try request(0, 0).encoded, cosigned: 0, 200,
                    stored: 0),
            ]
        }
    }

    private static var refused: [Vector] {
        get throws {
            var rewritten = entries
            rewritten[2] = AuditSample.entry(2, kind: "stop")
            var wrong = try request(5, 9)
            wrong.proof.removeLast()
            var needless = try request(0, 5)
            needless.proof = [.empty]
            var above = try request(5, 5)
            above.oldSize = 6
            let elsewhere = AuditSample.signer("elsewhere.example/log", .log)
            let head = LogHead(origin: elsewhere.key.name, size: 1, root: .empty)
            let unknown = head.map {
                WitnessRequest(oldSize: 0, proof: [], head: SignedHead($0, signer: elsewhere))
            }
            let hollow = LogHead(origin: AuditSample.origin, size: 0, root: .leaf(of: []))
            let hollowRequest = hollow.map {
                WitnessRequest(oldSize: 0, proof: [], head: SignedHead($0, signer: AuditSample.log))
            }
            return [
                vector(
                    "stale", "the witness is ahead", try request(3, 9).encoded, cosigned: 5, 409),
                vector(
                    "ahead", "the witness is behind", try request(7, 9).encoded, cosigned: 5, 409),
                vector("back", "a smaller head", try request(3, 3).encoded, cosigned: 5, 409),
                vector(
                    "rewritten", "an entry is another",
                    try request(5, 9, entries: rewritten).encoded, cosigned: 5, 422),
                vector(
                    "rewritten-same", "another root at one size",
                    try request(5, 5, entries: rewritten).encoded, cosigned: 5, 422),
                vector("wrong-proof", "a hash too few", wrong.encoded, cosigned: 5, 422),
                vector(
                    "needless-proof", "a proof from nothing", needless.encoded, cosigned: 0, 422),
                vector(
                    "hollow", "no entries, but a root", hollowRequest?.encoded ?? [], cosigned: 0,
                    422),
                vector(
                    "above", "the old size is above the head's", above.encoded, cosigned: 5, 400),
                vector(
                    "other-key", "another key under the name",
                    try request(0, 5, by: AuditSample.otherLog).encoded, cosigned: 0, 403),
                vector(
                    "unknown", "an origin that is not known", unknown?.encoded ?? [], cosigned: 0,
                    404),
            ]
        }
    }

    private static var malformed: [Vector] {
        get throws {
            let text = String(decoding: try request(5, 9).encoded, as: UTF8.self)
            var long = try request(5, 9)
            long.proof = [TreeHash](repeating: .empty, count: 64)
            let cases = [
                ("nothing", ""), ("old-zero-first", text.replacing("old 5", with: "old 05")),
                ("old-space", text.replacing("old 5", with: "old  5")),
                ("old-minus", text.replacing("old 5", with: "old -5")),
                ("no-old", String(text.dropFirst(6))),
                ("bad-hash", text.replacing("old 5\n", with: "old 5\nAAAA\n")),
                ("cut", String(text.prefix(60))), ("no-head", "old 0\n\n"),
                ("bad-line", text.replacing("— ", with: "- ")),
            ]
            return cases.map { name, text in
                vector("malformed-\(name)", "not a request", Array(text.utf8), cosigned: 5, 400)
            } + [vector("malformed-64-hashes", "a proof too long", long.encoded, cosigned: 5, 400)]
        }
    }
}
