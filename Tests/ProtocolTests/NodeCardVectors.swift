import CareRecord
import Signing
import Testing
import WireFormat

@Suite("Vectors of node cards")
struct NodeCardVectors {
    @Test("every node card is believed or refused as its vector says")
    func cards() throws {
        try VectorFile.check(Self.file, named: "node-cards") { input in
            let signed: SignedNodeCard
            do throws(DecodingFailure) {
                signed = try SignedNodeCard(encoded: input["card"].bytes)
            } catch {
                return ["refusal": .text(error.rawValue)]
            }
            #expect(signed.encoded() == input["card"].bytes)
            let known = input["knownKeys"].items.compactMap { EventPublicKey(rawBytes: $0.bytes) }
            if let refusal = signed.refusal(knownKeys: known) {
                return ["refusal": .text(refusal.rawValue)]
            }
            return Description.card(signed.card)
        }
    }

    private static var file: VectorFile {
        VectorFile(
            name: "node-cards", specification: "record-v1.md §10",
            about:
                "A serialised SignedNodeCard and the site's known event keys; the card, or why not.",
            vectors: good + unbelievable + malformed)
    }

    /// The first card of site 1.
    static var first: NodeCard {
        NodeCard(
            replica: Sample.replica1, name: "Practice One", postalAddress: "1 Sample Street",
            eventKey: Sample.key1.publicKey, auditKey: Array(repeating: 0xA1, count: 32),
            witnessKey: Array(repeating: 0xA2, count: 32),
            tlsFingerprints: [Array(repeating: 0xB1, count: 32)],
            endpoints: ["one.example:8443"], validFromMilliseconds: 1_780_000_000_000,
            validUntilMilliseconds: 1_811_536_000_000, predecessorEventKey: nil)
    }

    /// The card of site 1 after a rotation to another key.
    private static func successor(of key: EventKey, to next: EventKey) -> NodeCard {
        var card = first
        card.replica = Replica(site: Sample.site1, incarnation: Incarnation(0x99))
        card.eventKey = next.publicKey
        card.predecessorEventKey = key.publicKey
        return card
    }

    private static func sign(
        _ card: NodeCard, _ key: EventKey, predecessor: EventKey? = nil
    ) -> SignedNodeCard {
        SignedNodeCard(card: card, cardBytes: card.encoded(), key: key, predecessor: predecessor)
    }

    private static func input(_ card: [UInt8], known: [EventKey] = []) -> JSON {
        ["card": .hex(card), "knownKeys": .list(known.map { .hex($0.publicKey.rawBytes) })]
    }

    private static var good: [Vector] {
        var least = first
        least.postalAddress = ""
        least.endpoints = []
        var most = first
        most.name = String(repeating: "n", count: 200)
        most.postalAddress = String(repeating: "a", count: 1_024)
        most.tlsFingerprints = (0..<4).map { Array(repeating: $0, count: 32) }
        most.endpoints = (0..<8).map { _ in String(repeating: "e", count: 300) }
        let second = Sample.key(3)
        let third = Sample.key(4)
        let rotated = successor(of: Sample.key1, to: second)
        let again = successor(of: second, to: third)
        let cases: [(String, String, NodeCard, SignedNodeCard, [EventKey])] = [
            ("first", "a site's first card", first, sign(first, Sample.key1), []),
            ("least", "a site that only dials out", least, sign(least, Sample.key1), []),
            ("most", "every text and list of exactly its limit", most, sign(most, Sample.key1), []),
            (
                "rotated", "signed by its own key and by the first one", rotated,
                sign(rotated, second, predecessor: Sample.key1), []
            ),
            (
                "rotated-twice", "its predecessor is known from a card that was believed", again,
                sign(again, third, predecessor: second), [Sample.key1, second]
            ),
        ]
        let later = first.encoded() + Proto.text(99, "later")
        let unknown = SignedNodeCard(
            card: first, cardBytes: later, key: Sample.key1, predecessor: nil)
        return cases.map { name, what, card, signed, known in
            Vector(
                name, what, input: input(signed.encoded(), known: known),
                expect: Description.card(card))
        } + [
            Vector(
                "unknown-field", "a field of a later version is signed and kept",
                input: input(unknown.encoded()), expect: Description.card(first))
        ]
    }

