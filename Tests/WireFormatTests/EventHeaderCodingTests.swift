import CareRecord
import Testing
import WireFormat

@Suite("EventHeader on the wire")
struct EventHeaderCodingTests {
    @Test("300 random headers are read as they were written")
    func roundTrip() throws {
        var random = RandomEvents(seed: 1)
        for _ in 0..<300 {
            let header = random.header()
            let bytes = header.encoded()
            #expect(try EventHeader(encoded: bytes) == header)
            #expect(header.encoded() == bytes)
        }
    }

    @Test("a header cut anywhere is never read as the same header")
    func cut() {
        var random = RandomEvents(seed: 2)
        let header = random.header()
        let bytes = header.encoded()
        for count in 0..<bytes.count {
            #expect((try? EventHeader(encoded: Array(bytes.prefix(count)))) != header)
        }
    }

    @Test("random bytes never trap")
    func randomBytes() {
        var random = RandomEvents(seed: 3)
        let bytes = random.header().encoded()
        for _ in 0..<3_000 {
            var changed = bytes
            for _ in 0..<Int.random(in: 1...4, using: &random.generator) {
                let index = Int.random(in: 0..<bytes.count, using: &random.generator)
                changed[index] = UInt8.random(in: 0...255, using: &random.generator)
            }
            guard let header = try? EventHeader(encoded: changed) else { continue }
            #expect((try? EventHeader(encoded: header.encoded())) == header)
        }
    }

    private static func failure(_ header: EventHeader) -> DecodingFailure? {
        do throws(DecodingFailure) {
            _ = try EventHeader(encoded: header.encoded())
            return nil
        } catch {
            return error
        }
    }

    private static func plain() -> EventHeader {
        var random = RandomEvents(seed: 4)
        var header = random.header()
        header.changes = Array(header.changes.prefix(1))
        return header
    }

    private static func changes(_ count: Int) -> [Change] {
        (0..<count).map { index in
            let entity = EntityID(Bits128(high: 0, low: UInt64(index)))
            return Change(
                element: Element(entityType: "Goal", entity: entity, facet: .whole),
                operation: .create)
        }
    }

    @Test("limits hold below, at and above", arguments: [-1, 0, 1])
    func limits(offset: Int) {
        let isAbove = offset > 0
        var header = Self.plain()
        header.changes = Self.changes(EventLimits.changesMax + offset)
        #expect(Self.failure(header) == (isAbove ? .badChangeCount : nil))

        header = Self.plain()
        header.author.role = String(repeating: "r", count: EventLimits.headerTextBytesMax + offset)
        #expect(Self.failure(header) == (isAbove ? .tooLong : nil))

        header = Self.plain()
        header.changes[0].effective = String(repeating: "e", count: 64 + offset)
        #expect(Self.failure(header) == (isAbove ? .tooLong : nil))

        header = Self.plain()
        header.changes[0].targets = Array(
            repeating: .unresolved, count: EventLimits.changeReferencesMax + offset)
        #expect(Self.failure(header) == (isAbove ? .tooLong : nil))

        header = Self.plain()
        let reference = ChangeReference(dot: header.dot, index: 0)
        header.changes[0].supersedes = Array(
            repeating: reference, count: EventLimits.changeReferencesMax + offset)
        #expect(Self.failure(header) == (isAbove ? .tooLong : nil))

        header = Self.plain()
        header.dependencies = (0..<EventLimits.dependenciesMax + offset).map { index in
            let site = SiteID(Bits128(high: 0, low: UInt64(index)))
            let dot = Dot(replica: Replica(site: site, incarnation: Incarnation(0)), counter: 1)
            return IdentifiedDot(dot: dot, event: header.previous ?? Self.someID)
        }
        #expect(Self.failure(header) == (isAbove ? .tooLong : nil))
    }

    private static var someID: EventID {
        var random = RandomEvents(seed: 5)
        return random.eventID()
    }

    @Test("the greatest counter is read, the next one is not, wherever a dot stands")
    func counters() {
        let greatest = EventLimits.counterMax
        for counter in [greatest, greatest + 1] {
            let expected: DecodingFailure? = counter == greatest ? nil : .badDot
            var header = Self.plain()
            header.dot = Dot(replica: header.dot.replica, counter: counter)
            header.previous = Self.someID
            #expect(Self.failure(header) == expected)
            let dot = Dot(replica: Self.plain().dot.replica, counter: counter)
            header = Self.plain()
            header.changes[0].covers = [ChangeReference(dot: dot, index: 0)]
            #expect(Self.failure(header) == expected)
            header = Self.plain()
            header.changes[0].names = [ChangeName(stream: header.stream, dot: dot, index: 0)]
            #expect(Self.failure(header) == expected)
        }
    }

    @Test("names that Swift holds for equal and other readers do not are refused")
    func canonicalEquivalence() {
        for name in ["caf\u{E9}", "cafe\u{301}"] {
            var header = Self.plain()
            header.changes[0].element.facet = Facet(name)
            #expect(Self.failure(header) == .badName)
            header = Self.plain()
            header.changes[0].element.entityType = name
            #expect(Self.failure(header) == .badName)
        }
    }
}
