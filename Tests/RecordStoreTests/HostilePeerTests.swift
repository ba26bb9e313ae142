import AuditTrail
import CareRecord
import Foundation
import RecordStore
import Signing
import Testing
import WireFormat

@Suite struct HostilePeerTests {
    static let observation = Array(#"{"resourceType":"Observation","status":"final"}"#.utf8)

    static func event(
        _ site: TestSite, _ stream: StreamID, counter: UInt64 = 1, previous: EventID? = nil,
        value: [UInt8] = observation, salt: UInt8 = 5
    ) -> SealedEvent {
        site.seal(
            site.header(
                stream, counter: counter, previous: previous,
                changes: [.whole("Observation", TestID.entity())]),
            values: [value], salt: [UInt8](repeating: salt, count: 16))
    }

    @Test("a stream that was not announced is refused, and so is a local one")
    func streams() async throws {
        let (practice, hospital) = try await Exchange.pair()
        let exchange = Exchange(practice, to: hospital)
        let stream = StreamID.patient(TestID.patient(), .general)
        let local = StreamID.local(hospital.site)
        try await exchange.announceByHand([local])
        let outcomes = try await exchange.give([
            Self.event(practice, stream).envelope, Self.event(practice, local).envelope,
        ])
        #expect(outcomes == [.refused(.notAnnounced), .refused(.notForwardable)])
        #expect(try await hospital.store.counts().events == 0)
    }

    @Test("a local stream stays closed to an author whose card comes later")
    func localStreamByACard() async throws {
        let (practice, hospital) = try await Exchange.pair()
        let author = try TestSite("author")
        let exchange = Exchange(practice, to: hospital)
        let local = StreamID.local(hospital.site)
        try await exchange.announceByHand([local])
        let outcomes = try await exchange.give([Self.event(author, local).envelope])
        #expect(outcomes == [.refused(.notForwardable)])
        _ = try await hospital.store.receive(cards: [author.card], from: practice.site)
        #expect(try await hospital.store.counts().events == 0)
    }

    @Test("a peer that floods with node cards fills its own room, and nobody else's")
    func cardFlood() async throws {
        let (practice, hospital, home) = try await Exchange.row()
        try hospital.execute(
            """
            WITH RECURSIVE n (i) AS (
              SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < \(StoreLimits.cardsPerPeerMax))
            INSERT INTO replica (id, name) SELECT 1000 + i, randomblob(24) FROM n;
            INSERT INTO card (replica, site, event_key, signed, seen, source)
            SELECT id, (SELECT min(id) FROM site), zeroblob(32), zeroblob(1), 0,
              (SELECT id FROM peer WHERE name = 'practice') FROM replica WHERE id > 1000
            """)
        let (late, early) = (try TestSite("late"), try TestSite("early"))
        let sites = try hospital.number("SELECT count(*) FROM site")
        #expect(try await hospital.store.receive(cards: [late.card], from: practice.site).isEmpty)
        #expect(try await hospital.store.cards(of: [late.replica]).isEmpty)
        #expect(try hospital.number("SELECT count(*) FROM site") == sites)
        #expect(try await hospital.store.receive(cards: [early.card], from: home.site).isEmpty)
        #expect(try await hospital.store.cards(of: [early.replica]) == [early.card])
        #expect(
            try await hospital.store.receive(cards: [practice.card], from: practice.site).isEmpty)
    }

    @Test("a bad envelope is set aside once, charged to its sender, and the rest is accepted")
    func badEnvelope() async throws {
        let (practice, hospital) = try await Exchange.pair()
        let exchange = Exchange(practice, to: hospital)
        let stream = StreamID.patient(TestID.patient(), .general)
        try await exchange.announceByHand([stream])
        let good = Self.event(practice, stream)
        var bad = Self.event(practice, stream, counter: 2, previous: good.event.id).envelope
        bad.signature = [UInt8](repeating: 0, count: 64)
        for number in 1...3 {
            let outcomes = try await exchange.give([bad, good.envelope], number: UInt64(number))
            #expect(outcomes.first == .refused(.badEnvelope))
        }
        let counts = try await hospital.store.counts()
        #expect(counts.events == 1)
        #expect(counts.quarantined == 1)
        #expect(try hospital.texts("SELECT reason FROM quarantine") == ["bad-signature"])
        #expect(try hospital.number("SELECT count(*) FROM quarantine WHERE peer IS NOT NULL") == 1)
    }

