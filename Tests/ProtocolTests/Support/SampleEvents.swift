import CareRecord
import Signing
import WireFormat

/// An event from its serialised header on, so that a vector can hold headers that the product
/// would never write.
struct EventParts {
    var headerBytes: [UInt8]
    var values: [[UInt8]]
    var salt = Sample.salt
    var key = Sample.key1

    /// The leaves, from the salt.
    var leaves: [[UInt8]] {
        values.enumerated().map { index, value in
            let salt = EventHashing.valueSalt(eventSalt: salt, index: index)
            return value.withUnsafeBytes { EventHashing.leaf(valueSalt: salt, value: $0) }
        }
    }

    /// The id, whatever the header says.
    var id: EventID {
        EventHashing.eventID(headerBytes: headerBytes, leaves: leaves.flatMap { $0 })
    }

    /// The signed envelope, with every frame packed by one codec.
    func envelope(codec: FrameCodec = .raw) -> EventEnvelope {
        let coder = FrameCoder()
        let frames = stride(from: 0, to: values.count, by: 16).map { start in
            let content = values[start..<min(start + 16, values.count)].flatMap {
                Proto.varint(UInt64($0.count)) + $0
            }
            return coder.pack(content, codec: codec)
        }
        return EventEnvelope(
            headerFrame: coder.pack(headerBytes, codec: codec), signature: key.sign(id.bytes),
            salt: .whole(salt), frames: frames, erased: [])
    }
}

extension Sample {
    static let goal = Array(#"{"description":{"text":"walk to the shop"}}"#.utf8)

    /// The simplest event: one change, raw frames.
    static let simple = EventParts(headerBytes: header().encoded(), values: [goal])

    /// An event of as many changes, each of an entity of its own.
    static func event(changes count: Int) -> EventParts {
        let changes = (0..<count).map { index in
            var change = Self.change()
            change.element.entity = EntityID(Bits128(high: 0x5A, low: UInt64(index)))
            return change
        }
        let values = (0..<count).map { Array(#"{"n":\#($0)}"#.utf8) }
        return EventParts(headerBytes: header(changes: changes).encoded(), values: values)
    }

    /// An event whose header and one value have exactly this many bytes together.
    static func event(bytes: Int) -> EventParts {
        let header = Self.header().encoded()
        let filler = Array(repeating: UInt8(ascii: "a"), count: bytes - header.count - 2)
        return EventParts(headerBytes: header, values: [[0x22] + filler + [0x22]])
    }

    /// A header in which every field of the grammar is used, with its values.
    static let everyField: (header: EventHeader, values: [[UInt8]]) = {
        var header = Self.header(changes: everyChange)
        header.dot = Dot(replica: replica1, counter: 42)
        header.previous = eventID(0x41)
        header.dependencies = [
            IdentifiedDot(dot: Dot(replica: replica2, counter: 7), event: eventID(0x07)),
            IdentifiedDot(
                dot: Dot(
                    replica: Replica(site: SiteID(bits(0xFF)), incarnation: Incarnation(9)),
                    counter: 1),
                event: eventID(0x01)),
        ].sorted()
        header.author.onBehalfOf = "practitioner-9"
        header.reasonCode = "patient-request"
        header.chain = ChainPosition(id: ChainID(bits(0xC4)), index: 1, count: 3)
        header.hasReasonText = true
        let reason = Array(#""moved in with her daughter""#.utf8)
        return (header, everyChange.indices.map { value(of: everyChange[$0], $0) } + [reason])
    }()

    private static func value(of change: Change, _ index: Int) -> [UInt8] {
        switch (change.operation, change.valueForm) {
        case (_, .blob): Digest.sha256(goal) + [0, 0, 0, 0, 0, 4, 0, 1]
        case (.omit, _), (.erase, _): []
        default: Array(#"{"index":\#(index),"text":"caf\u00e9 é"}"#.utf8)
        }
    }

    /// Every operation once and one of a later version, every kind of reference, target, name and
    /// value form; more than 16, so that the values need two frames.
    private static let everyChange: [Change] = {
        var changes = ((1...11) + [0, 77]).map { code in
            var change = Self.change(UInt8(0x40 + code), facet: code == 1 ? "*" : "facet-\(code)")
            change.operation = Operation(code: UInt32(code))
            return change
        }
        let own = Dot(replica: replica1, counter: 41)
        let foreign = Dot(replica: replica2, counter: 7)
        changes[1].supersedes = [
            ChangeReference(dot: own, index: 0), ChangeReference(dot: foreign, index: 255),
        ]
        changes[1].covers = [ChangeReference(dot: foreign, index: 3, event: eventID(0x0F))]
        changes[1].effective = "2026-05-14T09:30:00+02:00"
        changes[1].sourceID = "goal-0001"
        changes[1].targets = [
            .entity(streamKind: 1, type: "Condition", id: EntityID(bits(0x71))), .unresolved,
            .entity(streamKind: 2, type: "Practitioner", id: EntityID(bits(0x72))),
        ]
        changes[9].names = [
            ChangeName(stream: .patient(patient1, .mentalHealth), dot: foreign, index: 2)
        ]
        changes[10].names = [ChangeName(stream: stream, dot: own, index: 1)]
        for index in 0..<5 {
            changes.append(change(UInt8(0x80 + index), facet: "facet-of-a-later-version"))
        }
        changes[13].valueForm = .blob
        changes[14].valueForm = .unknown(9)
        changes[15].element = Element(
            entityType: "CarePlan.activity", entity: changes[16].element.entity, facet: .existence,
            inside: EntityPlace(resource: EntityID(bits(0x73))))
        changes[17].element.entityType = "CarePlan.activity.progress"
        changes[17].element.inside = EntityPlace(
            resource: EntityID(bits(0x73)), holder: EntityID(bits(0x74)))
        return changes
    }()
}
