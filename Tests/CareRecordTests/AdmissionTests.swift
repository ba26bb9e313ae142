import CareRecord
import TestSupport
import Testing

@Suite("Admission")
struct AdmissionTests {
    private static let own = Replica(
        site: SiteID(Bits128(high: 1, low: 0)), incarnation: Incarnation(1))
    private static let other = Replica(
        site: SiteID(Bits128(high: 2, low: 0)), incarnation: Incarnation(1))

    private static func id(_ byte: UInt8) -> EventID {
        guard let id = EventID(bytes: Array(repeating: byte, count: 32)) else {
            preconditionFailure("32 bytes are an id")
        }
        return id
    }

    private static func header(
        _ counter: UInt64, previous: UInt8? = nil, on dependency: UInt64? = nil
    ) -> EventHeader {
        let patient = PatientID(Bits128(high: 9, low: 9))
        var header = EventHeader(
            stream: .patient(patient, .general), dot: Dot(replica: own, counter: counter),
            previous: previous.map(id), time: HybridTime(bits: 0), recordedMilliseconds: 0,
            author: Author(practitioner: "", role: "", organisation: ""), sourceSystem: "",
            changes: [])
        if let dependency {
            let dot = Dot(replica: other, counter: dependency)
            header.dependencies = [IdentifiedDot(dot: dot, event: id(0xD0))]
        }
        return header
    }

    private static func vector(_ items: (Replica, UInt64, UInt8)...) -> VersionVector {
        let entries = items.map {
            VersionVector.Entry(replica: $0.0, counter: $0.1, event: id($0.2))
        }
        guard let vector = VersionVector(entries) else { preconditionFailure("replicas differ") }
        return vector
    }

    private static func decide(
        _ header: EventHeader, id: UInt8, vector: VersionVector, held: [UInt64: UInt8] = [:]
    ) -> Admission {
        Admission.decide(header, id: Self.id(id), vector: vector) { dot in
            #expect(vector.covers(dot))
            return held[dot.counter].map(Self.id)
        }
    }

    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let header: EventHeader
        var id: UInt8 = 8
        let vector: VersionVector
        var held: [UInt64: UInt8] = [:]
        let expected: Admission
    }

    private static let cases: [Case] = [
        Case(
            testDescription: "first of an empty stream", header: header(1), vector: vector(),
            expected: .accepted),
        Case(
            testDescription: "next of its replica", header: header(4, previous: 3),
            vector: vector((own, 3, 3)), expected: .accepted),
        Case(
            testDescription: "newest again", header: header(3, previous: 2), id: 3,
            vector: vector((own, 3, 3)), expected: .duplicate),
        Case(
            testDescription: "older again", header: header(2, previous: 1), id: 2,
            vector: vector((own, 3, 3)), held: [2: 2], expected: .duplicate),
        Case(
            testDescription: "older whose id is not known any more", header: header(2, previous: 1),
            vector: vector((own, 3, 3)), expected: .duplicate),
        Case(
            testDescription: "other event under the newest dot", header: header(3, previous: 2),
            vector: vector((own, 3, 3)), expected: .forked(held: id(3))),
        Case(
            testDescription: "other event under an older dot", header: header(2, previous: 1),
            vector: vector((own, 3, 3)), held: [2: 2], expected: .forked(held: id(2))),
        Case(
            testDescription: "continues another branch", header: header(4, previous: 9),
            vector: vector((own, 3, 3)), expected: .forked(held: id(3))),
        Case(
            testDescription: "gap", header: header(7, previous: 6), vector: vector((own, 3, 3)),
            expected: .pending(on: Dot(replica: own, counter: 6))),
        Case(
            testDescription: "gap from nothing", header: header(2, previous: 1), vector: vector(),
            expected: .pending(on: Dot(replica: own, counter: 1))),
        Case(
            testDescription: "dependency is held", header: header(1, on: 5),
            vector: vector((other, 5, 0xD0)), expected: .accepted),
        Case(
            testDescription: "dependency is missing", header: header(1, on: 6),
            vector: vector((other, 5, 5)),
            expected: .pending(on: Dot(replica: other, counter: 6))),
        Case(
            testDescription: "a gap is named before a dependency",
            header: header(2, previous: 1, on: 6),
            vector: vector(), expected: .pending(on: Dot(replica: own, counter: 1))),
        Case(
            testDescription: "greatest counter", header: header(UInt64(Int64.max), previous: 1),
            vector: vector(),
            expected: .pending(on: Dot(replica: own, counter: UInt64(Int64.max) - 1))),
    ]

    @Test("each event is admitted as the table says", arguments: cases)
    func table(_ item: Case) {
        let found = Self.decide(item.header, id: item.id, vector: item.vector, held: item.held)
        #expect(found == item.expected)
    }

    @Test("whatever the order of arrival, every event of a history is accepted in the end")
    func everyOrder() {
        var generator = SeededGenerator(seed: 11)
        for _ in 0..<100 {
            var waiting = (1...12 as ClosedRange<UInt64>).map { counter in
                Self.header(counter, previous: counter == 1 ? nil : UInt8(counter - 1))
            }.shuffled(using: &generator)
            var vector = VersionVector()
            var accepted = 0
            while !waiting.isEmpty {
                let header = waiting.removeFirst()
                let id = UInt8(header.dot.counter)
                switch Self.decide(header, id: id, vector: vector) {
                case .accepted:
                    vector.advance(to: header.dot, event: Self.id(id))
                    accepted += 1
                    #expect(Self.decide(header, id: id, vector: vector) == .duplicate)
                case .pending(let dot):
                    #expect(!vector.covers(dot))
                    waiting.append(header)
                case .duplicate, .forked:
                    Issue.record("an honest event is neither a duplicate nor a fork")
                }
            }
            #expect(accepted == 12)
        }
    }

    @Test("a failing look-up is passed on")
    func failure() {
        struct Unreadable: Error {}
        #expect(throws: Unreadable.self) {
            _ = try Admission.decide(
                Self.header(1), id: Self.id(1), vector: Self.vector((Self.own, 3, 3))
            ) { (_) throws(Unreadable) -> EventID? in throw Unreadable() }
        }
    }
}
