import CertificateGallery
import PeerTransport
import Testing

@Suite("Certificate decision")
struct CertificatePolicyTests {
    /// A moment for the pure table: 2027-01-15 08:00 UTC.
    static let now: Int64 = 1_800_000_000

    static func gallery() -> [CertificateSpecimen] {
        do {
            return try CertificateGallery.all(nowSeconds: now)
        } catch {
            Issue.record(error, "the gallery cannot be made")
            return []
        }
    }

    @Test("each specimen gets the decision of the table", arguments: gallery())
    func table(specimen: CertificateSpecimen) {
        let decision = CertificatePolicy.decide(
            leafDER: specimen.leafDER, nowSeconds: Self.now, pinned: { _ in true })
        switch decision {
        case .accepted: #expect(specimen.expected == nil)
        case .refused(let refusal): #expect(specimen.expected == refusal)
        }
    }

    @Test("a good certificate around a key that is not pinned is refused")
    func wrongPin() throws {
        let identity = try TLSIdentity.make(commonName: "Synthetic", nowSeconds: Self.now)
        let other = try TLSIdentity.make(commonName: "Synthetic", nowSeconds: Self.now)
        let leafDER = try der(of: identity)
        let refused = CertificatePolicy.decide(
            leafDER: leafDER, nowSeconds: Self.now, pinned: { $0 == other.fingerprint })
        #expect(refused == .refused(.notPinned))
        let accepted = CertificatePolicy.decide(
            leafDER: leafDER, nowSeconds: Self.now, pinned: { $0 == identity.fingerprint })
        #expect(accepted == .accepted(identity.fingerprint))
    }

    @Test("validity includes its first and last second")
    func validityBounds() throws {
        let identity = try TLSIdentity.make(commonName: "Synthetic", nowSeconds: Self.now)
        let leafDER = try der(of: identity)
        func decide(_ now: Int64) -> CertificateDecision {
            CertificatePolicy.decide(leafDER: leafDER, nowSeconds: now, pinned: { _ in true })
        }
        let first = Self.now - TLSIdentity.backdatingSeconds
        #expect(decide(first - 1) == .refused(.notYetValid))
        #expect(decide(first) == .accepted(identity.fingerprint))
        #expect(decide(identity.notAfterSeconds) == .accepted(identity.fingerprint))
        #expect(decide(identity.notAfterSeconds + 1) == .refused(.expired))
    }

    @Test("no flipped bit in what is signed, or around it, is accepted")
    func flippedBits() throws {
        let identity = try TLSIdentity.make(commonName: "Synthetic", nowSeconds: Self.now)
        let leafDER = try der(of: identity)
        // The signature itself, up to 76 bytes at the end, is not covered by a signature: the count
        // of unused bits in its bit string may change without changing its meaning.
        for index in leafDER.indices.dropLast(76) {
            var damaged = leafDER
            damaged[index] ^= 1
            let decision = CertificatePolicy.decide(
                leafDER: damaged, nowSeconds: Self.now, pinned: { _ in true })
            if case .accepted = decision { Issue.record("byte \(index) may change") }
        }
    }
}
