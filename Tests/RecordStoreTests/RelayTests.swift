import CareRecord
import Consent
import Foundation
import RecordStore
import SamplePatients
import Testing
import WireFormat

@Suite struct RelayTests {
    @Test("what one store holds another holds after the exchange, with one digest in both logs")
    func equalContent() async throws {
        let (practice, hospital) = try await Exchange.pair()
        let population = SamplePopulation(seed: 5)
        try await practice.grant(hospital)
        try await practice.importFile(population.directoryBundle())
        for index in 0..<3 { try await practice.importFile(population.patientBundle(index)) }
        let exchange = Exchange(practice, to: hospital)
        let outcomes = try await exchange.run()
        #expect(outcomes.allSatisfy { $0 == .accepted })
        #expect(
            try await practice.store.contentDigest() == hospital.store.contentDigest())
        let digests = "SELECT substr(entry, instr(entry, '\"digest\"'), 75) FROM audit WHERE "
        let sent = try practice.texts(digests + "instr(entry, 'disclose-out') > 0 ORDER BY 1")
        let received = try hospital.texts(digests + "instr(entry, 'disclose-in') > 0 ORDER BY 1")
        #expect(sent.count == 4)
        #expect(sent == received)
        // The same again: nothing new.
        let events = try await hospital.store.counts().events
        let again = try #require(try await exchange.envelopes(at: try await exchange.permitted()))
        #expect(try await exchange.give(again).allSatisfy { $0 == .duplicate })
        #expect(try await hospital.store.counts().events == events)
    }

    @Test("events that arrive before what they build on wait and are released in order")
    func outOfOrder() async throws {
        let (practice, hospital) = try await Exchange.pair()
        try await practice.grant(hospital)
        for value in 1...5 {
            try await practice.importFile(TestBundles.patient("p", family: "Name\(value)"))
        }
        let exchange = Exchange(practice, to: hospital)
        try await exchange.announce()
        let parts = try #require(try await exchange.envelopes(at: [1, 2, 3, 4, 5]))
        for (number, index) in [4, 2, 3, 1].enumerated() {
            let outcome = try await exchange.give([parts[index]], number: UInt64(number + 1))
            let missing = Dot(replica: practice.replica, counter: UInt64(index))
            #expect(outcome == [.pending(.event(missing))])
        }
        var counts = try await hospital.store.counts()
        #expect(counts.events == 0)
        #expect(counts.pending == 4)
        #expect(counts.patients == 0)
        #expect(try await exchange.give([parts[0]], number: 5) == [.accepted])
        counts = try await hospital.store.counts()
        #expect(counts.events == 5)
        #expect(counts.pending == 0)
        #expect(
            try await practice.store.contentDigest() == hospital.store.contentDigest())
    }

    @Test("what waits for another writer's event is released with it, whoever of them sorts first")
    func outOfOrderAcrossWriters() async throws {
        let (practice, hospital) = try await Exchange.pair()
        let third = try TestSite("third")
        try await hospital.enrol(third)
        try await third.enrol(hospital)
        let writers = [practice, third].sorted { $0.replica < $1.replica }
        let (early, late) = (writers[0], writers[1])
        let stream = StreamID.patient(TestID.patient(), .general)
        for writer in writers {
            try await Exchange(writer, to: hospital).announceByHand([stream])
        }
        let first = HostilePeerTests.event(late, stream)
        let second = HostilePeerTests.event(
            late, stream, counter: 2, previous: first.event.id)
        var header = early.header(
            stream, counter: 1, changes: [.whole("Observation", TestID.entity())])
        header.dependencies = [second.event.identifiedDot]
        let onBoth = early.seal(header, values: [HostilePeerTests.observation])
        // What is tried first waits for what is tried after it.
        #expect(
            try await Exchange(early, to: hospital).give([onBoth.envelope])
                == [.pending(.event(second.event.header.dot))])
        #expect(
            try await Exchange(late, to: hospital).give([second.envelope])
                == [.pending(.event(first.event.header.dot))])
        #expect(
            try await Exchange(late, to: hospital).give([first.envelope], number: 2)
                == [.accepted])
        let counts = try await hospital.store.counts()
        #expect(counts.events == 3)
        #expect(counts.pending == 0)
    }

    @Test("a card that arrives between the examination of an event and its acceptance is seen")
    func lateCard() async throws {
        let (practice, hospital) = try await Exchange.pair()
        let third = try TestSite("third")
        let patient = TestID.patient()
        let stream = StreamID.patient(patient, .identity)
        let event = third.seal(
            third.header(
                stream, counter: 1, changes: [.whole("Patient", EntityID(patient.bits))]),
            values: [Array(TestBundles.patient("p").utf8)])
        let exchange = Exchange(practice, to: hospital)
        try await exchange.announceByHand([stream])
        let examined = try await exchange.examine([event.envelope])
        #expect(try await hospital.store.receive(cards: [third.card], from: practice.site).isEmpty)
        let outcomes = try await hospital.store.accept(
            IncomingDelivery(
                peer: practice.site, session: exchange.session, number: 1,
                feed: try await practice.store.greeting(for: hospital.site).feed,
                throughPosition: 1, events: examined))
        #expect(outcomes == [.accepted])
        #expect(try await hospital.store.counts().pending == 0)
        #expect(
            try hospital.number(
                "SELECT count(*) FROM audit WHERE instr(entry, 'disclose-in') > 0") == 1)
    }

    @Test("writes at two sites that do not know of each other are two heads at both, until ended")
    func concurrentWrites() async throws {
        let (practice, hospital) = try await Exchange.pair()
        let id = TestID.entity().description
        try await practice.grant(hospital)
        try await practice.importFile(TestBundles.patient("p"))
        let patient = try await practice.onlyPatient()
        let put = { (value: Int) in
            TestBundles.transaction([
                TestBundles.put(
                    TestBundles.observation(id, of: "Patient/\(patient)", value: value),
                    "Observation/\(id)")
            ])
        }
        try await practice.importFile(put(1))
        let there = Exchange(practice, to: hospital)
        let back = Exchange(hospital, to: practice)
        try await there.run()
        try await hospital.grant(practice, scope: .all)
        try await practice.importFile(put(2))
        try await hospital.importFile(put(3))
        try await back.run()
        try await there.run()
        let texts = { (site: TestSite) in
            let held = try await site.onlyPatientsResources(type: "Observation")
            return (held.first?.heads ?? []).compactMap(\.text)
                .compactMap { $0.split(separator: ":").last.map(String.init) }.sorted()
        }
        #expect(try await texts(practice) == ["2}", "3}"])
        #expect(try await texts(hospital) == ["2}", "3}"])
        // Each site replaces what it wrote itself; the other's head stays.
        try await hospital.importFile(put(4))
        try await back.run()
        #expect(try await texts(practice) == ["2}", "4}"])
        #expect(try await texts(hospital) == ["2}", "4}"])
        #expect(
            try await practice.store.contentDigest() == hospital.store.contentDigest())
    }

    @Test("an erase destroys the value at every holder, and its event is accepted only with it")
    func erasure() async throws {
        let (practice, hospital) = try await Exchange.pair()
        let third = try TestSite("third")
        try await third.enrol(practice)
        try await practice.enrol(third)
        let patient = TestID.patient()
        let stream = StreamID.patient(patient, .identity)
        let first = practice.seal(
            practice.header(
                stream, counter: 1, changes: [.whole("Patient", EntityID(patient.bits))]),
            values: [Array(TestBundles.patient("p").utf8)])
        // The order stands in another stream than the value.
        let orders = StreamID.patient(patient, .general)
        var erase = Change.whole("Patient", EntityID(patient.bits), .erase)
        erase.names = [ChangeName(stream: stream, dot: first.event.header.dot, index: 0)]
        let second = practice.seal(
            practice.header(orders, counter: 1, changes: [erase]), values: [[]])
        let exchange = Exchange(practice, to: hospital)
        try await exchange.announceByHand([stream, orders])
        #expect(try await exchange.give([first.envelope]) == [.accepted])
        #expect(
            try await hospital.store.findPatients("ada", countMax: 5, actor: TestSite.actor).count
                == 1)
        #expect(try await exchange.give([second.envelope], number: 2) == [.accepted])
        let held = try await hospital.store.resource(EntityID(patient.bits), type: "Patient")
        #expect(held.first?.heads.first?.content == .erased)
        #expect(
            try await hospital.store.findPatients("ada", countMax: 5, actor: TestSite.actor) == [])
        let erased = first.erasing([0], coder: FrameCoder()).envelope
        #expect(try await exchange.give([erased], number: 3) == [.duplicate])
        // Elsewhere the leaf comes first and waits for the order.
        let late = Exchange(practice, to: third)
        try await late.announceByHand([stream, orders])
        #expect(try await late.give([erased]) == [.pending(.erasure)])
        #expect(try await third.store.counts().events == 0)
        #expect(try await late.give([second.envelope], number: 2) == [.accepted])
        #expect(try await third.store.counts().pending == 0)
        #expect(try await third.store.counts().events == 2)
        #expect(try await third.store.contentDigest() == hospital.store.contentDigest())
    }

    @Test("everything acknowledged is in the files, whenever they are copied")
    func copiedFiles() async throws {
        let (practice, hospital) = try await Exchange.pair()
        try await practice.grant(hospital)
        for number in 0..<6 {
            try await practice.importFile(TestBundles.patientWithID(number))
            try await Exchange(practice, to: hospital).run()
            for site in [practice, hospital] {
                let copy = try site.copyOfOpenFiles()
                let (held, kept) = (try await site.store.counts(), try await copy.store.counts())
                #expect(held.patients == kept.patients)
                #expect(held.events == kept.events)
                #expect(held.auditEntries == kept.auditEntries)
                #expect(try await site.store.contentDigest() == copy.store.contentDigest())
            }
        }
    }
}
