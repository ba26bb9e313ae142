import CareRecord
import Signing
import Testing

@Suite("EventKey")
struct EventKeyTests {
    private static let message = Digest.sha256(Array("an event id".utf8))

    @Test("a key verifies what it signed, and nothing else")
    func signAndVerify() {
        let key = EventKey.make()
        let signature = key.sign(Self.message)
        #expect(signature.count == 64)
        #expect(key.publicKey.isValid(signature: signature, over: Self.message))
        #expect(!key.publicKey.isValid(signature: signature, over: Self.message + [0]))
        #expect(!key.publicKey.isValid(signature: signature, over: []))
        #expect(!EventKey.make().publicKey.isValid(signature: signature, over: Self.message))
    }

    @Test("a signature with any one bit changed is not valid")
    func everyBit() {
        let key = EventKey.make()
        let signature = key.sign(Self.message)
        for bit in 0..<512 {
            var changed = signature
            changed[bit / 8] ^= 1 << (bit % 8)
            #expect(!key.publicKey.isValid(signature: changed, over: Self.message))
        }
    }

    @Test("a signature of another length is not valid", arguments: [0, 1, 63, 65, 128])
    func wrongLength(count: Int) {
        let key = EventKey.make()
        let padded = key.sign(Self.message) + Array(repeating: 0, count: 64)
        #expect(!key.publicKey.isValid(signature: Array(padded.prefix(count)), over: Self.message))
    }

    @Test("keys are read back from their bytes, and from 32 bytes only")
    func bytes() throws {
        let key = EventKey.make()
        let again = try #require(EventKey(rawBytes: key.rawBytes))
        #expect(again.publicKey == key.publicKey)
        #expect(EventPublicKey(rawBytes: key.publicKey.rawBytes) == key.publicKey)
        #expect(Set([again.publicKey, key.publicKey]).count == 1)
        for count in [0, 31, 33] {
            let bytes = Array(repeating: 1 as UInt8, count: count)
            #expect(EventKey(rawBytes: bytes) == nil)
            #expect(EventPublicKey(rawBytes: bytes) == nil)
        }
    }

    @Test("a site's id is the first half of SHA-256 over its first key")
    func siteID() {
        let key = EventKey.make().publicKey
        #expect(key.siteID.bytes == Array(Digest.sha256(key.rawBytes).prefix(16)))
    }

    @Test("a digest over pieces is the digest over their bytes in a row")
    func pieces() {
        let pieces: [[UInt8]] = [[1, 2], [], [3], Array(repeating: 4, count: 1_000)]
        #expect(Digest.sha256(of: pieces) == Digest.sha256(pieces.flatMap { $0 }))
    }
}
