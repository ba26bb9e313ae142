import Signing
import TestSupport
import Testing

@testable import AuditTrail

@Suite struct NoteTests {
    // The key and note that the reference implementation of signed notes is tested with
    // (golang.org/x/mod/sumdb/note).
    static let keyText = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
    static let secret = "AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz"
    static let text = bytes(
        "If you think cryptography is the answer to your problem,\n"
            + "then you don't know what your problem is.\n")
    static let line = bytes(
        "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdng"
            + "otpRZb6KE6RyyBwJnAM=\n")

    @Test("the reference implementation's note verifies, and signing makes it again")
    func reference() throws {
        let key = try NoteKey(text: Self.keyText)
        #expect(key.name == "PeterNeumann" && key.id == 0xC74F_20A3 && key.job == .log)
        #expect(key.text == Self.keyText)
        let note = try SignedNote(encoded: Self.text + bytes("\n") + Self.line)
        #expect(note.text == Self.text)
        #expect(try note.signers(among: [key]) == [key])
        let seed = try #require(Base64.bytes(Self.secret.utf8)).dropFirst()
        let secret = try #require(EventKey(rawBytes: Array(seed)))
        let signer = try #require(NoteSigner(name: "PeterNeumann", job: .log, secret: secret))
        #expect(signer.key == key)
        #expect(signer.sign(Self.text).line == Self.line)
        #expect(note.encoded == Self.text + bytes("\n") + Self.line)
    }

    @Test("no part of a key's text is a key, and no change of it is that key")
    func keyText() throws {
        let text = Array(Self.keyText)
        for start in text.indices {
            for end in start...text.count where end - start < text.count {
                #expect(throws: LogRefusal.badKey) { try NoteKey(text: String(text[start..<end])) }
            }
        }
        let key = try NoteKey(text: Self.keyText)
        for place in text.indices {
            var altered = Array(Self.keyText.utf8)
            altered[place] ^= 1
            let read = try? NoteKey(text: String(decoding: altered, as: UTF8.self))
            #expect(read != key)
        }
    }

