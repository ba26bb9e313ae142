import CareRecord
import Signing
import Testing

@Suite("SignedNodeCard")
struct NodeCardTests {
    private let first = EventKey.make()
    private let second = EventKey.make()
    private let third = EventKey.make()

    private func card(_ key: EventKey, after predecessor: EventKey? = nil) -> NodeCard {
        NodeCard(
            replica: Replica(site: first.publicKey.siteID, incarnation: Incarnation(1)),
            name: "Sample Practice", postalAddress: "", eventKey: key.publicKey,
            auditKey: Array(repeating: 1, count: 32), witnessKey: Array(repeating: 2, count: 32),
            tlsFingerprints: [Array(repeating: 3, count: 32)], endpoints: [],
            validFromMilliseconds: 0, validUntilMilliseconds: 1,
            predecessorEventKey: predecessor?.publicKey)
    }

    private func sign(
        _ card: NodeCard, _ key: EventKey, predecessor: EventKey? = nil
    ) -> SignedNodeCard {
        SignedNodeCard(card: card, cardBytes: [1, 2, 3], key: key, predecessor: predecessor)
    }

    @Test("a first card is believed if its own key gives the site's id")
    func firstCard() {
        let signed = sign(card(first), first)
        #expect(signed.refusal(knownKeys: []) == nil)
        #expect(signed.predecessorSignature.isEmpty)
        #expect(sign(card(second), second).refusal(knownKeys: []) == .wrongSite)
    }

    @Test("another key's signature is not believed")
    func otherKey() {
        #expect(sign(card(first), second).refusal(knownKeys: []) == .badSignature)
    }

    @Test("other bytes under the same signature are not believed")
    func otherBytes() {
        let signed = sign(card(first), first)
        let moved = SignedNodeCard(
            card: signed.card, cardBytes: [1, 2, 4], signature: signed.signature,
            predecessorSignature: [])
        #expect(moved.refusal(knownKeys: []) == .badSignature)
    }

    @Test("the card after a rotation needs the signature of the key before it")
    func rotation() {
        let next = card(second, after: first)
        #expect(sign(next, second, predecessor: first).refusal(knownKeys: []) == nil)
        #expect(sign(next, second).refusal(knownKeys: []) == .badPredecessorSignature)
        let wrong = sign(next, second, predecessor: third)
        #expect(wrong.refusal(knownKeys: []) == .badPredecessorSignature)
    }

    @Test("a predecessor other than the first key must be known already")
    func laterRotation() {
        let signed = sign(card(third, after: second), third, predecessor: second)
        #expect(signed.refusal(knownKeys: []) == .unknownPredecessor)
        #expect(signed.refusal(knownKeys: [first.publicKey]) == .unknownPredecessor)
        #expect(signed.refusal(knownKeys: [second.publicKey]) == nil)
    }

    @Test("one card may have several successors")
    func successors() {
        for key in [second, third] {
            #expect(
                sign(card(key, after: first), key, predecessor: first).refusal(knownKeys: []) == nil
            )
        }
    }
}
