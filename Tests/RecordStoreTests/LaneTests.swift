import CareRecord
import Consent
import Foundation
import RecordStore
import Signing
import Testing
import WireFormat

/// What leaves by which lane, and that nothing is between two of them.
@Suite struct LaneTests {
    /// Peers that an owed row of a lane names, ascending.
    private static func owed(_ site: TestSite, _ lane: Lane) throws -> [String] {
        try site.texts(
            """
            SELECT peer.name FROM owed JOIN peer ON peer.id = owed.peer
            WHERE lane = \(lane.rawValue) AND after < through ORDER BY peer.name
            """)
    }

    private static func events(_ site: TestSite) throws -> Int {
        try site.number("SELECT count(*) FROM event")
    }

    @Test("what is urgent is owed to the peers that may have it and did not bring it")
    func urgentPeers() async throws {
        let (practice, hospital) = try await Exchange.pair()
        var others: [TestSite] = []
        for name in ["clinic", "laboratory", "pharmacy"] {
            let site = try TestSite(name)
            try await practice.enrol(site)
            try await site.enrol(practice)
            others.append(site)
        }
        try await practice.grant(hospital)
        try await practice.grant(others[0])
        try await practice.grant(others[1], [.mentalHealth])
        try await practice.importFile(TestBundles.chart())
        #expect(try Self.owed(practice, .urgent) == [])
        try await practice.importFile(TestBundles.allergy("al", of: "Patient/p"))
        #expect(try Self.owed(practice, .urgent) == ["clinic", "hospital"])
        // The clinic brings the next one itself; it is owed what it lacked before all the same.
        let patient = try await practice.onlyPatient()
        let stream = StreamID.patient(patient, .general)
        let toHospital = Exchange(practice, to: hospital)
        let toClinic = Exchange(practice, to: others[0])
        try await toHospital.run()
        try await toClinic.run()
        #expect(try practice.number("SELECT count(*) FROM owed") == 0)
        let allergy = TestID.entity()
        var header = others[0].header(
            stream, counter: 1, changes: [.whole("AllergyIntolerance", allergy)])
        header.dependencies = []
        let event = others[0].seal(
            header,
            values: [
                Array(TestBundles.allergy("\(allergy)", of: "Patient/\(patient)").utf8)
            ])
        let back = Exchange(others[0], to: practice)
        try await back.announceByHand([stream])
        #expect(try await back.give([event.envelope]) == [.accepted])
        #expect(try Self.owed(practice, .urgent) == ["hospital"])
        // A history is not urgent, whatever it holds.
        try await toHospital.run()
        let many = (0..<70).map { TestBundles.allergy("m\($0)", of: "Patient/p") }
        try await practice.importFile(TestBundles.collection(many))
        #expect(try Self.owed(practice, .urgent) == [])
    }