    @Test("an unreadable value is accepted with its event, and noted, also after waiting")
    func unreadableValue() async throws {
        let (practice, hospital) = try await Exchange.pair()
        let exchange = Exchange(practice, to: hospital)
        let stream = StreamID.patient(TestID.patient(), .general)
        try await exchange.announceByHand([stream])
        let first = Self.event(practice, stream, value: Array(#"{"a":1,"a":2}"#.utf8))
        let second = Self.event(
            practice, stream, counter: 2, previous: first.event.id, value: Array("{".utf8))
        #expect(
            try await exchange.give([second.envelope])
                == [.pending(.event(first.event.header.dot))])
        #expect(try await exchange.give([first.envelope], number: 2) == [.accepted])
        #expect(try await hospital.store.counts().events == 2)
        #expect(
            try hospital.texts("SELECT reason FROM quarantine")
                == ["unreadable-value", "unreadable-value"])
    }

    @Test("two events of one dot are both kept")
    func fork() async throws {
        let (practice, hospital) = try await Exchange.pair()
        let exchange = Exchange(practice, to: hospital)
        let stream = StreamID.patient(TestID.patient(), .general)
        try await exchange.announceByHand([stream])
        let events = [1, 2].map { Self.event(practice, stream, salt: $0) }
        #expect(try await exchange.give(events.map(\.envelope)) == [.accepted, .accepted])
        #expect(try await hospital.store.counts().events == 1)
        #expect(try hospital.number("SELECT count(*) FROM fork") == 1)
        #expect(try await exchange.give([events[1].envelope], number: 2) == [.accepted])
        #expect(try hospital.number("SELECT count(*) FROM fork") == 1)
    }

    @Test("an event that waits says nothing of whose patient it is")
    func homeOfAPendingEvent() async throws {
        let (practice, hospital) = try await Exchange.pair()
        let third = try TestSite("third")
        try await hospital.enrol(third)
        try await third.enrol(hospital)
        try await hospital.grant(third)
        let stream = StreamID.patient(TestID.patient(), .general)
        try await Exchange(practice, to: hospital).announceByHand([stream])
        try await Exchange(third, to: hospital).announceByHand([stream])
        let first = Self.event(practice, stream)
        var header = third.header(
            stream, counter: 1, changes: [.whole("Observation", TestID.entity())])
        header.dependencies = [first.event.identifiedDot]
        let second = third.seal(header, values: [Self.observation])
        let outcome = try await Exchange(third, to: hospital).give([second.envelope])
        #expect(outcome == [.pending(.event(first.event.header.dot))])
        #expect(try await Exchange(practice, to: hospital).give([first.envelope]) == [.accepted])
        #expect(try await hospital.store.counts().events == 2)
        // It is a patient of the practice: an agreement about own patients does not cover it.
        let announce = try await hospital.store.announcement(to: third.site, fromVersion: 0)
        #expect(announce.added == [])
    }

    @Test("a forged event that waits for a card does not keep out the true one")
    func forgedPending() async throws {
        let (practice, hospital) = try await Exchange.pair()
        let author = try TestSite("author")
        let exchange = Exchange(practice, to: hospital)
        let stream = StreamID.patient(TestID.patient(), .general)
        try await exchange.announceByHand([stream])
        let good = Self.event(author, stream)
        var forged = Self.event(author, stream, salt: 6).envelope
        forged.signature = [UInt8](repeating: 0, count: 64)
        let outcomes = try await exchange.give([forged, good.envelope])
        #expect(outcomes == [.pending(.card(author.replica)), .pending(.card(author.replica))])
        _ = try await hospital.store.receive(cards: [author.card], from: practice.site)
        let counts = try await hospital.store.counts()
        #expect(counts.events == 1)
        #expect(counts.pending == 0)
        #expect(counts.quarantined == 1)
    }

    @Test("no change ends the heads of another entity, or its own")
    func foreignHeads() async throws {
        let (practice, hospital) = try await Exchange.pair()
        let exchange = Exchange(practice, to: hospital)
        let stream = StreamID.patient(TestID.patient(), .general)
        try await exchange.announceByHand([stream])
        let first = Self.event(practice, stream)
        let victim = first.event.header.changes[0].element.entity
        let other = TestID.entity()
        // Of an entity that was never written again nobody would look for what ends its heads.
        let revision = practice.seal(
            practice.header(
                stream, counter: 2, previous: first.event.id,
                changes: [
                    .whole(
                        "Observation", victim, .assign,
                        supersedes: [ChangeReference(dot: first.event.header.dot, index: 0)])
                ]), values: [Self.observation])
        let create = practice.seal(
            practice.header(
                stream, counter: 3, previous: revision.event.id,
                changes: [.whole("Observation", other)]), values: [Self.observation])
        let dot = Dot(replica: practice.replica, counter: 4)
        let attack = practice.seal(
            practice.header(
                stream, counter: 4, previous: create.event.id,
                changes: [
                    .whole(
                        "Observation", other, .assign,
                        supersedes: [
                            ChangeReference(dot: first.event.header.dot, index: 0),
                            ChangeReference(dot: revision.event.header.dot, index: 0),
                            ChangeReference(dot: dot, index: 0),
                            ChangeReference(dot: create.event.header.dot, index: 0),
                            ChangeReference(dot: create.event.header.dot, index: 200),
                        ])
                ]), values: [Self.observation])
        let outcomes = try await exchange.give(
            [first, revision, create, attack].map(\.envelope))
        #expect(outcomes == [.accepted, .accepted, .accepted, .accepted])
        let kept = try await hospital.store.resource(victim, type: "Observation").first?.heads
        #expect(kept?.map(\.dot) == [revision.event.header.dot])
        let heads = try await hospital.store.resource(other, type: "Observation").first?.heads
        #expect(heads?.map(\.dot) == [dot])
    }

