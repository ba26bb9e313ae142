import CareRecord
import Signing
import Testing
import WireFormat

@Suite("Vectors of events")
struct EventVectors {
    @Test("every good event opens and says what its vector says")
    func good() throws {
        try VectorFile.check(Self.goodFile, named: "events", evaluate: Self.evaluate)
    }

    @Test("every malformed event is refused for the reason that its vector gives")
    func malformed() throws {
        try VectorFile.check(Self.badFile, named: "events-malformed", evaluate: Self.evaluate)
    }

    private static func evaluate(_ input: JSON) -> JSON {
        let bytes = input["envelope"].bytes
        guard let envelope = try? EventEnvelope(encoded: bytes) else {
            return ["refusal": .text(DecodingFailure.notProtocolBuffers.rawValue)]
        }
        let coder = FrameCoder()
        let opened = EventOpener(coder: coder).open(envelope) { replica in
            let card = input["keys"].items.first { $0["replica"].bytes == replica.bytes }
            return card.flatMap { EventPublicKey(rawBytes: $0["key"].bytes) }
        }
        switch opened {
        case .event(let sealed):
            #expect(sealed.envelope.encoded() == envelope.encoded())
            return describe(sealed.event)
        case .unknownAuthor(let header):
            return ["pending": "card", "replica": .hex(header.dot.replica.bytes)]
        case .refused(let refusal):
            return ["refusal": .text(refusal.rawValue)]
        }
    }

    private static func describe(_ event: Event) -> JSON {
        [
            "id": .hex(event.id.bytes), "headerBytes": .hex(event.headerBytes),
            "header": Description.header(event.header),
            "values": .list(event.values.map(Description.value)),
        ]
    }

    private static let keys: JSON = [
        [
            "replica": .hex(Sample.replica1.bytes), "key": .hex(Sample.key1.publicKey.rawBytes),
        ],
        [
            "replica": .hex(Sample.replica2.bytes), "key": .hex(Sample.key2.publicKey.rawBytes),
        ],
    ]

    private static func input(_ envelope: EventEnvelope) -> JSON {
        ["envelope": .hex(envelope.encoded()), "keys": keys]
    }

    // MARK: - Good

    private static var goodFile: VectorFile {
        VectorFile(
            name: "events", specification: "record-v1.md §7 to §9",
            about: "A serialised envelope and the event keys of its authors; what the event says.",
            vectors: packed + whole + erased)
    }

    private static func good(
        _ name: String, _ what: String, _ header: EventHeader, _ parts: EventParts,
        codec: FrameCodec = .raw
    ) -> Vector {
        let expect: JSON = [
            "id": .hex(parts.id.bytes), "headerBytes": .hex(parts.headerBytes),
            "header": Description.header(header),
            "values": .list(parts.values.map { Description.value(.held($0[...])) }),
        ]
        return Vector(name, what, input: input(parts.envelope(codec: codec)), expect: expect)
    }

    private static func good(
        _ name: String, _ what: String, _ header: EventHeader, values: [[UInt8]] = [Sample.goal],
        codec: FrameCodec = .raw, key: EventKey = Sample.key1
    ) -> Vector {
        let parts = EventParts(headerBytes: header.encoded(), values: values, key: key)
        return good(name, what, header, parts, codec: codec)
    }

    private static var packed: [Vector] {
        let many = Sample.event(changes: 20)
        let full = Sample.event(changes: 256)
        let header = { (parts: EventParts) -> EventHeader in
            (try? EventHeader(encoded: parts.headerBytes)) ?? Sample.header()
        }
        let limit = Sample.event(bytes: 1 << 20)
        return [
            good("raw", "raw frames", Sample.header(), Sample.simple),
            good("zstd", "Zstandard without a dictionary", header(many), many, codec: .zstd),
            good(
                "dictionary", "Zstandard with dictionary 1", header(many), many,
                codec: .zstdDictionary1),
            good(
                "256-changes", "as many changes as an event may have", header(full), full,
                codec: .zstd),
            good("1-mib", "header and values of exactly 1 MiB", header(limit), limit, codec: .zstd),
        ]
    }

