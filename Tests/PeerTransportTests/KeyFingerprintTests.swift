import PeerTransport
import Testing

@Suite("Key fingerprint")
struct KeyFingerprintTests {
    static let samples: [KeyFingerprint] = (0..<8).map { sample in
        KeyFingerprint(subjectPublicKeyInfo: [UInt8(sample)])
    }

    @Test("text and back gives the same fingerprint", arguments: samples)
    func roundTrip(fingerprint: KeyFingerprint) {
        let text = fingerprint.description
        #expect(text.count == 63)
        #expect(KeyFingerprint(text: text) == fingerprint)
        #expect(KeyFingerprint(text: text.uppercased()) == fingerprint)
        #expect(KeyFingerprint(text: text.replacing("-", with: " ")) == fingerprint)
        #expect(KeyFingerprint(text: text.replacing("-", with: "")) == fingerprint)
    }

    @Test("the text of a known digest does not change between releases")
    func golden() {
        let fingerprint = KeyFingerprint(subjectPublicKeyInfo: [])
        let expected = "4oymiqu-y7qobjh-gx36tej-s35zeql-t24qpem-snzgtfy-eswmrw6-csxbkqt"
        #expect(fingerprint.description == expected)
    }

    @Test("every single wrong character is found", arguments: samples.prefix(2))
    func singleErrors(fingerprint: KeyFingerprint) {
        let text = Array(fingerprint.description.utf8)
        let alphabet = Array("abcdefghijklmnopqrstuvwxyz234567".utf8)
        for index in text.indices where text[index] != 0x2D {
            for replacement in alphabet where replacement != text[index] {
                var damaged = text
                damaged[index] = replacement
                let read = KeyFingerprint(text: String(decoding: damaged, as: UTF8.self))
                #expect(read == nil)
            }
        }
    }

    @Test("two exchanged characters of one group are found", arguments: samples.prefix(2))
    func exchanges(fingerprint: KeyFingerprint) {
        let digits = fingerprint.description.utf8.filter { $0 != 0x2D }
        for start in stride(from: 0, to: 56, by: 14) {
            for left in start..<start + 14 {
                for right in left..<start + 14 where digits[left] != digits[right] {
                    var damaged = digits
                    damaged.swapAt(left, right)
                    let read = KeyFingerprint(text: String(decoding: damaged, as: UTF8.self))
                    #expect(read == nil)
                }
            }
        }
    }

    @Test(
        "what is not a fingerprint is not read",
        arguments: ["", "a", "1", "ä", "abcdefg-abcdefg"])
    func refused(text: String) {
        #expect(KeyFingerprint(text: text) == nil)
        #expect(KeyFingerprint(text: Self.samples[0].description + text + "a") == nil)
    }

    @Test("only 32 bytes make a fingerprint")
    func length() {
        #expect(KeyFingerprint(bytes: [UInt8](repeating: 0, count: 31)) == nil)
        #expect(KeyFingerprint(bytes: [UInt8](repeating: 0, count: 33)) == nil)
        #expect(KeyFingerprint(bytes: [UInt8](repeating: 0, count: 32)) != nil)
    }

    @Test("order is that of the bytes")
    func order() throws {
        let low = try #require(KeyFingerprint(bytes: [UInt8](repeating: 1, count: 32)))
        let high = try #require(KeyFingerprint(bytes: [UInt8](repeating: 2, count: 32)))
        #expect(low < high)
        #expect(!(high < low))
    }
}
