import CareRecord
import Testing

@Suite("Vectors of version vectors and admission")
struct CausalityVectors {
    @Test("every version vector case comes out as its vector says")
    func vectors() throws {
        try VectorFile.check(Self.file, named: "version-vectors", evaluate: Self.evaluate)
    }

    private static func evaluate(_ input: JSON) -> JSON {
        guard let vector = VersionVector(input["vector"].items.map(entry)) else {
            return ["refusal": "replica-twice"]
        }
        switch input["case"].text {
        case "order":
            return ["vector": .list(vector.entries.map(describe))]
        case "advance":
            var advanced = vector
            advanced.advance(
                to: dot(input["dot"]),
                event: EventID(bytes: input["event"].bytes) ?? Sample.eventID(0))
            return ["vector": .list(advanced.entries.map(describe))]
        case "covers-dot":
            return ["covers": .bool(vector.covers(dot(input["dot"])))]
        case "compare":
            guard let other = VersionVector(input["other"].items.map(entry)) else { return .null }
            let missing = vector.missing(from: other).map { item -> JSON in
                [
                    "replica": .hex(item.replica.bytes),
                    "from": .decimal(item.counters.lowerBound),
                    "to": .decimal(item.counters.upperBound),
                ]
            }
            return [
                "covers": .bool(vector.covers(other)), "isCovered": .bool(other.covers(vector)),
                "missing": .list(missing),
            ]
        case "admit":
            return admit(input, vector)
        default:
            return .null
        }
    }

    private static func admit(_ input: JSON, _ vector: VersionVector) -> JSON {
        var header = Sample.header()
        header.dot = dot(input["dot"])
        header.previous = EventID(bytes: input["previous"].bytes)
        header.dependencies = input["dependencies"].items.map {
            IdentifiedDot(
                dot: dot($0), event: EventID(bytes: $0["event"].bytes) ?? Sample.eventID(0))
        }
        let id = EventID(bytes: input["event"].bytes) ?? Sample.eventID(0)
        let held = input["held"].items
        let admission = Admission.decide(header, id: id, vector: vector) { asked in
            held.first { dot($0) == asked }.flatMap { EventID(bytes: $0["event"].bytes) }
        }
        return switch admission {
        case .accepted: ["admission": "accepted"]
        case .duplicate: ["admission": "duplicate"]
        case .pending(let dot): ["admission": "pending", "on": describe(dot)]
        case .forked(let held): ["admission": "forked", "held": .hex(held.bytes)]
        }
    }

    // MARK: - JSON

    private static func dot(_ json: JSON) -> Dot {
        let replica = Replica(bytes: json["replica"].bytes) ?? Sample.replica1
        return Dot(replica: replica, counter: json["counter"].decimal)
    }

    private static func entry(_ json: JSON) -> VersionVector.Entry {
        let dot = dot(json)
        let event = EventID(bytes: json["event"].bytes) ?? Sample.eventID(0)
        return VersionVector.Entry(replica: dot.replica, counter: dot.counter, event: event)
    }

    private static func describe(_ dot: Dot) -> JSON {
        ["replica": .hex(dot.replica.bytes), "counter": .decimal(dot.counter)]
    }

    private static func describe(_ entry: VersionVector.Entry) -> JSON {
        item(entry.replica, entry.counter, entry.event)
    }

    private static func item(_ replica: Replica, _ counter: UInt64, _ event: EventID) -> JSON {
        [
            "replica": .hex(replica.bytes), "counter": .decimal(counter),
            "event": .hex(event.bytes),
        ]
    }

    private static func item(_ replica: Replica, _ counter: UInt64, _ event: UInt8) -> JSON {
        item(replica, counter, Sample.eventID(event))
    }

    // MARK: - Cases

    private static let one = min(Sample.replica1, Sample.replica2)
    private static let two = max(Sample.replica1, Sample.replica2)
    private static let laterLife = Replica(
        site: one.site, incarnation: Incarnation(one.incarnation.bits + 1))

    private static var file: VectorFile {
        VectorFile(
            name: "version-vectors", specification: "record-v1.md §12",
            about:
                "Vectors of one stream: order, advance, covers, missing, and the admission of events.",
            vectors: order + coverage + admissions)
    }

    private static var order: [Vector] {
        [
            Vector(
                "order", "entries ascend by site, then by incarnation",
                input: [
                    "case": "order",
                    "vector": .list([item(two, 1, 3), item(laterLife, 4, 2), item(one, 9, 1)]),
                ],
                expect: [
                    "vector": .list([item(one, 9, 1), item(laterLife, 4, 2), item(two, 1, 3)])
                ]),
            Vector(
                "replica-twice", "one entry for each replica",
                input: ["case": "order", "vector": .list([item(one, 1, 1), item(one, 2, 2)])],
                refusal: "replica-twice"),
            Vector(
                "advance-first", "the first event of a replica",
                input: [
                    "case": "advance", "vector": .list([item(two, 1, 3)]),
                    "dot": describe(Dot(replica: one, counter: 1)),
                    "event": .hex(Sample.eventID(8).bytes),
                ],
                expect: ["vector": .list([item(one, 1, 8), item(two, 1, 3)])]),
            Vector(
                "advance-next", "counter and id are replaced together",
                input: [
                    "case": "advance", "vector": .list([item(one, 9, 1), item(two, 1, 3)]),
                    "dot": describe(Dot(replica: one, counter: 10)),
                    "event": .hex(Sample.eventID(8).bytes),
                ],
                expect: ["vector": .list([item(one, 10, 8), item(two, 1, 3)])]),
        ]
    }

