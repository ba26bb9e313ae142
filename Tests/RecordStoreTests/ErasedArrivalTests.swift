import CareRecord
import Foundation
import RecordStore
import Signing
import Testing
import WireFormat

/// Values that arrive, or wait, where they were ordered to be destroyed.
@Suite struct ErasedArrivalTests {
    /// A stream that a practice made a hospital erase, and that a nursing home goes on announcing.
    private struct Erased {
        let practice, hospital, home: TestSite
        let stream: StreamID
        let identity: StreamID
        let first: SealedEvent

        init() async throws {
            (practice, hospital, home) = try await Exchange.row()
            let patient = TestID.patient()
            stream = .patient(patient, .general)
            identity = .patient(patient, .identity)
            first = HostilePeerTests.event(practice, stream, value: ErasedArrivalTests.text)
            let exchange = Exchange(practice, to: hospital)
            try await exchange.announceByHand([identity, stream])
            let registration = practice.seal(
                practice.header(
                    identity, counter: 1, changes: [.whole("Patient", EntityID(patient.bits))]),
                values: [Array(TestBundles.patient("p").utf8)])
            let events = [registration.envelope, first.envelope]
            #expect(try await exchange.give(events) == [.accepted, .accepted])
            try await exchange.announceByHand([identity], version: 2)
            let notice = SealTests.notice(
                of: [stream], to: hospital, signer: practice, mode: .erase)
            #expect(try await hospital.store.obey(notice, from: practice.site) == .done)
            #expect(try hospital.number("SELECT count(*) FROM frame") == 1)
            try await onward.announceByHand([stream])
        }

        /// From the nursing home to the hospital.
        var onward: Exchange { Exchange(home, to: hospital) }

        func event(_ counter: UInt64, after previous: SealedEvent?) -> SealedEvent {
            HostilePeerTests.event(
                practice, stream, counter: counter, previous: previous?.event.id,
                value: ErasedArrivalTests.text)
        }
    }

