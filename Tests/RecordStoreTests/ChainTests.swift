import AuditTrail
import CareRecord
import Foundation
import RecordStore
import Testing
import WireFormat

@Suite struct ChainTests {
    static func longRecord(_ count: Int) -> String {
        TestBundles.collection(
            [TestBundles.patient("p")]
                + (0..<count).map { TestBundles.observation("o\($0)", of: "Patient/p") })
    }

    @Test(
        "more changes than an event may hold become a chain, read as one",
        arguments: [
            255, 256, 257, 600,
        ])
    func longImports(count: Int) async throws {
        let site = try TestSite("practice")
        try await site.importFile(Self.longRecord(count))
        #expect(try await site.onlyPatientsResources(type: "Observation").count == count)
        let events = (count + 255) / 256 + 1
        #expect(try await site.store.counts().events == events)
        #expect(try site.number("SELECT count(*) FROM chain") == 0)
    }

    @Test("a chain that stops in the middle is not seen until it is whole, also after reopening")
    func stopsInTheMiddle() async throws {
        let (practice, hospital) = try await Exchange.pair()
        try await practice.importFile(
            TestBundles.collection(
                (0..<600).map { TestBundles.patientWithID($0) }))
        // One stream that is longer than an event: the observations of one patient.
        try await practice.importFile(Self.longRecord(600))
        try await practice.grant(hospital)
        let exchange = Exchange(practice, to: hospital)
        try await exchange.announce()
        let positions = try await exchange.permitted()
        let chain = try practice.numbers(
            "SELECT seq FROM event WHERE changes > 1 ORDER BY seq"
        ).map { UInt64($0) }
        #expect(chain.count == 3)
        let before = positions.filter { $0 < chain[0] }
        try await exchange.give(try #require(try await exchange.envelopes(at: before)))
        let whole = try await hospital.store.counts()
        let parts = try #require(try await exchange.envelopes(at: chain))
        #expect(try await exchange.give([parts[0]]) == [.accepted])
        #expect(try await exchange.give([parts[1]], number: 2) == [.accepted])
        let reopened = try hospital.copyOfOpenFiles()
        for store in [hospital.store, reopened.store] {
            let counts = try await store.counts()
            #expect(counts.resources == whole.resources)
            #expect(counts.patients == whole.patients)
            let found = try await store.findPatients("ada", countMax: 1_000, actor: TestSite.actor)
            let patient = try #require(found.first { $0.content?.isEmpty == false }?.id)
            _ = try await store.resources(of: patient, actor: TestSite.actor)
            #expect(
                try hospital.number(
                    "SELECT count(*) FROM entity JOIN word ON word.id = type WHERE text = 'Observation'"
                ) == 0)
        }
        let late = try await reopened.store.accept(
            IncomingDelivery(
                peer: practice.site, session: exchange.session, number: 3,
                feed: try await practice.store.greeting(for: hospital.site).feed,
                throughPosition: 0, events: try await exchange.examine([parts[2]])))
        #expect(late == [.accepted])
        #expect(try await exchange.give([parts[2]], number: 3) == [.accepted])
        for store in [hospital.store, reopened.store] {
            #expect(try await store.counts().resources == whole.resources + 600)
        }
    }

    @Test("a patient whose chain is incomplete is not counted and not found")
    func hiddenPatient() async throws {
        let (practice, hospital) = try await Exchange.pair()
        let patient = TestID.patient()
        let stream = StreamID.patient(patient, .identity)
        var header = practice.header(
            stream, counter: 1, changes: [.whole("Patient", EntityID(patient.bits))])
        var generator = SystemRandomNumberGenerator()
        let chain = ChainID.random(using: &generator)
        header.chain = ChainPosition(id: chain, index: 0, count: 2)
        let first = practice.seal(header, values: [Array(TestBundles.patient("p").utf8)])
        try await Exchange(practice, to: hospital).announceByHand([stream])
        #expect(try await Exchange(practice, to: hospital).give([first.envelope]) == [.accepted])
        #expect(try await hospital.store.counts().patients == 0)
        #expect(
            try await hospital.store.findPatients("ada", countMax: 5, actor: TestSite.actor) == [])
        await #expect(throws: StoreFailure.self) {
            try await hospital.store.patient(patient, actor: TestSite.actor)
        }
        var second = practice.header(
            stream, counter: 2, previous: first.event.id,
            changes: [.whole("RelatedPerson", TestID.entity())])
        second.chain = ChainPosition(id: chain, index: 1, count: 2)
        let rest = practice.seal(second, values: [Array(#"{"resourceType":"RelatedPerson"}"#.utf8)])
        try await Exchange(practice, to: hospital).give([rest.envelope], number: 2)
        #expect(try await hospital.store.counts().patients == 1)
        #expect(
            try await hospital.store.findPatients("ada", countMax: 5, actor: TestSite.actor).count
                == 1)
    }

    @Test("an event of another writer with the same chain id does not complete the chain")
    func forgedChain() async throws {
        let (practice, hospital) = try await Exchange.pair()
        let (_, third) = (hospital, try TestSite("third"))
        try await hospital.enrol(third)
        try await third.enrol(hospital)
        let patient = TestID.patient()
        let stream = StreamID.patient(patient, .general)
        var generator = SystemRandomNumberGenerator()
        let chain = ChainID.random(using: &generator)
        let make = { (site: TestSite, counter: UInt64, previous: EventID?, index: UInt32) in
            var header = site.header(
                stream, counter: counter, previous: previous,
                changes: [.whole("Observation", TestID.entity())])
            header.chain = ChainPosition(id: chain, index: index, count: 2)
            return site.seal(header, values: [Array(#"{"resourceType":"Observation"}"#.utf8)])
        }
        let first = make(practice, 1, nil, 0)
        let forged = make(third, 1, nil, 1)
        let last = make(practice, 2, first.event.id, 1)
        try await Exchange(practice, to: hospital).announceByHand([stream])
        try await Exchange(third, to: hospital).announceByHand([stream])
        let exchange = Exchange(practice, to: hospital)
        #expect(try await exchange.give([first.envelope]) == [.accepted])
        #expect(try await Exchange(third, to: hospital).give([forged.envelope]) == [.accepted])
        #expect(try await hospital.store.counts().resources == 0)
        #expect(try await exchange.give([last.envelope], number: 2) == [.accepted])
        #expect(try await hospital.store.counts().resources == 2)
    }
}
