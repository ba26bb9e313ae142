import CareRecord
import Foundation
import RecordStore
import Signing
import Testing
import WireFormat

/// Authors that name what their events do not build on: heads must not depend on what came first.
@Suite struct EarlyNamesTests {
    private static let value = Array(#"{"resourceType":"Observation","status":"final"}"#.utf8)
    private static let orders = [
        [0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0],
    ]

    /// A creation, a change that names it, and a change that names that one; none builds on another.
    private static func loose(
        _ writers: [TestSite], in stream: StreamID, of entity: EntityID
    ) -> [SealedEvent] {
        var events: [SealedEvent] = []
        for writer in writers {
            let earlier = events.last.map { [ChangeReference(dot: $0.event.header.dot, index: 0)] }
            let change = Change.whole(
                "Observation", entity, events.isEmpty ? .create : .assign,
                supersedes: earlier ?? [])
            events.append(
                writer.seal(
                    writer.header(stream, counter: 1, changes: [change]), values: [value]))
        }
        return events
    }

    private static func receiver(_ writers: [TestSite]) async throws -> Exchange {
        let (practice, hospital) = try await Exchange.pair()
        _ = try await hospital.store.receive(cards: writers.map(\.card), from: practice.site)
        return Exchange(practice, to: hospital)
    }

    @Test("in every order of arrival the last change is the only head", arguments: orders)
    func everyOrder(order: [Int]) async throws {
        let writers = try ["first", "second", "third"].map { try TestSite($0) }
        let exchange = try await Self.receiver(writers)
        let (stream, entity) = (StreamID.patient(TestID.patient(), .general), TestID.entity())
        let events = Self.loose(writers, in: stream, of: entity)
        try await exchange.announceByHand([stream])
        for place in order {
            #expect(try await exchange.give([events[place].envelope]) == [.accepted])
        }
        let store = exchange.receiver.store
        let found = try await store.resource(entity, type: "Observation")
        #expect(found.map { $0.heads.map(\.dot) } == [[events[2].event.header.dot]])
        #expect(try exchange.receiver.number("SELECT count(*) FROM early") == 0)
    }

    @Test("what waits to be named outlives a withdrawal and a new grant")
    func acrossWithdrawal() async throws {
        let writers = try ["first", "second", "third"].map { try TestSite($0) }
        let exchange = try await Self.receiver(writers)
        let (stream, entity) = (StreamID.patient(TestID.patient(), .general), TestID.entity())
        let events = Self.loose(writers, in: stream, of: entity)
        let hospital = exchange.receiver
        try await exchange.announceByHand([stream])
        _ = try await exchange.give([events[2].envelope, events[0].envelope])
        try await exchange.announceByHand([], version: 2)
        let notice = SealTests.notice(of: [stream], to: hospital, signer: exchange.sender)
        #expect(try await hospital.store.obey(notice, from: exchange.sender.site) == .done)
        try await exchange.announceByHand([stream], version: 3)
        _ = try await exchange.give([events[1].envelope])
        let found = try await hospital.store.resource(entity, type: "Observation")
        #expect(found.map { $0.heads.map(\.dot) } == [[events[2].event.header.dot]])
    }
}