    private static var unbelievable: [Vector] {
        let second = Sample.key(3)
        let rotated = successor(of: Sample.key1, to: second)
        var stolen = first
        stolen.replica = Replica(site: Sample.site2, incarnation: Incarnation(1))
        let again = sign(
            successor(of: second, to: Sample.key(4)), Sample.key(4), predecessor: second)
        let other = sign(first, Sample.key1)
        var renamed = first
        renamed.name = "Practice Two"
        let moved = SignedNodeCard(
            card: renamed, cardBytes: renamed.encoded(), signature: other.signature,
            predecessorSignature: [])
        let cut = SignedNodeCard(
            card: first, cardBytes: first.encoded(), signature: Array(other.signature.dropLast()),
            predecessorSignature: [])
        let cases: [(String, String, SignedNodeCard, SignedNodeCard.Refusal)] = [
            ("other-key", "another key signed", sign(first, second), .badSignature),
            ("other-card", "the signature of another card", moved, .badSignature),
            ("short-signature", "63 bytes of signature", cut, .badSignature),
            (
                "wrong-site", "a first card of a site that its key does not give",
                sign(stolen, Sample.key1), .wrongSite
            ),
            (
                "no-predecessor-signature", "the predecessor is named and did not sign",
                sign(rotated, second), .badPredecessorSignature
            ),
            (
                "wrong-predecessor-signature", "another key signed for the predecessor",
                sign(rotated, second, predecessor: Sample.key2), .badPredecessorSignature
            ),
            (
                "unknown-predecessor", "a predecessor that nobody has vouched for", again,
                .unknownPredecessor
            ),
        ]
        return cases.map { name, what, card, refusal in
            Vector(name, what, input: input(card.encoded()), refusal: refusal.rawValue)
        }
    }

    private static let fields = ProtoFields([
        1: Proto.number(1, 1), 2: Proto.data(2, Sample.site1.bytes),
        3: Proto.fixed64(3, Sample.replica1.incarnation.bits), 4: Proto.text(4, "Practice One"),
        6: Proto.data(6, Sample.key1.publicKey.rawBytes),
        7: Proto.data(7, Array(repeating: 1, count: 32)),
        8: Proto.data(8, Array(repeating: 2, count: 32)),
        9: Proto.data(9, Array(repeating: 3, count: 32)),
    ])

    private static var malformed: [Vector] {
        let short = Array(repeating: 1 as UInt8, count: 31)
        let text = { (field: UInt64, count: Int) in
            Proto.text(field, String(repeating: "x", count: count))
        }
        let five = Array(repeating: Proto.data(9, short + [1]), count: 5).flatMap { $0 }
        let nine = Array(repeating: Proto.text(10, "e:1"), count: 9).flatMap { $0 }
        let cases: [(String, String, [UInt8], DecodingFailure)] = [
            ("card-cut", "the last byte is missing", fields.bytes.dropLast(), .notProtocolBuffers),
            ("card-none", "no bytes: there is no schema version", [], .unknownSchema),
            (
                "schema-2", "a later schema", fields.replacing(1, Proto.number(1, 2)).bytes,
                .unknownSchema
            ),
            (
                "site-short", "a site of 15 bytes",
                fields.replacing(2, Proto.data(2, Array(short.prefix(15)))).bytes, .badLength
            ),
            (
                "event-key-short", "a key of 31 bytes",
                fields.replacing(6, Proto.data(6, short)).bytes, .badLength
            ),
            (
                "audit-key-short", "a key of 31 bytes",
                fields.replacing(7, Proto.data(7, short)).bytes, .badLength
            ),
            ("witness-key-none", "no key", fields.replacing(8, []).bytes, .badLength),
            (
                "fingerprint-short", "a digest of 31 bytes",
                fields.replacing(9, Proto.data(9, short)).bytes, .badLength
            ),
            (
                "predecessor-short", "a key of 31 bytes",
                fields.replacing(13, Proto.data(13, short)).bytes, .badLength
            ),
            ("name-none", "a site has a name", fields.replacing(4, []).bytes, .missingPart),
            (
                "fingerprint-none", "a node has a TLS key", fields.replacing(9, []).bytes,
                .missingPart
            ),
            ("name-long", "201 bytes", fields.replacing(4, text(4, 201)).bytes, .tooLong),
            ("address-long", "1,025 bytes", fields.replacing(5, text(5, 1_025)).bytes, .tooLong),
            ("endpoint-long", "301 bytes", fields.replacing(10, text(10, 301)).bytes, .tooLong),
            ("endpoints-9", "one too many", fields.replacing(10, nine).bytes, .tooLong),
            ("fingerprints-5", "one too many", fields.replacing(9, five).bytes, .tooLong),
            (
                "above-16-kib", "a card of more than 16,384 bytes",
                fields.replacing(99, text(99, 16_384)).bytes, .tooLong
            ),
        ]
        return cases.map { name, what, card, failure in
            let signature = Sample.key1.sign(
                Digest.sha256(of: [Array("accord/card/v1\0".utf8), card]))
            let signed = Proto.data(1, card) + Proto.data(2, signature)
            return Vector(name, what, input: input(signed), refusal: failure.rawValue)
        } + [
            Vector(
                "not-signed-card", "no Protocol Buffers", input: input([0x0A, 0xFF]),
                refusal: DecodingFailure.notProtocolBuffers.rawValue)
        ]
    }
}
