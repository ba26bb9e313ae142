import AuditTrail
import Foundation
import Signing
import Testing

@Suite("Vectors of notes and keys of the audit log")
struct AuditNoteVectors {
    @Test("every note, key and head is read or refused as its vector says")
    func notes() throws {
        try VectorFile.check(Self.file, named: "audit-notes") { input in
            do throws(LogRefusal) {
                if let text = input["key"].text { return Self.describe(try NoteKey(text: text)) }
                if input["head"] != .null {
                    let head = try SignedHead(encoded: input["head"].bytes).head
                    return [
                        "origin": .text(head.origin), "size": .decimal(head.size),
                        "root": .hex(head.root.bytes),
                    ]
                }
                let note = try SignedNote(encoded: input["note"].bytes)
                var keys: [NoteKey] = []
                for key in input["keys"].items { keys.append(try NoteKey(text: key.text ?? "")) }
                let names = try note.signers(among: keys).map(\.name).sorted()
                return [
                    "text": .text(String(decoding: note.text, as: UTF8.self)),
                    "signers": .list(names.map { .text($0) }),
                ]
            } catch {
                return ["refusal": .text(error.rawValue)]
            }
        }
    }

    private static func describe(_ key: NoteKey) -> JSON {
        [
            "name": .text(key.name), "job": .text("\(key.job)"),
            "publicKey": .hex(key.publicKey.rawBytes),
            "id": .hex((0..<4).map { UInt8(truncatingIfNeeded: key.id >> UInt32(24 - 8 * $0)) }),
        ]
    }

    private static var file: VectorFile {
        VectorFile(
            name: "audit-notes", specification: "audit-log-v1.md §4, §5",
            about: "A key as text; a note with keys and who of them signed; a signed head.",
            vectors: keys + notes + signatures + heads)
    }

    private static let neumann =
        "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"

    private static var keys: [Vector] {
        let good = [
            ("key-log", AuditSample.log.key), ("key-witness", AuditSample.witnesses[0].key),
        ]
        let bad = [
            ("key-id", neumann.replacing("c74f20a3", with: "c74f20a4"), "bad-key"),
            ("key-id-case", neumann.replacing("c74f20a3", with: "C74F20A3"), "bad-key"),
            ("key-name", "X" + neumann, "bad-key"),
            ("key-cut", String(neumann.dropLast(4)), "bad-key"),
            ("key-space", "a b" + neumann.dropFirst(12), "bad-key"), ("key-empty", "", "bad-key"),
            ("key-type", otherType(0x06), "unknown-type"),
            ("key-type-2", otherType(0x02), "unknown-type"),
            ("key-length", otherType(0x01), "bad-key"),
        ]
        return [
            Vector(
                "key-reference", "the key of the reference implementation's tests",
                input: ["key": .text(neumann)],
                expect: [
                    "name": "PeterNeumann", "job": "log", "id": "c74f20a3",
                    "publicKey": "1a5cd907143c384c41e830c5bce12aa8817ec5649aaabf2c31388b35b2d744d6",
                ])
        ]
            + good.map { name, key in
                Vector(
                    name, "name, key id, and base64 of type and key",
                    input: ["key": .text(key.text)], expect: describe(key))
            }
            + bad.map { name, text, refusal in
                Vector(
                    name, "no key of a type that is read", input: ["key": .text(text)],
                    refusal: refusal)
            }
    }

    /// A key of 40 bytes under a type.
    private static func otherType(_ type: UInt8) -> String {
        let material = [type] + [UInt8](repeating: 5, count: 41)
        let id = Digest.sha256(Array("w\n".utf8) + material).prefix(4)
        return "w+\(Hexadecimal.text(id))+" + Data(material).base64EncodedString()
    }

    private static var notes: [Vector] {
        let line = "— a AAAAAAA=\n"
        let malformed: [(String, String, String)] = [
            ("note-empty", "", "no-signatures"),
            ("note-no-empty-line", "t\n" + line, "no-signatures"),
            ("note-no-lines", "t\n\n", "no-signatures"),
            ("note-no-newline", "t\n\n— a AAAAAAA=", "no-signatures"),
            ("note-empty-line-behind", "t\n\n\(line)\n", "no-signatures"),
            ("note-hyphen", "t\n\n- a AAAAAAA=\n", "bad-signature-line"),
            ("note-two-spaces", "t\n\n— a  AAAAAAA=\n", "bad-signature-line"),
            ("note-plus", "t\n\n— a+ AAAAAAA=\n", "bad-signature-line"),
            ("note-no-break-space", "t\n\n— a\u{A0} AAAAAAA=\n", "bad-signature-line"),
            ("note-short", "t\n\n— a AAAAAA==\n", "bad-signature-line"),
            ("note-bits", "t\n\n— a AAAAAAB=\n", "bad-signature-line"),
            ("note-padding", "t\n\n— a AAAAAAA\n", "bad-signature-line"),
            ("note-tab", "t\tt\n\n" + line, "not-text"),
            ("note-return", "t\r\n\n" + line, "not-text"),
            ("note-65-lines", "t\n\n" + String(repeating: line, count: 65), "too-long"),
        ]
        return malformed.map { name, text, refusal in
            Vector(
                name, "not a note", input: ["note": AuditSample.hex(text), "keys": []],
                refusal: refusal)
        } + [
            Vector(
                "note-not-utf8", "not UTF-8",
                input: ["note": .hex([0xFF] + Array("\n\n\(line)".utf8)), "keys": []],
                refusal: "not-text"),
            Vector(
                "note-unknown-only", "signed by nobody who is known",
                input: [
                    "note": AuditSample.hex("t\n\n" + line),
                    "keys": [.text(AuditSample.log.key.text)],
                ], refusal: "not-signed"),
        ]
    }