    @Test(
        "an urgent event takes along what the peer lacks of its stream, and goes by one path only")
    func takesAlong() async throws {
        let (practice, hospital) = try await Exchange.pair()
        try await practice.grant(hospital)
        try await practice.importFile(TestBundles.patient("p"))
        for number in 0..<5 {
            try await practice.importFile(
                TestBundles.observation("o\(number)", of: "Patient/p", value: number))
        }
        try await practice.importFile(TestBundles.allergy("al", of: "Patient/p"))
        let head = try await practice.store.feedHead().head
        try await practice.importFile(TestBundles.observation("after", of: "Patient/p"))
        let exchange = Exchange(practice, to: hospital)
        let owed = try await practice.store.owedEvents(
            for: hospital.site, lane: .urgent, after: nil, dueByMilliseconds: 0, rowsMax: 100)
        #expect(owed.events.map(\.row.position) == [2, 3, 4, 5, 6, 7])
        #expect(owed.events.map(\.row.isUrgent) == [false, false, false, false, false, true])
        #expect(owed.events.allSatisfy { $0.through == head && !$0.needsOffer })
        let feed = try await practice.store.feedRows(for: hospital.site, after: 0, rowsMax: 100)
        #expect(
            feed.rows.map(\.isOwed) == [false, true, true, true, true, true, true, false])
        #expect(try await exchange.permitted() == [1, 8])
        // Pages of the lane join without a gap.
        var place: (stream: Int64, position: Int64)?
        var pages: [UInt64] = []
        repeat {
            let page = try await practice.store.owedEvents(
                for: hospital.site, lane: .urgent, after: place, dueByMilliseconds: 0, rowsMax: 4)
            pages += page.events.map(\.row.position)
            place = page.next
        } while place != nil
        #expect(pages == [2, 3, 4, 5, 6, 7])
        try await exchange.announce()
        #expect(try await exchange.settle(.urgent).count == 6)
        // Settled, the row stays: the feed must not send the same again.
        #expect(try practice.number("SELECT count(*) FROM owed WHERE after >= through") == 1)
        #expect(try await exchange.permitted() == [1, 8])
        #expect(try await exchange.run() == [.accepted, .accepted])
        #expect(try practice.number("SELECT count(*) FROM owed") == 0)
        #expect(
            try await practice.store.contentDigest() == hospital.store.contentDigest())
    }

    @Test("what is held back is settled by the peer's vectors, as far as they agree")
    func heldBack() async throws {
        let (practice, hospital) = try await Exchange.pair()
        try await practice.grant(hospital)
        try await practice.importFile(TestBundles.patient("p"))
        for number in 0..<4 {
            try await practice.importFile(
                TestBundles.observation("o\(number)", of: "Patient/p", value: number))
        }
        let patient = try await practice.onlyPatient()
        let stream = StreamID.patient(patient, .general)
        let exchange = Exchange(practice, to: hospital)
        try await exchange.announce()
        let envelopes = try #require(try await exchange.envelopes(at: [2, 3]))
        let due = practice.clock.now + 2_000
        try await practice.store.owe(
            [
                OwedOrder(
                    stream: stream, after: 1, through: 5, lane: .current, dueMilliseconds: due,
                    isHeldBack: true)
            ], to: hospital.site)
        func owed(by time: Int64) async throws -> OwedEvents {
            try await practice.store.owedEvents(
                for: hospital.site, lane: .current, after: nil, dueByMilliseconds: time,
                rowsMax: 100)
        }
        let early = try await owed(by: due - 1)
        #expect(early.events == [])
        #expect(early.nextDueMilliseconds == due)
        let held = try await owed(by: due)
        #expect(held.events.map(\.row.position) == [2, 3, 4, 5])
        #expect(held.events.allSatisfy { $0.needsOffer })
        // Two of them reached the peer by another way.
        try await exchange.give(envelopes)
        let asked = try await practice.store.vectors(of: [stream], for: hospital.site)
        let vectors = try await hospital.store.vectors(answering: asked, for: practice.site)
        #expect(try await hospital.store.vectors(of: [stream], for: practice.site) == [])
        practice.clock.now = due
        try await practice.store.settle(vectors, heldBy: hospital.site)
        let rest = try await owed(by: due)
        #expect(rest.events.map(\.row.position) == [4, 5])
        #expect(!rest.events.contains { $0.needsOffer })
        // A vector that names another event under the dot covers nothing.
        let last = try #require(vectors.first?.vector.entries.first)
        let other = try #require(
            VersionVector([
                VersionVector.Entry(replica: last.replica, counter: 4, event: last.event)
            ]))
        try await practice.store.settle(
            [StreamVectors.Entry(stream: stream, vector: other)], heldBy: hospital.site)
        #expect(try await owed(by: due).events.map(\.row.position) == [4, 5])
        try await exchange.run()
        #expect(try practice.number("SELECT count(*) FROM owed") == 0)
        #expect(
            try await practice.store.contentDigest() == hospital.store.contentDigest())
    }

    @Test("what was offered may be sent, and what is younger waits for its own time")
    func offered() async throws {
        let (practice, hospital) = try await Exchange.pair()
        try await practice.grant(hospital)
        try await practice.importFile(TestBundles.patient("p"))
        let patient = try await practice.onlyPatient()
        let stream = StreamID.patient(patient, .identity)
        let start = practice.clock.now
        func owe(through: UInt64) async throws {
            try await practice.store.owe(
                [
                    OwedOrder(
                        stream: stream, after: through - 1, through: through, lane: .current,
                        dueMilliseconds: practice.clock.now + 2_000, isHeldBack: true)
                ], to: hospital.site)
        }
        try await owe(through: 1)
        practice.clock.now = start + 1_000
        try await practice.store.noteOffered([stream], to: hospital.site)
        #expect(try practice.numbers("SELECT offer FROM owed") == [1])
        #expect(try practice.numbers("SELECT due FROM owed") == [Int(start + 2_000)])
        practice.clock.now = start + 2_000
        try await practice.store.noteOffered([stream], to: hospital.site)
        #expect(try practice.numbers("SELECT offer FROM owed") == [0])
        #expect(try practice.numbers("SELECT due FROM owed") == [Int(start + 2_000)])
        // Another event is held back behind the first, which may leave meanwhile.
        try await practice.importFile(TestBundles.patient("p", family: "Changed"))
        try await owe(through: 2)
        #expect(try practice.numbers("SELECT offer FROM owed") == [0])
        let exchange = Exchange(practice, to: hospital)
        try await exchange.run()
        #expect(try Self.events(hospital) == 2)
        #expect(try practice.number("SELECT count(*) FROM owed") == 0)
    }

    @Test("what is asked for again is owed if it is shared, and one silence answers the rest")
    func fetch() async throws {
        let (practice, hospital) = try await Exchange.pair()
        try await practice.grant(hospital)
        try await practice.importFile(TestBundles.chart())
        for number in 0..<4 {
            try await practice.importFile(
                TestBundles.observation("o\(number)", of: "Patient/p", value: number))
        }
        let patient = try await practice.onlyPatient()
        try await Exchange(practice, to: hospital).run()
        func fetch(_ stream: StreamID, _ counters: ClosedRange<UInt64>) async throws -> [UInt64] {
            try await practice.store.owe(
                Fetch(stream: stream, replica: practice.replica, counters: counters),
                to: hospital.site)
            return try await practice.store.owedEvents(
                for: hospital.site, lane: .current, after: nil, dueByMilliseconds: 0, rowsMax: 9
            ).events.map(\.row.position)
        }
        #expect(try await fetch(.patient(patient, .mentalHealth), 1...9) == [])
        #expect(try await fetch(.patient(TestID.patient(), .general), 1...9) == [])
        #expect(try await fetch(.patient(patient, .general), 90...99) == [])
        #expect(try await fetch(.patient(patient, .general), 2...3) == [5, 6])
        #expect(
            try await fetch(.patient(patient, .general), 4...UInt64(Int64.max)) == [5, 6, 7, 8])
        let exchange = Exchange(practice, to: hospital)
        #expect(try await exchange.run() == [.duplicate, .duplicate, .duplicate, .duplicate])
        #expect(try practice.number("SELECT count(*) FROM owed") == 0)
    }

    @Test(
        "whatever comes in between, what is shared arrives and nothing else leaves",
        arguments: 1...20 as ClosedRange<UInt64>)
    func interleavings(seed: UInt64) async throws {
        var traffic = try await RandomTraffic(seed: seed)
        for _ in 0..<60 { try await traffic.step() }
        try await traffic.finish()
    }
}