    private static var coverage: [Vector] {
        let dots: [(String, Replica, UInt64, Bool)] = [
            ("covers-older", one, 4, true), ("covers-newest", one, 9, true),
            ("covers-not-next", one, 10, false), ("covers-not-other-life", laterLife, 1, false),
        ]
        let pairs: [(String, String, [JSON], [JSON], JSON)] = [
            ("compare-empty", "two empty vectors cover each other", [], [], comparison(true, true)),
            (
                "compare-equal", "equal vectors cover each other", [item(one, 9, 1)],
                [item(one, 9, 1)], comparison(true, true)
            ),
            (
                "compare-behind", "what the other has above the own counter is missing",
                [item(one, 3, 1)], [item(one, 9, 1), item(two, 2, 3)],
                comparison(false, true, [(one, 4, 9), (two, 1, 2)])
            ),
            (
                "compare-concurrent", "neither covers the other",
                [item(one, 9, 1)], [item(one, 3, 1), item(two, 2, 3)],
                comparison(false, false, [(two, 1, 2)])
            ),
            (
                "compare-branches", "ids do not take part: a fork is found by admission",
                [item(one, 9, 1)], [item(one, 9, 2)], comparison(true, true)
            ),
        ]
        return dots.map { name, replica, counter, covers in
            Vector(
                name, "a dot is covered up to the highest contiguous counter of its replica",
                input: [
                    "case": "covers-dot", "vector": .list([item(one, 9, 1)]),
                    "dot": describe(Dot(replica: replica, counter: counter)),
                ], expect: ["covers": .bool(covers)])
        }
            + pairs.map { name, what, vector, other, expect in
                Vector(
                    name, what,
                    input: ["case": "compare", "vector": .list(vector), "other": .list(other)],
                    expect: expect)
            }
    }

    private static func comparison(
        _ covers: Bool, _ isCovered: Bool, _ missing: [(Replica, UInt64, UInt64)] = []
    ) -> JSON {
        [
            "covers": .bool(covers), "isCovered": .bool(isCovered),
            "missing": .list(
                missing.map {
                    ["replica": .hex($0.bytes), "from": .decimal($1), "to": .decimal($2)]
                }),
        ]
    }

    private static var admissions: [Vector] {
        let waits = { (replica: Replica, counter: UInt64) -> JSON in
            ["admission": "pending", "on": describe(Dot(replica: replica, counter: counter))]
        }
        let forked: JSON = ["admission": "forked", "held": .hex(Sample.eventID(1).bytes)]
        return [
            admission("admit-first", "the first event of a stream", [], one, 1, 8, "accepted"),
            admission(
                "admit-next", "the next event, behind the one that is held", [item(one, 9, 1)], one,
                10, 8, previous: 1, "accepted"),
            admission(
                "admit-gap", "events between are missing: it waits for the one before",
                [item(one, 9, 1)], one, 12, 8, previous: 7, expect: waits(one, 11)),
            admission(
                "admit-gap-from-nothing", "nothing of the replica is held", [], one, 3, 8,
                previous: 7, expect: waits(one, 2)),
            admission(
                "admit-duplicate-newest", "the id of the newest event stands in the vector",
                [item(one, 9, 1)], one, 9, 1, previous: 7, "duplicate"),
            admission(
                "admit-duplicate-older", "an older event is looked up", [item(one, 9, 1)], one, 4,
                8, previous: 7, held: [item(one, 4, 8)], "duplicate"),
            admission(
                "admit-fork-newest", "another id under the newest dot", [item(one, 9, 1)], one, 9,
                8, previous: 7, expect: forked),
            admission(
                "admit-fork-older", "another id under an older dot", [item(one, 9, 2)], one, 4, 8,
                previous: 7, held: [item(one, 4, 1)], expect: forked),
            admission(
                "admit-fork-previous", "it continues another branch than the one held",
                [item(one, 9, 1)], one, 10, 8, previous: 2, expect: forked),
            admission(
                "admit-dependency-held", "what it builds on is covered",
                [item(two, 5, 3)], one, 1, 8, dependencies: [item(two, 4, 2)], "accepted"),
            admission(
                "admit-dependency-missing", "the first dependency that is not covered",
                [item(two, 3, 3)], one, 1, 8,
                dependencies: [item(laterLife, 1, 5), item(two, 4, 2)], expect: waits(laterLife, 1)),
            admission(
                "admit-gap-before-dependency", "its own predecessor is waited for first", [], one,
                2,
                8, previous: 7, dependencies: [item(two, 4, 2)], expect: waits(one, 1)),
        ]
    }

    private static func admission(
        _ name: String, _ what: String, _ vector: [JSON], _ replica: Replica, _ counter: UInt64,
        _ event: UInt8, previous: UInt8? = nil, dependencies: [JSON] = [], held: [JSON] = [],
        _ outcome: String = "", expect: JSON? = nil
    ) -> Vector {
        Vector(
            name, what,
            input: [
                "case": "admit", "vector": .list(vector),
                "dot": describe(Dot(replica: replica, counter: counter)),
                "event": .hex(Sample.eventID(event).bytes),
                "previous": .optional(previous) { .hex(Sample.eventID($0).bytes) },
                "dependencies": .list(dependencies), "held": .list(held),
            ], expect: expect ?? ["admission": .text(outcome)])
    }
}