    private static var whole: [Vector] {
        let every = Sample.everyField
        var foreign = Sample.header()
        foreign.dot = Dot(replica: Sample.replica2, counter: 1)
        foreign.stream = .link(Sample.patient1, Sample.patient2)
        foreign.changes[0].operation = .link
        var unknownStream = Sample.header()
        unknownStream.stream = .unknown(kind: 200, subject: [1])
        var omit = Sample.header()
        omit.changes[0].operation = .omit
        let relayed = EventParts(headerBytes: unknownFields, values: [Sample.goal])
        return [
            good("every-field", "every field of the grammar", every.header, values: every.values),
            good(
                "unknown-fields",
                "fields of a later version, in the header and in its change, are "
                    + "kept byte for byte", Sample.header(), relayed),
            good("link", "a link by the second site", foreign, key: Sample.key2),
            good("unknown-stream", "a stream of a later kind", unknownStream),
            good("no-bytes", "an operation without a value", omit, values: [[]]),
            good(
                "not-json", "what a value says is no reason to refuse its event", Sample.header(),
                values: [[0xFF, 0x00, 0x7B]]),
            good(
                "inline-above-256-kib", "a value that should have been a blob is accepted",
                Sample.header(), values: [Array(repeating: 0x20, count: 262_145)], codec: .zstd),
        ]
    }

    /// The simplest header with a field of a later version in it, in front of the fields that this
    /// version knows, and with two in its change.
    private static var unknownFields: [UInt8] {
        let change =
            Proto.text(77, "first") + Sample.changeFields.bytes + Proto.fixed64(1_000, 0xABCD)
        return Proto.text(500, "of a later version")
            + Sample.headerFields.replacing(13, Proto.data(13, change)).bytes
    }

    private static var erased: [Vector] {
        let coder = FrameCoder()
        let every = Sample.everyField
        let sealed = EventSealer(key: Sample.key1, coder: coder).seal(
            every.header, values: every.values.map { $0[...] }, salt: Sample.salt)
        let one = sealed.erasing([1], coder: coder)
        let cases: [(String, String, SealedEvent)] = [
            ("erased-one", "one value is a leaf, the others have salts of their own", one),
            (
                "erased-again", "more values of an erased event, the empty one among them",
                one.erasing([0, 8, 18], coder: coder)
            ),
            (
                "erased-all", "no value and no salt is left",
                sealed.erasing(Set(every.values.indices), coder: coder)
            ),
        ]
        return cases.map { name, what, sealed in
            Vector(name, what, input: input(sealed.envelope), expect: describe(sealed.event))
        }
    }

    // MARK: - Malformed

    private static var badFile: VectorFile {
        VectorFile(
            name: "events-malformed", specification: "record-v1.md §7 to §9",
            about: "Envelopes that must stay outside, and why; and one that waits for a card.",
            vectors: badHeaders + badFrames + badErasures + badSalts + badSignatures)
    }

    private static func refused(
        _ name: String, _ what: String, _ refusal: EnvelopeRefusal,
        _ change: (inout EventEnvelope) -> Void
    ) -> Vector {
        var envelope = Sample.simple.envelope()
        change(&envelope)
        return Vector(name, what, input: input(envelope), refusal: refusal.rawValue)
    }

