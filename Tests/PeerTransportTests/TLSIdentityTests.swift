import PeerTransport
import Testing

@Suite("TLS identity")
struct TLSIdentityTests {
    static let now: Int64 = 1_800_000_000

    @Test("an identity survives being stored as PEM")
    func roundTrip() throws {
        let made = try TLSIdentity.make(commonName: "St Mary's", nowSeconds: Self.now)
        let read = try TLSIdentity(
            privateKeyPEM: made.privateKeyPEM, certificatePEM: made.certificatePEM)
        #expect(read.fingerprint == made.fingerprint)
        #expect(read.commonName == "St Mary's")
        #expect(read.notAfterSeconds == Self.now + TLSIdentity.validitySeconds)
        #expect(read.madeAtSeconds == Self.now)
    }

    @Test("renewal keeps the key and moves the end")
    func renewal() throws {
        let first = try TLSIdentity.make(commonName: "Synthetic", nowSeconds: Self.now)
        let later = Self.now + TLSIdentity.renewalAgeSeconds
        let second = try first.renewed(nowSeconds: later)
        #expect(second.fingerprint == first.fingerprint)
        #expect(second.certificatePEM != first.certificatePEM)
        #expect(second.notAfterSeconds == later + TLSIdentity.validitySeconds)
    }

    @Test("renewal is due at 60 days, not before")
    func due() throws {
        let identity = try TLSIdentity.make(commonName: "Synthetic", nowSeconds: Self.now)
        #expect(!identity.needsRenewal(nowSeconds: Self.now + 60 * 86_400 - 1))
        #expect(identity.needsRenewal(nowSeconds: Self.now + 60 * 86_400))
        // A clock that was set back: the certificate is of a time to come.
        let early = Self.now - TLSIdentity.backdatingSeconds
        #expect(!identity.needsRenewal(nowSeconds: early))
        #expect(identity.needsRenewal(nowSeconds: early - 1))
    }

    @Test("a certificate around another key is not taken")
    func mismatch() throws {
        let one = try TLSIdentity.make(commonName: "Synthetic", nowSeconds: Self.now)
        let two = try TLSIdentity.make(commonName: "Synthetic", nowSeconds: Self.now)
        let failure = #expect(throws: TLSIdentityFailure.self) {
            try TLSIdentity(privateKeyPEM: one.privateKeyPEM, certificatePEM: two.certificatePEM)
        }
        #expect(failure?.code == .keyDoesNotMatch)
    }

    @Test("a name that no certificate can carry is refused", arguments: [0, 65])
    func names(length: Int) {
        let failure = #expect(throws: TLSIdentityFailure.self) {
            try TLSIdentity.make(
                commonName: String(repeating: "n", count: length), nowSeconds: Self.now)
        }
        #expect(failure?.code == .nameNotUsable)
    }
}
