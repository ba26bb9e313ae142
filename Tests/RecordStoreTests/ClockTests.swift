import CareRecord
import Foundation
import RecordStore
import Signing
import Testing
import WireFormat

/// Times that are shown, and never decide (`sync.md` §7).
@Suite struct ClockTests {
    private static func times(_ site: TestSite) throws -> [HybridTime] {
        let opener = EventOpener(coder: FrameCoder())
        return try site.blobs("SELECT header FROM event ORDER BY seq")
            .map { try opener.header(ofFrame: $0).time }
    }

    @Test(
        "a time more than two minutes ahead is flagged, and leaves the local clock alone",
        arguments: [120_000, 120_001, 86_400_000])
    func ahead(milliseconds: Int64) async throws {
        let (practice, hospital) = try await Exchange.pair()
        let exchange = Exchange(practice, to: hospital)
        let patient = TestID.patient()
        let stream = StreamID.patient(patient, .identity)
        try await exchange.announceByHand([stream])
        var header = practice.header(
            stream, counter: 1, changes: [.whole("Patient", EntityID(patient.bits))])
        let remote = HybridTime(
            milliseconds: UInt64(hospital.clock.now + milliseconds), counter: 3)
        header.time = remote
        let event = practice.seal(header, values: [Array(TestBundles.patient("p").utf8)])
        #expect(try await exchange.give([event.envelope]) == [.accepted])
        let isSuspect = milliseconds > 120_000
        #expect(try hospital.number("SELECT flags & 2 FROM event") == (isSuspect ? 2 : 0))
        // It is in view all the same, and its time is kept as it was signed.
        #expect(try await hospital.onlyPatient() == patient)
        try await hospital.importFile(TestBundles.patientWithID(1))
        let times = try Self.times(hospital)
        #expect(times.first == remote)
        let own = try #require(times.last)
        #expect((own > remote) == !isSuspect)
        if isSuspect { #expect(own.milliseconds == UInt64(hospital.clock.now)) }
    }

    /// One event that a clock ten years ahead put off by some time, and where that clock came from.
    private static func owedTenYearsAhead(
        milliseconds: Int64, isHeldBack: Bool
    ) async throws -> (practice: TestSite, hospital: TestSite, order: OwedOrder, start: Int64) {
        let (practice, hospital) = try await Exchange.pair()
        try await practice.grant(hospital)
        let start = practice.clock.now
        practice.clock.advance(days: 3_650)
        try await practice.importFile(TestBundles.patient("p"))
        let stream = try #require(try await practice.shared(with: hospital).first)
        let order = OwedOrder(
            stream: stream, after: 0, through: 1, lane: .current,
            dueMilliseconds: practice.clock.now + milliseconds, isHeldBack: isHeldBack)
        try await practice.store.owe([order], to: hospital.site)
        return (practice, hospital, order, start)
    }

    @Test("what was put off before the clock was set back is not put off for years")
    func putOff() async throws {
        let (practice, hospital, order, start) = try await Self.owedTenYearsAhead(
            milliseconds: 30_000, isHeldBack: false)
        func owed() async throws -> OwedEvents {
            try await practice.store.owedEvents(
                for: hospital.site, lane: .current, after: nil,
                dueByMilliseconds: practice.clock.now, rowsMax: 10)
        }
        #expect(try await owed().events.isEmpty)
        #expect(try await owed().nextDueMilliseconds == order.dueMilliseconds)
        practice.clock.correct(to: start)
        #expect(try await owed().events.map(\.row.position) == [1])
        #expect(try await owed().nextDueMilliseconds == nil)
    }

    @Test("what was held back before the clock was set back is sent once it was offered")
    func offeredAfterCorrection() async throws {
        let (practice, hospital, order, start) = try await Self.owedTenYearsAhead(
            milliseconds: 2_000, isHeldBack: true)
        practice.clock.correct(to: start)
        try await practice.store.noteOffered([order.stream], to: hospital.site)
        #expect(try practice.numbers("SELECT offer FROM owed") == [0])
    }

    @Test("what was asked for before the clock was set back is asked for again")
    func askedInTheFuture() async throws {
        let (practice, hospital) = try await Exchange.pair()
        let start = hospital.clock.now
        hospital.clock.advance(days: 3_650)
        let exchange = Exchange(practice, to: hospital)
        let patient = TestID.patient()
        let stream = StreamID.patient(patient, .identity)
        try await exchange.announceByHand([stream])
        let create = Change.whole("Patient", EntityID(patient.bits))
        let value = Array(TestBundles.patient("p").utf8)
        let first = practice.seal(
            practice.header(stream, counter: 1, changes: [create]), values: [value])
        let early = practice.seal(
            practice.header(
                stream, counter: 3, previous: first.event.id, changes: [create]), values: [value])
        #expect(try await exchange.give([early.envelope]).count == 1)
        #expect(try await hospital.store.counts().pending == 1)
        hospital.clock.correct(to: start)
        let fetch = Fetch(stream: stream, replica: practice.replica, counters: 1...2)
        #expect(try await hospital.store.wanted(from: practice.site, countMax: 9) == [fetch])
        #expect(try await hospital.store.wanted(from: practice.site, countMax: 9) == [])
        hospital.clock.correct(to: start - 86_400_000)
        #expect(try await hospital.store.wanted(from: practice.site, countMax: 9) == [fetch])
    }

    @Test("a clock that runs back goes on from where it was, until it is corrected")
    func corrected() async throws {
        let (practice, hospital) = try await Exchange.pair()
        try await practice.grant(hospital)
        let start = practice.clock.now
        practice.clock.advance(days: 400)
        try await practice.importFile(TestBundles.patient("p", family: "One"))
        practice.clock.now = start
        try await practice.importFile(TestBundles.patient("p", family: "Two"))
        practice.clock.correct(to: start)
        try await practice.importFile(TestBundles.patient("p", family: "Three"))
        let times = try Self.times(practice)
        #expect(times[1] > times[0])
        #expect(times[2] < times[0])
        #expect(times[2].milliseconds == UInt64(start))
        // Vectors order: the last one written is the head at both sites.
        let exchange = Exchange(practice, to: hospital)
        #expect(try await exchange.run().allSatisfy { $0 == .accepted })
        for site in [practice, hospital] {
            let found = try await site.store.findPatients(
                "ada", countMax: 2, actor: TestSite.actor)
            let content = String(decoding: try #require(found.first?.content), as: UTF8.self)
            #expect(content.contains("Three"))
            #expect(try await site.onlyPatientsResources(type: "Patient").map(\.heads.count) == [1])
        }
        #expect(try hospital.numbers("SELECT flags & 2 FROM event ORDER BY seq") == [2, 2, 0])
        #expect(
            try await practice.store.contentDigest() == hospital.store.contentDigest())
        // A correction after a restart is one as well.
        let again = try practice.copyOfOpenFiles()
        again.clock.correct(to: start - 1_000)
        try await again.importFile(TestBundles.patient("p", family: "Four"))
        #expect(try Self.times(again).last?.milliseconds == UInt64(start - 1_000))
        #expect(try again.number("SELECT max(counter) FROM vector") == 4)
    }

    @Test("a correction is followed by events of peers as well")
    func correctedBelowPeers() async throws {
        let (practice, hospital) = try await Exchange.pair()
        try await practice.grant(hospital)
        practice.clock.advance(days: 400)
        hospital.clock.advance(days: 400)
        try await practice.importFile(TestBundles.patient("p"))
        try await Exchange(practice, to: hospital).run()
        hospital.clock.correct(to: hospital.clock.now - 400 * 86_400_000)
        try await hospital.importFile(TestBundles.patientWithID(1))
        let times = try Self.times(hospital)
        #expect(times[1] < times[0])
    }

    @Test("events that only this site holds are counted exactly")
    func onlyHere() async throws {
        let (practice, hospital) = try await Exchange.pair()
        let clinic = try TestSite("clinic")
        try await practice.enrol(clinic)
        try await clinic.enrol(practice)
        func count() async throws -> Int { try await practice.store.eventsOnlyHere() }
        #expect(try await count() == 0)
        try await practice.importFile(TestBundles.chart())
        #expect(try await count() == 4)
        let there = Exchange(practice, to: hospital)
        // A cursor that passes what is not shared acknowledges nothing.
        try await there.run()
        #expect(try await count() == 4)
        try await practice.grant(hospital)
        #expect(try await count() == 4)
        try await there.run()
        #expect(try await count() == 1)
        try await practice.importFile(TestBundles.observation("c", of: "Patient/p"))
        #expect(try await count() == 2)
        // An urgent one is owed beside the feed, and so is not acknowledged by its cursor.
        try await practice.importFile(TestBundles.allergy("d", of: "Patient/p"))
        #expect(try await count() == 3)
        let page = try await practice.store.feedRows(for: hospital.site, after: 0, rowsMax: 100)
        try await practice.store.moveCursor(
            of: hospital.site, to: page.through, shareVersion: page.shareVersion)
        #expect(try await count() == 3)
        try await there.run()
        #expect(try await count() == 1)
        // Another peer takes the rest; what peers wrote is held there.
        try await practice.grant(clinic, [.mentalHealth])
        try await Exchange(practice, to: clinic).run()
        #expect(try await count() == 0)
        let stream = try #require(
            try await practice.shared(with: hospital).first { $0.patient != nil })
        let back = Exchange(hospital, to: practice)
        try await back.announceByHand([stream])
        try await back.give([HostilePeerTests.event(hospital, stream).envelope])
        #expect(try await count() == 0)
        #expect(try practice.number("SELECT count(*) FROM event") == 7)
    }
}
