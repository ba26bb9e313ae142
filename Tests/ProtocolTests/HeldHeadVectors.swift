import AuditTrail
import Signing
import Testing

@Suite("Vectors of what witnesses hold")
struct HeldHeadVectors {
    @Test("every answer of a witness is read or refused as its vector says")
    func held() throws {
        try VectorFile.check(Self.file, named: "witness-heads") { input in
            do throws(LogRefusal) {
                let key = try NoteKey(text: input["key"].text ?? "")
                return [
                    "held": .list(try HeldHead.read(input["body"].bytes, of: key).map(Self.words))
                ]
            } catch {
                return ["refusal": .text(error.rawValue)]
            }
        }
    }

    private static func words(_ held: HeldHead) -> JSON {
        switch held {
        case .signed(let signed): ["is": "signed", "size": .decimal(signed.head.size)]
        case .otherKey(let head): ["is": "other-key", "size": .decimal(head.size)]
        case .otherLog(let head): ["is": "other-log", "size": .decimal(head.size)]
        }
    }

    private static func head(_ count: Int, by signer: NoteSigner = AuditSample.log) -> SignedHead {
        AuditSample.head((0..<count).map { AuditSample.entry($0) }, by: signer)
    }

    private static func vector(
        _ name: String, _ what: String, _ body: [UInt8], expect: JSON
    ) -> Vector {
        Vector(
            name, what, input: ["body": .hex(body), "key": .text(AuditSample.log.key.text)],
            expect: expect)
    }

    private static func good(
        _ name: String, _ what: String, _ heads: [SignedHead], _ words: [(String, Int)]
    ) -> Vector {
        vector(
            name, what, LogBundle.headsFile(heads),
            expect: ["held": .list(words.map { ["is": .text($0), "size": .decimal($1)] })])
    }

    private static var file: VectorFile {
        var cosigned = head(5)
        let witness = AuditSample.witnesses[0]
        cosigned.add([witness.cosign(cosigned.note.text, seconds: 7)], of: [witness.key])
        let bytes = LogBundle.headsFile([cosigned])
        let other = AuditSample.signer("elsewhere.example/log", .log)
        let elsewhere = LogHead(origin: other.key.name, size: 4, root: .empty)
        let foreign = elsewhere.map { [SignedHead($0, signer: other)] } ?? []
        let forged = String(decoding: LogBundle.headsFile([head(5)]), as: UTF8.self)
            .replacing("\n5\n", with: "\n6\n")
        return VectorFile(
            name: "witness-heads", specification: "audit-log-v1.md §6",
            about: "What a witness holds of a site's logs, as the log with this key sees it.",
            vectors: [
                good("nothing", "it holds nothing", [], []),
                good("one", "a cosigned head", [cosigned], [("signed", 5)]),
                good(
                    "several", "the head cosigned last, and evidence", [cosigned, head(3)],
                    [("signed", 5), ("signed", 3)]),
                good(
                    "other-key", "the log's name, and another key",
                    [head(5, by: AuditSample.otherLog)], [("other-key", 5)]),
                good("other-log", "an earlier life", foreign, [("other-log", 4)]),
                vector(
                    "forged", "a size that the key did not sign", Array(forged.utf8),
                    expect: ["held": [["is": "other-key", "size": .decimal(6)]]]),
                vector(
                    "cut", "no empty line at the end", Array(bytes.dropLast()),
                    expect: ["refusal": "no-signatures"]),
                vector(
                    "half", "a note without signatures",
                    bytes + Array(cosigned.note.text) + [0x0A], expect: ["refusal": "no-signatures"]
                ),
                vector(
                    "no-text", "not a note", [0xFF, 0xFE], expect: ["refusal": "no-signatures"]),
                vector(
                    "extension", "four lines",
                    Array(
                        String(decoding: bytes, as: UTF8.self)
                            .replacing("\n\n— one", with: "\nmore\n\n— one").utf8),
                    expect: ["refusal": "bad-head"]),
                vector(
                    "bad-line", "a line with a hyphen for the dash",
                    Array(
                        String(decoding: bytes, as: UTF8.self)
                            .replacing("— one", with: "- one").utf8),
                    expect: ["refusal": "bad-signature-line"]),
            ])
    }
}
