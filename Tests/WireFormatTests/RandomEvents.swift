import CareRecord
import TestSupport

/// Random headers within the limits of the protocol; synthetic throughout.
struct RandomEvents {
    var generator: SeededGenerator

    init(seed: UInt64) { generator = SeededGenerator(seed: seed) }

    mutating func bits() -> Bits128 { Bits128(high: generator.next(), low: generator.next()) }

    mutating func eventID() -> EventID {
        guard let id = EventID(bytes: bits().bytes + bits().bytes) else {
            preconditionFailure("32 bytes are an id")
        }
        return id
    }

    mutating func replica() -> Replica {
        Replica(site: SiteID(bits()), incarnation: Incarnation(generator.next()))
    }

    mutating func counter() -> UInt64 { UInt64.random(in: 1...(1 << 63 - 1), using: &generator) }

    mutating func text(_ most: Int = 20) -> String {
        let letters = Array("abcXYZ019-_. äß漢🙂")
        let count = Int.random(in: 0...most, using: &generator)
        return String((0..<count).map { _ in letters.randomElement(using: &generator) ?? "a" })
    }

    mutating func optionalText() -> String? {
        let text = text(12)
        return text.isEmpty ? nil : text
    }

    mutating func stream() -> StreamID {
        let patient = PatientID(bits())
        let other = PatientID(bits())
        switch Int.random(in: 0...5, using: &generator) {
        case 0: return .directory(SiteID(bits()))
        case 1: return .link(min(patient, other), max(patient, other))
        case 2: return .local(SiteID(bits()))
        case 3: return .unknown(kind: 77, subject: bits().bytes)
        case 4: return .patient(patient, .unknown(99))
        default: return .patient(patient, Compartment.known[Int(generator.next() % 7)])
        }
    }

    mutating func list<T>(_ most: Int, _ item: (inout RandomEvents) -> T) -> [T] {
        (0..<Int.random(in: 0...most, using: &generator)).map { _ in item(&self) }
    }

    mutating func change(author: Replica) -> Change {
        let facets = ["*", "existence", "status", "of-a-later-version"]
        let depth = Int(generator.next() % 3)
        let types = ["Goal", "Goal.target", "CarePlan.activity.progress"]
        let place = EntityPlace(
            resource: EntityID(bits()), holder: depth == 2 ? EntityID(bits()) : nil)
        let element = Element(
            entityType: types[depth], entity: EntityID(bits()),
            facet: Facet(facets[Int(generator.next() % 4)]), inside: depth == 0 ? nil : place)
        var change = Change(
            element: element, operation: Operation(code: UInt32(generator.next() % 15)))
        change.supersedes = list(3) { $0.reference(author: author) }
        change.covers = list(3) { $0.reference(author: author) }
        change.effective = optionalText()
        change.sourceID = optionalText()
        change.targets = list(3) { random in
            guard Bool.random(using: &random.generator) else { return .unresolved }
            let kind = UInt8.random(in: 1...255, using: &random.generator)
            return .entity(streamKind: kind, type: random.text(10), id: EntityID(random.bits()))
        }
        change.names = list(2) { random in
            let dot = Dot(replica: random.replica(), counter: random.counter())
            return ChangeName(stream: random.stream(), dot: dot, index: 255)
        }
        change.valueForm = [.json, .blob, .unknown(7)][Int(generator.next() % 3)]
        return change
    }

    mutating func reference(author: Replica) -> ChangeReference {
        let isOwn = Bool.random(using: &generator)
        let dot = Dot(replica: isOwn ? author : replica(), counter: counter())
        let index = UInt32.random(in: 0...255, using: &generator)
        let isForked = Bool.random(using: &generator)
        return ChangeReference(dot: dot, index: index, event: isForked ? eventID() : nil)
    }

    mutating func header() -> EventHeader {
        let author = replica()
        let counter = Bool.random(using: &generator) ? 1 : counter()
        let changes = Int.random(in: 1...40, using: &generator)
        var header = EventHeader(
            stream: stream(), dot: Dot(replica: author, counter: counter),
            previous: counter == 1 ? nil : eventID(), time: HybridTime(bits: generator.next()),
            recordedMilliseconds: Int64(bitPattern: generator.next()),
            author: Author(
                practitioner: text(), role: text(), organisation: text(),
                onBehalfOf: optionalText()),
            sourceSystem: text(), changes: (0..<changes).map { _ in change(author: author) })
        header.dependencies = list(5) { random in
            let dot = Dot(replica: random.replica(), counter: random.counter())
            return IdentifiedDot(dot: dot, event: random.eventID())
        }.sorted()
        header.reasonCode = optionalText()
        header.hasReasonText = Bool.random(using: &generator)
        if Bool.random(using: &generator) {
            header.chain = ChainPosition(id: ChainID(bits()), index: 3, count: 4_096)
        }
        return header
    }

    mutating func values(for header: EventHeader) -> [ArraySlice<UInt8>] {
        (0..<header.valueCount).map { _ in
            let count = Int.random(in: 0...200, using: &generator)
            return (0..<count).map { _ in UInt8.random(in: 0...255, using: &generator) }[...]
        }
    }
}