    private static var badHeaders: [Vector] {
        let schema2 = EventParts(
            headerBytes: Sample.headerFields.replacing(1, Proto.number(1, 2)).bytes,
            values: [Sample.goal])
        let stranger = Replica(site: Sample.site1, incarnation: Incarnation(99))
        var header = Sample.header()
        header.dot = Dot(replica: stranger, counter: 1)
        let unknown = EventParts(headerBytes: header.encoded(), values: [Sample.goal])
        let above = Sample.event(bytes: 1 << 20 + 1).envelope(codec: .zstd)
        return [
            Vector(
                "not-an-envelope", "no Protocol Buffers",
                input: ["envelope": "0aff", "keys": keys],
                refusal: DecodingFailure.notProtocolBuffers.rawValue),
            Vector(
                "unknown-author", "well formed, by a replica without a card: it waits",
                input: input(unknown.envelope()),
                expect: ["pending": "card", "replica": .hex(stranger.bytes)]),
            refused("no-header", "no header frame", .badHeaderFrame) { $0.headerFrame = [] },
            refused("header-codec", "a codec of a later version", .badHeaderFrame) {
                $0.headerFrame[0] = 3
            },
            refused("header-cut", "the frame is cut", .badHeaderFrame) {
                $0.headerFrame.removeLast()
            },
            refused("header-claims-more", "claims 1 MiB and a byte", .badHeaderFrame) {
                $0.headerFrame = [1] + Proto.varint(1 << 20 + 1) + [0]
            },
            refused("header-broken", "the header is no Protocol Buffers", .badHeader) {
                $0.headerFrame = Proto.rawFrame([0x0A, 0xFF])
            },
            refused("header-schema-2", "a header that cannot be read", .badHeader) {
                $0 = schema2.envelope()
            },
            refused("above-1-mib", "a byte more than an event may have", .tooLarge) { $0 = above },
        ]
    }

    private static var badFrames: [Vector] {
        let content = { (values: [[UInt8]]) in
            Proto.rawFrame(values.flatMap { Proto.varint(UInt64($0.count)) + $0 })
        }
        let many = Sample.event(changes: 20)
        let oneFrame = content(many.values)
        return [
            refused("no-frames", "no values at all", .badFrames) { $0.frames = [] },
            refused("frame-too-many", "a second frame", .badFrames) { $0.frames.append([0, 0]) },
            refused("frame-two-values", "a value too many", .badFrames) {
                $0.frames = [content([Sample.goal, []])]
            },
            refused("frame-no-value", "a frame without a value", .badFrames) {
                $0.frames = [[0, 0]]
            },
            refused("frame-overrun", "a length beyond the frame", .badFrames) {
                $0.frames = [Proto.rawFrame([5, 1])]
            },
            refused("frame-long-form", "a length not in its shortest form", .badFrames) {
                $0.frames = [Proto.rawFrame([0x80, 0x00])]
            },
            refused("frame-damaged", "packed bytes that do not unpack", .badFrames) {
                $0.frames = [[1, 4, 1, 2, 3, 4]]
            },
            refused("frame-of-20", "20 values in one frame", .badFrames) {
                $0 = many.envelope()
                $0.frames = [oneFrame]
            },
            refused("frames-uneven", "15 and 5 values in two frames", .badFrames) {
                $0 = many.envelope()
                $0.frames = [
                    content(Array(many.values.prefix(15))),
                    content(Array(many.values.dropFirst(15))),
                ]
            },
        ]
    }

    private typealias Leaf = EventEnvelope.ErasedLeaf

    private static var badErasures: [Vector] {
        let many = Sample.event(changes: 3)
        let leaves = many.leaves
        let empty = [Proto.rawFrame([0, 0, 0])]
        return [
            refused("leaf-beside-value", "a leaf where the value still stands", .badErasure) {
                $0.erased = [Leaf(index: 0, leaf: Sample.simple.leaves[0])]
            },
            refused("leaf-index", "a leaf of no value", .badErasure) {
                $0.erased = [Leaf(index: 1, leaf: leaves[0])]
            },
            refused("leaf-index-greatest", "the greatest index", .badErasure) {
                $0.erased = [Leaf(index: .max, leaf: leaves[0])]
            },
            refused("leaves-descending", "leaves ascend by index", .badErasure) {
                $0 = many.envelope()
                $0.frames = empty
                $0.salt = .remaining([])
                $0.erased = [2, 1, 0].map { Leaf(index: UInt32($0), leaf: leaves[$0]) }
            },
            refused("leaf-twice", "one leaf for each value", .badErasure) {
                $0 = many.envelope()
                $0.frames = empty
                $0.salt = .remaining([])
                $0.erased = [0, 1, 1].map { Leaf(index: UInt32($0), leaf: leaves[$0]) }
            },
        ]
    }