    private static let text = Array(
        #"{"resourceType":"Observation","status":"qzjxkvwpstatus"}"#.utf8)

    private static let chainID: ChainID = {
        var generator = SystemRandomNumberGenerator()
        return .random(using: &generator)
    }()

    private static func isInFiles(_ event: SealedEvent, at site: TestSite) throws -> Bool {
        try site.store.checkpoint()
        let tail = try #require(event.envelope.frames.first?.suffix(24))
        return try site.rawFiles().range(of: Data(tail)) != nil
    }

    @Test("what another site brings of an erased stream is kept without values until it returns")
    func late() async throws {
        let erased = try await Erased()
        let hospital = erased.hospital
        let second = erased.event(2, after: erased.first)
        #expect(try await erased.onward.give([second.envelope]) == [.accepted])
        #expect(try hospital.number("SELECT count(*) FROM event WHERE flags & 4") == 2)
        #expect(try !Self.isInFiles(second, at: hospital))
        #expect(try hospital.number("SELECT count(*) FROM quarantine") == 0)
        let exchange = Exchange(erased.practice, to: hospital)
        try await exchange.announceByHand([erased.identity, erased.stream], version: 3)
        let wanted = try await hospital.store.wanted(from: erased.practice.site, countMax: 9)
        #expect(wanted.map(\.counters) == [1...2])
        let again = [erased.first.envelope, second.envelope]
        #expect(try await exchange.give(again, number: 2) == [.duplicate, .duplicate])
        #expect(try hospital.number("SELECT count(*) FROM frame") == 3)
        #expect(try hospital.number("SELECT count(*) FROM event WHERE flags & 4") == 0)
        let later = erased.event(3, after: second)
        #expect(try await exchange.give([later.envelope], number: 3) == [.accepted])
        #expect(try hospital.number("SELECT count(*) FROM frame") == 4)
    }

    @Test("a chain that goes on after its stream returned shows what is there, then the rest")
    func chain() async throws {
        let erased = try await Erased()
        let hospital = erased.hospital
        var parts: [SealedEvent] = []
        for index in 0..<2 as Range<UInt32> {
            var header = erased.practice.header(
                erased.stream, counter: UInt64(index) + 2,
                previous: (parts.last ?? erased.first).event.id,
                changes: [.whole("Observation", TestID.entity())])
            header.chain = ChainPosition(id: Self.chainID, index: index, count: 2)
            parts.append(erased.practice.seal(header, values: [Self.text]))
        }
        #expect(try await erased.onward.give([parts[0].envelope]) == [.accepted])
        let exchange = Exchange(erased.practice, to: hospital)
        try await exchange.announceByHand([erased.identity, erased.stream], version: 3)
        #expect(try await exchange.give([parts[1].envelope], number: 2) == [.accepted])
        #expect(try await hospital.store.counts().resources == 2)
        let again = [erased.first, parts[0]].map(\.envelope)
        #expect(try await exchange.give(again, number: 3) == [.duplicate, .duplicate])
        #expect(try await hospital.store.counts().resources == 4)
    }

    @Test("what has to wait in an erased stream is asked for again instead")
    func waiting() async throws {
        let erased = try await Erased()
        let hospital = erased.hospital
        let second = erased.event(2, after: erased.first)
        let third = erased.event(3, after: second)
        guard case .pending? = try await erased.onward.give([third.envelope]).first else {
            Issue.record("an event that lacks another one waits")
            return
        }
        #expect(try await hospital.store.counts().pending == 0)
        #expect(try !Self.isInFiles(third, at: hospital))
        let wanted = try await hospital.store.wanted(from: erased.home.site, countMax: 9)
        #expect(wanted.map(\.counters) == [3...3])
        let all = [second.envelope, third.envelope]
        #expect(try await erased.onward.give(all, number: 2) == [.accepted, .accepted])
        #expect(try await hospital.store.counts().events == 4)
    }

    @Test("a peer that has too much to send once more is told that there is no room")
    func tooMuch() async throws {
        let erased = try await Erased()
        try erased.hospital.execute(
            """
            WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10000)
            INSERT INTO wanted (peer, stream, replica, first, last)
            SELECT (SELECT max(id) FROM peer), x'00', x'00', i, i FROM n
            """)
        let third = erased.event(3, after: erased.event(2, after: erased.first))
        #expect(try await erased.onward.give([third.envelope]) == [.full])
    }

    @Test("the second event of a fork is kept without values in an erased stream")
    func fork() async throws {
        let erased = try await Erased()
        let other = erased.event(1, after: nil)
        #expect(try await erased.onward.give([other.envelope]) == [.accepted])
        let kept = try erased.hospital.blobs("SELECT envelope FROM fork")
        let envelope = try EventEnvelope(encoded: try #require(kept.first))
        let reopened = try EventOpener(coder: FrameCoder()).reopen(envelope)
        #expect(reopened.event.id == other.event.id)
        #expect(try !Self.isInFiles(other, at: erased.hospital))
    }

    @Test(
        "an order to erase reaches both events of a fork, and events that wait",
        arguments: [true, false])
    func order(isFirst: Bool) async throws {
        let (practice, hospital) = try await Exchange.pair()
        let stream = StreamID.patient(TestID.patient(), .general)
        let orders = StreamID.patient(TestID.patient(), .general)
        let first = HostilePeerTests.event(practice, stream, value: Self.text)
        let other = HostilePeerTests.event(practice, stream, value: Self.text)
        let third = HostilePeerTests.event(
            practice, stream, counter: 3, previous: first.event.id, value: Self.text)
        var erase = Change.whole("Observation", TestID.entity(), .erase)
        erase.names = [first, third].map {
            ChangeName(stream: stream, dot: $0.event.header.dot, index: 0)
        }
        let order = practice.seal(
            practice.header(orders, counter: 1, changes: [erase]), values: [[]])
        let exchange = Exchange(practice, to: hospital)
        try await exchange.announceByHand([stream, orders])
        let events = [first, other, third].map(\.envelope)
        let sent = isFirst ? [order.envelope] + events : events + [order.envelope]
        #expect(try await exchange.give(sent).count == 4)
        #expect(try hospital.number("SELECT count(*) FROM fork") == 1)
        #expect(try await hospital.store.counts().pending == 1)
        for event in [first, other, third] {
            #expect(try !Self.isInFiles(event, at: hospital))
        }
        // Each still proves what it was.
        let kept = try hospital.blobs(
            "SELECT envelope FROM fork UNION ALL SELECT envelope FROM pending")
        let ids = try kept.map {
            try EventOpener(coder: FrameCoder()).reopen(EventEnvelope(encoded: $0)).event.id
        }
        #expect(ids == [other.event.id, third.event.id])
    }
}
