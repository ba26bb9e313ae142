import CareRecord
import Foundation
import RecordStore
import Signing
import Testing
import WireFormat

/// Every small history of one element (`Protocols/vectors/histories.json`) through the store, each
/// in a stream of its own, signed by three writers and relayed by a fourth site.
@Suite struct HistoryTests {
    @Test("every small history leaves the heads of its vector, after each event as well")
    func afterEachEvent() async throws {
        let cast = try HistoryCast()
        let histories = try SmallHistory.all()
        let signed = try histories.map(cast.sign)
        let receiver = try await cast.receiver(of: signed)
        for step in 1...SmallHistory.eventsMax {
            let arrivals = signed.compactMap { $0.count >= step ? $0[step - 1] : nil }
            let outcomes = try await receiver.give(arrivals)
            #expect(outcomes.allSatisfy { $0 == .accepted })
            for (history, events) in zip(histories, signed) where events.count >= step {
                let expected = history.heads(afterEvents: step)
                if step == events.count { #expect(expected == history.heads, "\(history.name)") }
                let found = try await receiver.heads(of: events)
                #expect(found == expected, "\(history.name), events 1 to \(step)")
            }
        }
    }

    @Test("whatever order a small history arrives in, its heads and the digest are the same")
    func arrivalOrders() async throws {
        let cast = try HistoryCast()
        let histories = try SmallHistory.all()
        let signed = try histories.map(cast.sign)
        var digests = Set<[UInt8]>()
        for round in 0..<2 {
            let receiver = try await cast.receiver("receiver-\(round)", of: signed)
            let arrivals = signed.enumerated().flatMap { number, events in
                // The reverse order, then another for each history and round.
                events.permuted(round == 0 ? -1 : number * 5 + round * 11)
            }
            let outcomes = try await receiver.give(arrivals)
            #expect(round > 0 || outcomes.contains { $0 != .accepted })
            #expect(try await receiver.store.counts().pending == 0)
            for (history, events) in zip(histories, signed) {
                let found = try await receiver.heads(of: events)
                #expect(found == history.heads, "\(history.name), round \(round)")
                #expect((found.count > 1) == history.hasSiblings)
            }
            digests.insert(try await receiver.store.contentDigest())
        }
        #expect(digests.count == 1)
    }
}

/// One vector.
private struct SmallHistory {
    struct Event: Decodable {
        let dot: String
        let seen: [String]
        let supersedes: [String]
    }

    static let eventsMax = 4

    let name: String
    let events: [Event]
    let heads: Set<String>
    let hasSiblings: Bool

    static func all() throws -> [SmallHistory] {
        let file = URL(filePath: #filePath)
            .appending(path: "../../../Protocols/vectors/histories.json").standardized
        let vectors = try JSONDecoder().decode(File.self, from: Data(contentsOf: file)).vectors
        #expect(vectors.count == 1_716)
        return vectors.map {
            SmallHistory(
                name: $0.name, events: $0.input.events, heads: Set($0.expect.heads),
                hasSiblings: $0.expect.hasSiblings)
        }
    }

    /// What no other of the first events names.
    func heads(afterEvents count: Int) -> Set<String> {
        var heads = Set<String>()
        for event in events.prefix(count)
        where !events.prefix(count).contains(where: { $0.supersedes.contains(event.dot) }) {
            heads.insert(event.dot)
        }
        return heads
    }

    private struct File: Decodable {
        struct Vector: Decodable {
            struct Input: Decodable { let events: [Event] }
            struct Expect: Decodable {
                let heads: [String]
                let hasSiblings: Bool
            }
            let name: String
            let input: Input
            let expect: Expect
        }
        let vectors: [Vector]
    }
}

/// The three writers and the site that relays what they wrote.
private struct HistoryCast {
    private let relay: TestSite
    private let writers: [Character: TestSite]

    init() throws {
        relay = try TestSite("relay")
        writers = ["A": try TestSite("a"), "B": try TestSite("b"), "C": try TestSite("c")]
    }

    /// The events of a history, in its order, in a stream of its own.
    func sign(_ history: SmallHistory) throws -> [SealedEvent] {
        let stream = StreamID.patient(TestID.patient(), .general)
        let entity = TestID.entity()
        var signed: [String: SealedEvent] = [:]
        func identified(_ dot: String) throws -> IdentifiedDot {
            let event = try #require(signed[dot]).event
            return IdentifiedDot(dot: event.header.dot, event: event.id)
        }
        return try history.events.map { event in
            let (name, counter) = try Self.parts(of: event.dot)
            let writer = try #require(writers[name])
            let references = try event.supersedes.map {
                ChangeReference(dot: try identified($0).dot, index: 0)
            }
            let isFirst = counter == 1 && event.seen.isEmpty
            var header = writer.header(
                stream, counter: counter,
                previous: counter > 1 ? try identified("\(name)\(counter - 1)").event : nil,
                changes: [
                    .whole("Goal", entity, isFirst ? .create : .assign, supersedes: references)
                ])
            header.dependencies = try event.seen.map(identified).sorted()
            let sealed = writer.seal(header, values: [Array(#"{"by":"\#(event.dot)"}"#.utf8)])
            signed[event.dot] = sealed
            return sealed
        }
    }

    /// A store to which the relay has announced the streams of all these events.
    func receiver(
        _ name: String = "receiver", of signed: [[SealedEvent]]
    ) async throws -> HistoryReceiver {
        let site = try TestSite(name)
        try await site.enrol(relay)
        try await relay.enrol(site)
        _ = try await site.store.receive(cards: writers.values.map(\.card), from: relay.site)
        let exchange = Exchange(relay, to: site)
        try await exchange.announceByHand(signed.map { $0[0].event.header.stream })
        return HistoryReceiver(
            exchange: exchange,
            names: Dictionary(uniqueKeysWithValues: writers.map { ($1.replica, $0) }))
    }

    private static func parts(of dot: String) throws -> (Character, UInt64) {
        (try #require(dot.first), try #require(UInt64(dot.dropFirst())))
    }
}

/// A store that histories arrive at.
private struct HistoryReceiver {
    let exchange: Exchange
    let names: [Replica: Character]

    var store: SiteStore { exchange.receiver.store }

    func give(_ events: [SealedEvent]) async throws -> [EventOutcome] {
        var outcomes: [EventOutcome] = []
        for start in stride(from: 0, to: events.count, by: 1_000) {
            let part = events[start..<min(start + 1_000, events.count)]
            outcomes += try await exchange.give(part.map(\.envelope))
        }
        return outcomes
    }

    /// The dots of the heads of the one element that these events are about.
    func heads(of events: [SealedEvent]) async throws -> Set<String> {
        let element = events[0].event.header.changes[0].element
        let held = try await store.resource(element.entity, type: element.entityType)
        #expect(held.count == 1)
        let dots = try (held.first?.heads ?? []).map { head in
            "\(try #require(names[head.dot.replica]))\(head.dot.counter)"
        }
        #expect(Set(dots).count == dots.count)
        return Set(dots)
    }
}

extension Array {
    /// The elements in the order with this number of all that there are, round and round; -1 is the
    /// last of them, the reverse.
    fileprivate func permuted(_ number: Int) -> [Element] {
        var rest = self
        var orders = 1
        for size in indices { orders *= size + 1 }
        var left = ((number % orders) + orders) % orders
        var order: [Element] = []
        while !rest.isEmpty {
            orders /= rest.count
            order.append(rest.remove(at: left / orders))
            left %= orders
        }
        return order
    }
}