    private static var badSalts: [Vector] {
        let coder = FrameCoder()
        let many = Sample.event(changes: 3)
        let sealed = EventOpener(coder: coder).open(many.envelope()) { _ in Sample.key1.publicKey }
        guard case .event(let event) = sealed else { preconditionFailure("the sample opens") }
        let erased = event.erasing([1], coder: coder).envelope
        guard case .remaining(let salts) = erased.salt else { preconditionFailure("erased") }
        let changed = { (name: String, what: String, change: (inout EventEnvelope) -> Void) in
            refused(name, what, .badSalt) {
                $0 = erased
                change(&$0)
            }
        }
        return [
            refused("salt-15", "an event salt of 15 bytes", .badSalt) {
                $0.salt = .whole(Array(Sample.salt.dropLast()))
            },
            refused("salt-17", "an event salt of 17 bytes", .badSalt) {
                $0.salt = .whole(Sample.salt + [0])
            },
            refused("salt-none", "a value is held and no salt", .badSalt) {
                $0.salt = .remaining([])
            },
            changed("salt-left-behind", "the event salt beside a leaf would give the value away") {
                $0.salt = .whole(Sample.salt)
            },
            changed("salt-missing", "a held value without its salt") {
                $0.salt = .remaining([salts[0]])
            },
            changed("salt-of-erased", "a salt of the value that is gone") {
                let extra = EventSalt.ValueSalt(index: 1, bytes: salts[0].bytes)
                $0.salt = .remaining([salts[0], extra, salts[1]])
            },
            changed("salts-descending", "salts ascend by index") {
                $0.salt = .remaining(salts.reversed())
            },
            changed("salt-31", "a value's salt of 31 bytes") {
                let short = EventSalt.ValueSalt(index: 2, bytes: Array(salts[1].bytes.dropLast()))
                $0.salt = .remaining([salts[0], short])
            },
            changed("leaf-31", "a leaf of 31 bytes") {
                $0.erased = [Leaf(index: 1, leaf: Array($0.erased[0].leaf.dropLast()))]
            },
        ]
    }

    private static var badSignatures: [Vector] {
        var otherHeader = Sample.header()
        otherHeader.author.practitioner = "practitioner-8"
        let many = Sample.event(changes: 3)
        let swapped = EventParts(
            headerBytes: many.headerBytes, values: [many.values[1], many.values[0], many.values[2]])
        return [
            refused("signature-bit", "a changed bit", .badSignature) { $0.signature[20] ^= 4 },
            refused("signature-63", "63 bytes", .badSignature) { $0.signature.removeLast() },
            refused("signature-none", "no signature", .badSignature) { $0.signature = [] },
            refused("signature-other-key", "another site's key", .badSignature) {
                $0.signature = Sample.key2.sign(Sample.simple.id.bytes)
            },
            refused("value-changed", "a byte of a value", .badSignature) {
                $0.frames[0][$0.frames[0].count - 1] ^= 1
            },
            refused("salt-changed", "another salt of the right length", .badSignature) {
                $0.salt = .whole(Sample.salt.map { $0 ^ 1 })
            },
            refused("header-changed", "another author", .badSignature) {
                $0.headerFrame = Proto.rawFrame(otherHeader.encoded())
            },
            refused("header-reencoded", "fields of the header in another order", .badSignature) {
                let last = Sample.headerFields.replacing(1, []).bytes + Proto.number(1, 1)
                $0.headerFrame = Proto.rawFrame(last)
            },
            refused("values-swapped", "two values in each other's place", .badSignature) {
                let signature = many.envelope().signature
                $0 = swapped.envelope()
                $0.signature = signature
            },
        ]
    }
}