    private static var signatures: [Vector] {
        let reference =
            "If you think cryptography is the answer to your problem,\n"
            + "then you don't know what your problem is.\n"
        let line =
            "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdng"
            + "otpRZb6KE6RyyBwJnAM=\n"
        let text = Array("a\n\nb\n".utf8)
        let own = AuditSample.log.sign(text)
        let witness = AuditSample.witnesses[0].cosign(text, seconds: 1_780_000_000)
        let stranger = NoteSignature(name: own.name, keyID: own.keyID ^ 1, bytes: own.bytes)
        let bad = NoteSignature(name: own.name, keyID: own.keyID, bytes: own.bytes.reversed())
        let late = NoteSignature(
            name: witness.name, keyID: witness.keyID,
            bytes: [UInt8](repeating: 0, count: 8) + witness.bytes.dropFirst(8))
        let keys: JSON = [
            .text(AuditSample.log.key.text), .text(AuditSample.witnesses[0].key.text),
        ]
        func vector(_ name: String, _ what: String, _ lines: [NoteSignature], _ expect: JSON)
            -> Vector
        {
            Vector(
                name, what,
                input: [
                    "note": .hex(SignedNote(text: text, signatures: lines).encoded), "keys": keys,
                ], expect: expect)
        }
        let both: JSON = [
            "text": "a\n\nb\n", "signers": [.text(own.name), .text(witness.name)],
        ]
        return [
            Vector(
                "signed-reference", "the note of the reference implementation's tests",
                input: [
                    "note": AuditSample.hex(reference + "\n" + line), "keys": [.text(neumann)],
                ],
                expect: ["text": .text(reference), "signers": ["PeterNeumann"]]),
            vector(
                "signed", "a log and a witness; a text with an empty line", [own, witness], both),
            vector("signed-twice", "the same line again", [own, witness, own], both),
            vector(
                "signed-stranger", "unknown lines are passed over", [stranger, own, witness], both),
            vector(
                "signed-bad", "a known key's line does not hold", [own, bad],
                ["refusal": "bad-signature"]),
            vector(
                "signed-time", "the time is under the signature", [own, late],
                ["refusal": "bad-signature"]),
        ]
    }

    private static var heads: [Vector] {
        let good = AuditSample.head([AuditSample.entry(0)])
        let root = "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I="
        let line = "\n— a AAAAAAA=\n"
        let bad = [
            ("two-lines", "o\n1\n"), ("extension", "o\n1\n\(root)\nmore\n"),
            ("zero-first", "o\n01\n\(root)\n"), ("negative", "o\n-1\n\(root)\n"),
            ("size", "o\n9223372036854775808\n\(root)\n"), ("origin", "o o\n1\n\(root)\n"),
            ("no-origin", "\n1\n\(root)\n"), ("short-root", "o\n1\nAAAA\n"),
            ("root-bits", "o\n1\n\(root.dropLast(2))J=\n"),
            ("long-origin", "\(String(repeating: "o", count: 256))\n1\n\(root)\n"),
        ]
        return [
            Vector(
                "head", "a head of one entry", input: ["head": .hex(good.encoded)],
                expect: [
                    "origin": .text(AuditSample.origin), "size": "1",
                    "root": .hex(good.head.root.bytes),
                ]),
            Vector(
                "head-largest", "the largest size",
                input: ["head": AuditSample.hex("o\n9223372036854775807\n\(root)\n" + line)],
                expect: [
                    "origin": "o", "size": "9223372036854775807",
                    "root": "0ac5186a91863e8e1d90c808014aa89bf5da8e3ee1d9f07630f0378f68f1ab62",
                ]),
        ]
            + bad.map { name, text in
                Vector(
                    "head-\(name)", "not three lines of a head",
                    input: ["head": AuditSample.hex(text + line)], refusal: "bad-head")
            }
    }
}