    @Test("a key of another type is told from one that is malformed")
    func otherTypes() throws {
        for type in [0x02, 0x05, 0x06, 0xFF] as [UInt8] {
            let material = [type] + [UInt8](repeating: 7, count: 1_312)
            let digest = Digest.sha256(bytes("w\n") + material)
            let text =
                "w+\(Hexadecimal.text(digest.prefix(4)))+"
                + String(decoding: Base64.text(material), as: UTF8.self)
            #expect(throws: LogRefusal.unknownType) { try NoteKey(text: text) }
        }
        let short = Digest.sha256(bytes("w\n") + [1, 2])
        #expect(throws: LogRefusal.badKey) {
            try NoteKey(text: "w+\(Hexadecimal.text(short.prefix(4)))+AQI=")
        }
    }

    @Test("a name holds no white space of any script, no plus and no control character")
    func names() {
        for bad in [
            "", "a b", "a+b", "a\u{A0}b", "a\u{2028}b", "a\u{3000}b", "a\nb", "a\u{1F}b",
            "a\u{85}b",
            String(repeating: "n", count: 256),
        ] {
            #expect(!NoteKey.isName(bad))
        }
        for good in [
            "a", "é/ü", "stmary.example/accord/audit/1", String(repeating: "n", count: 255),
        ] {
            #expect(NoteKey.isName(good))
        }
    }

    @Test(
        "a note that is not one is refused for what it breaks",
        arguments: [
            ("", LogRefusal.noSignatures),
            ("text\n", .noSignatures),
            ("text\n\n", .noSignatures),
            ("text\n\n— a AAAAAAA=", .noSignatures),
            ("text\n\n- a AAAAAAA=\n", .badSignatureLine),
            ("text\n\n— a AAAAAAA=\n\n", .noSignatures),
            ("text\n\n— a AAAAAA==\n", .badSignatureLine),
            ("text\n\n— a  AAAAAAA=\n", .badSignatureLine),
            ("text\n\n— a AAAAAAA= \n", .badSignatureLine),
            ("text\n\n— a AAAAAAB=\n", .badSignatureLine),
            ("text\n\n— a AAAAAAA\n", .badSignatureLine),
            ("text\n\n— a+b AAAAAAA=\n", .badSignatureLine),
            ("text\n\n— a\u{A0}b AAAAAAA=\n", .badSignatureLine),
            ("text\n\n—a AAAAAAA=\n", .badSignatureLine),
            ("te\txt\n\n— a AAAAAAA=\n", .notText),
            ("text\r\n\n— a AAAAAAA=\n", .notText),
            ("text\n\n— a AAAAAAA=\u{0}\n", .notText),
        ])
    func malformed(text: String, refusal: LogRefusal) {
        #expect(throws: refusal) { try SignedNote(encoded: bytes(text)) }
    }

    @Test("limits and encoding of a note are held")
    func limits() throws {
        let line = bytes("— a AAAAAAA=\n")
        func note(_ count: Int) -> [UInt8] {
            bytes("t\n\n") + repeatElement(line, count: count).flatMap { $0 }
        }
        #expect(try SignedNote(encoded: note(64)).signatures.count == 64)
        #expect(throws: LogRefusal.tooLong) { try SignedNote(encoded: note(65)) }
        let filler = [UInt8](repeating: UInt8(ascii: "x"), count: LogLimits.noteBytesMax)
        #expect(throws: LogRefusal.tooLong) { try SignedNote(encoded: filler + note(1)) }
        #expect(throws: LogRefusal.notText) { try SignedNote(encoded: [0xFF] + note(1)) }
        let inner = try SignedNote(encoded: bytes("a\n\nb\n\n") + line)
        #expect(inner.text == bytes("a\n\nb\n"))
    }

    @Test("unknown signatures are passed over, a known key's must hold, and one is needed")
    func signers() throws {
        let own = SampleLog.log
        let text = bytes("x\n")
        let good = own.sign(text)
        let stranger = NoteSignature(name: own.key.name, keyID: own.key.id ^ 1, bytes: good.bytes)
        let renamed = NoteSignature(name: "other", keyID: own.key.id, bytes: [1])
        func signers(_ lines: [NoteSignature]) throws -> [NoteKey] {
            try SignedNote(text: text, signatures: lines).signers(among: [own.key])
        }
        #expect(try signers([stranger, renamed, good, good]) == [own.key])
        #expect(throws: LogRefusal.notSigned) { try signers([stranger, renamed]) }
        let bad = NoteSignature(name: good.name, keyID: good.keyID, bytes: good.bytes.reversed())
        #expect(throws: LogRefusal.badSignature) { try signers([good, bad]) }
        let short = NoteSignature(name: good.name, keyID: good.keyID, bytes: [1])
        #expect(throws: LogRefusal.badSignature) { try signers([short]) }
    }

    @Test("one key gives no signature for another job")
    func jobs() throws {
        let secret = EventKey.make()
        let log = try #require(NoteSigner(name: "n", job: .log, secret: secret))
        let witness = try #require(NoteSigner(name: "n", job: .witness, secret: secret))
        #expect(log.key.id != witness.key.id)
        let text = bytes("x\n1\n2\n")
        #expect(!witness.key.isValid(log.sign(text), over: text))
        #expect(!log.key.isValid(witness.cosign(text, seconds: 5), over: text))
        let cosignature = witness.cosign(text, seconds: 5)
        #expect(cosignature.cosignedSeconds == 5)
        #expect(witness.key.isValid(cosignature, over: text))
        let later = NoteSignature(
            name: "n", keyID: witness.key.id,
            bytes: [0, 0, 0, 0, 0, 0, 0, 6] + cosignature.bytes.dropFirst(8))
        #expect(!witness.key.isValid(later, over: text))
        let beyond = NoteSignature(
            name: "n", keyID: witness.key.id, bytes: [UInt8](repeating: 0xFF, count: 72))
        #expect(beyond.cosignedSeconds == nil)
        #expect(!witness.key.isValid(beyond, over: text))
    }

    @Test("base64 takes only what it would write")
    func base64() {
        var dice = SeededGenerator(seed: 1)
        for length in 0..<70 {
            let data = (0..<length).map { _ in UInt8.random(in: 0...255, using: &dice) }
            #expect(Base64.bytes(Base64.text(data)) == data)
        }
        for bad in [
            "A", "AA", "AAA", "AA=", "A===", "AB==", "AAB=", "AA=A", "====", "AA==AAAA",
            "AA\n=", "A-A=", "AAA_", " AAA", "AAAA ",
        ] {
            #expect(Base64.bytes(bad.utf8) == nil, "\(bad)")
        }
        #expect(Base64.bytes("AA==".utf8) == [0])
    }

    @Test("numbers have no sign, no leading zero and at most 63 bits")
    func decimals() {
        #expect(Decimal.value(of: "0".utf8) == 0)
        #expect(Decimal.value(of: "9223372036854775807".utf8) == 9_223_372_036_854_775_807)
        for bad in [
            "", "00", "01", "+1", "-1", " 1", "1 ", "9223372036854775808", "1_0", "٣",
            "18446744073709551616", "99999999999999999999",
        ] {
            #expect(Decimal.value(of: bad.utf8) == nil, "\(bad)")
        }
    }
}
