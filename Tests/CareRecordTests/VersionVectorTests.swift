import CareRecord
import TestSupport
import Testing

@Suite("VersionVector")
struct VersionVectorTests {
    private static let replicas = (0..<6).map {
        Replica(
            site: SiteID(Bits128(high: UInt64($0 / 2), low: 7)),
            incarnation: Incarnation(UInt64($0)))
    }

    private static func eventID(_ number: UInt64) -> EventID {
        let bits = Bits128(high: number, low: number)
        guard let id = EventID(bytes: bits.bytes + bits.bytes) else {
            preconditionFailure("32 bytes are an id")
        }
        return id
    }

    /// A vector that holds a random prefix of what each replica wrote.
    private static func random(using generator: inout SeededGenerator) -> VersionVector {
        var vector = VersionVector()
        for replica in replicas.shuffled(using: &generator) {
            let count = UInt64.random(in: 0...4, using: &generator)
            for counter in stride(from: 1, through: count, by: 1) {
                vector.advance(to: Dot(replica: replica, counter: counter), event: eventID(counter))
            }
        }
        return vector
    }

    @Test("entries ascend by replica, however they came in")
    func sorted() {
        var generator = SeededGenerator(seed: 1)
        for _ in 0..<200 {
            let vector = Self.random(using: &generator)
            let replicas = vector.entries.map(\.replica)
            #expect(replicas == replicas.sorted())
            let shuffled = vector.entries.shuffled(using: &generator)
            #expect(VersionVector(shuffled) == vector)
        }
    }

    @Test("a replica may appear once only")
    func twice() {
        let entry = VersionVector.Entry(
            replica: Self.replicas[0], counter: 1, event: Self.eventID(1))
        #expect(VersionVector([entry, entry]) == nil)
        #expect(VersionVector([entry])?.entries == [entry])
    }

    @Test("covering is reflexive, transitive, and antisymmetric in its counters")
    func coveringIsAnOrder() {
        var generator = SeededGenerator(seed: 2)
        for _ in 0..<2_000 {
            let (one, two, three) = (
                Self.random(using: &generator), Self.random(using: &generator),
                Self.random(using: &generator)
            )
            #expect(one.covers(one))
            if one.covers(two), two.covers(three) { #expect(one.covers(three)) }
            if one.covers(two), two.covers(one) { #expect(one == two) }
            #expect(one.covers(VersionVector()))
        }
    }

    @Test("a vector covers another exactly when it covers each of its dots")
    func coversDots() {
        var generator = SeededGenerator(seed: 3)
        for _ in 0..<500 {
            let one = Self.random(using: &generator)
            let two = Self.random(using: &generator)
            let coversAll = two.entries.allSatisfy { entry in
                (1...entry.counter).allSatisfy {
                    one.covers(Dot(replica: entry.replica, counter: $0))
                }
            }
            #expect(one.covers(two) == coversAll)
        }
    }

    @Test("what is missing, once it arrives, makes the vector cover the other")
    func missing() {
        var generator = SeededGenerator(seed: 4)
        for _ in 0..<500 {
            var one = Self.random(using: &generator)
            let two = Self.random(using: &generator)
            let before = one
            let missing = one.missing(from: two)
            #expect(missing.isEmpty == one.covers(two))
            #expect(missing.map(\.replica) == missing.map(\.replica).sorted())
            for (replica, counters) in missing {
                for counter in counters {
                    #expect(!before.covers(Dot(replica: replica, counter: counter)))
                    one.advance(
                        to: Dot(replica: replica, counter: counter), event: Self.eventID(counter))
                }
            }
            #expect(one.covers(two))
            #expect(one.covers(before))
        }
    }

    @Test("the order in which replicas are heard does not matter")
    func commutes() {
        var generator = SeededGenerator(seed: 5)
        for _ in 0..<200 {
            var dots: [Dot] = []
            for replica in Self.replicas {
                let count = UInt64.random(in: 0...3, using: &generator)
                dots += stride(from: 1, through: count, by: 1).map {
                    Dot(replica: replica, counter: $0)
                }
            }
            let one = Self.apply(dots.shuffled(using: &generator))
            let two = Self.apply(dots.shuffled(using: &generator))
            #expect(one == two)
        }
    }

    /// Applies each dot as soon as it is its replica's next.
    private static func apply(_ dots: [Dot]) -> VersionVector {
        var vector = VersionVector()
        var waiting = dots
        while let index = waiting.firstIndex(where: {
            $0.counter == vector.counter(of: $0.replica) + 1
        }) {
            let dot = waiting.remove(at: index)
            vector.advance(to: dot, event: eventID(dot.counter))
        }
        #expect(waiting.isEmpty)
        return vector
    }
}