    @Test("numbers that no store can count to are a bad envelope", arguments: [0, 1, 2])
    func hugeCounters(place: Int) async throws {
        let (practice, hospital) = try await Exchange.pair()
        let exchange = Exchange(practice, to: hospital)
        let stream = StreamID.patient(TestID.patient(), .general)
        try await exchange.announceByHand([stream])
        let entity = TestID.entity()
        let huge = Dot(replica: hospital.replica, counter: .max)
        var change = Change.whole("Observation", entity, .assign)
        var header = practice.header(
            stream, counter: 1,
            changes: [.whole("Observation", entity)])
        switch place {
        case 0: change.supersedes = [ChangeReference(dot: huge, index: 0)]
        case 1:
            change.operation = .erase
            change.names = [
                ChangeName(
                    stream: stream, dot: Dot(replica: practice.replica, counter: .max), index: 0)
            ]
        default:
            header.dependencies = [
                IdentifiedDot(
                    dot: huge, event: try #require(EventID(bytes: [UInt8](repeating: 1, count: 32)))
                )
            ]
        }
        let first = practice.seal(header, values: [Self.observation])
        let second = practice.seal(
            practice.header(stream, counter: 2, previous: first.event.id, changes: [change]),
            values: [Self.observation])
        let outcomes = try await exchange.give([first.envelope, second.envelope])
        #expect(outcomes.contains(.refused(.badEnvelope)))
        #expect(!hospital.store.isStopped)
    }

    @Test("a peer that sends a thousand types gets a bounded audit entry")
    func typesOfAPeer() async throws {
        let (practice, hospital) = try await Exchange.pair()
        let exchange = Exchange(practice, to: hospital)
        let stream = StreamID.patient(TestID.patient(), .general)
        try await exchange.announceByHand([stream])
        var envelopes: [EventEnvelope] = []
        var previous: EventID?
        for counter in 1...5 {
            let changes = (0..<256).map { number in
                Change.whole(
                    "Geheimnis \(counter * 1_000 + number) "
                        + String(repeating: "\u{1}", count: 40),
                    TestID.entity())
            }
            let sealed = practice.seal(
                practice.header(
                    stream, counter: UInt64(counter), previous: previous, changes: changes),
                values: changes.map { _ in Self.observation })
            previous = sealed.event.id
            envelopes.append(sealed.envelope)
        }
        #expect(try await exchange.give(envelopes).allSatisfy { $0 == .accepted })
        let entry = try hospital.texts(
            "SELECT CAST(entry AS TEXT) FROM audit ORDER BY seq DESC LIMIT 1")
        #expect(entry.first?.contains(#""types":{"other":1280}"#) == true)
    }

    @Test("a peer whose budget is used up is told so, and may go on when there is room")
    func budget() async throws {
        let (practice, hospital) = try await Exchange.pair()
        let author = try TestSite("author")
        let exchange = Exchange(practice, to: hospital)
        let stream = StreamID.patient(TestID.patient(), .general)
        try await exchange.announceByHand([stream])
        let big = [UInt8](repeating: UInt8(ascii: "1"), count: 1_000)
        let waiting = (1...StoreLimits.itemsPerPeerMax + 1).map { counter in
            Self.event(
                author, stream, counter: UInt64(counter),
                previous: counter == 1 ? nil : EventID(bytes: [UInt8](repeating: 1, count: 32)),
                value: big
            ).envelope
        }
        let outcomes = try await exchange.give(waiting)
        #expect(outcomes.last == .full)
        #expect(outcomes.dropLast().allSatisfy { $0 == .pending(.card(author.replica)) })
        #expect(try await hospital.store.counts().pending == StoreLimits.itemsPerPeerMax)
        // What needs no budget is accepted all the same.
        #expect(
            try await exchange.give([Self.event(practice, stream).envelope], number: 2)
                == [.accepted])
    }
}
