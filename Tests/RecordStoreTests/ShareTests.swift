import CareRecord
import Consent
import Foundation
import RecordStore
import Testing
import WireFormat

@Suite struct ShareTests {
    @Test("without a row in the share set no event may leave")
    func noRowNoEvent() async throws {
        let (practice, hospital) = try await Exchange.pair()
        try await practice.importFile(TestBundles.patient("p"))
        let page = try await practice.store.feedRows(for: hospital.site, after: 0, rowsMax: 10)
        #expect(page.rows.map(\.isPermitted) == [false])
        let audit = try await practice.store.counts().auditEntries
        #expect(try await Exchange(practice, to: hospital).envelopes(at: [1]) == nil)
        #expect(try await practice.store.counts().auditEntries == audit)
    }

    @Test("a list belongs to its agreement, and goes with it")
    func listsOfTwoAgreements() async throws {
        let (practice, hospital) = try await Exchange.pair()
        try await practice.importFile(TestBundles.chart())
        let patient = try await practice.onlyPatient()
        var order = GrantOrder(
            peerName: hospital.name, compartments: [.general], purpose: "TREAT", scope: .list)
        order.patients = [patient]
        try await practice.grant(order)
        func shared() async throws -> [Compartment] {
            try await practice.shared(with: hospital).compactMap { stream in
                guard case .patient(_, let compartment) = stream else { return nil }
                return compartment
            }.sorted()
        }
        #expect(try await shared() == [.identity, .general])
        order.compartments = [.mentalHealth]
        order.patients = [TestID.patient()]
        try await practice.grant(order)
        #expect(try await shared() == [.identity, .general])
        try await practice.withdraw(from: hospital)
        #expect(try await shared() == [])
        try await practice.grant(order)
        #expect(try await shared() == [])
        // A list is a care relationship, until it is withdrawn.
        order.scope = .relationship
        order.patients = []
        try await practice.grant(order)
        #expect(try await shared() == [])
        order.scope = .list
        order.patients = [patient]
        try await practice.grant(order)
        #expect(try await shared() == [.identity, .mentalHealth])
    }

    @Test("a stream that leaves the share set stops at once, and comes back by a new grant")
    func removedRow() async throws {
        let (practice, hospital) = try await Exchange.pair()
        try await practice.grant(hospital)
        try await practice.importFile(TestBundles.patient("p"))
        let exchange = Exchange(practice, to: hospital)
        try await exchange.run()
        let patient = try await practice.onlyPatient()
        let stream = StreamID.patient(patient, .identity)
        try await practice.withdraw(from: hospital, [.identity], patient: patient)
        try await practice.importFile(TestBundles.patient("p", family: "Changed"))
        #expect(try await exchange.permitted(after: 1) == [])
        #expect(try await exchange.envelopes(at: [2]) == nil)
        let announce = try await practice.store.announcement(to: hospital.site, fromVersion: 0)
        #expect(!announce.added.contains(stream))
        try await practice.grant(hospital)
        try await exchange.run()
        #expect(
            try await practice.store.contentDigest() == hospital.store.contentDigest())
    }

    @Test("an announcement that another has overtaken does not bring back what was withdrawn")
    func overtaken() async throws {
        let (practice, hospital) = try await Exchange.pair()
        try await practice.grant(hospital)
        try await practice.importFile(TestBundles.patient("p"))
        try await practice.importFile(TestBundles.patient("q"))
        let exchange = Exchange(practice, to: hospital)
        try await exchange.run()
        let overtaken = try await practice.store.announcement(to: hospital.site, fromVersion: 0)
        try await practice.withdraw(from: hospital)
        #expect(try await exchange.announce())
        let open = try await practice.store.openNotices(for: hospital.site, countMax: 8)
        for notice in open.notices {
            #expect(try await hospital.store.obey(notice, from: practice.site) == .done)
        }
        #expect(try await hospital.store.counts().patients == 0)
        #expect(try await hospital.store.receive(overtaken, from: practice.site) == .rewound)
        #expect(try await hospital.store.counts().patients == 0)
        // A sender that was set back says so in its hello, and starts anew.
        try await hospital.store.beginSession(
            [UInt8](repeating: 1, count: 16), with: practice.site, isOurs: false,
            theirShareVersion: overtaken.toVersion)
        #expect(try await hospital.store.receive(overtaken, from: practice.site) == nil)
    }

    @Test("a withdrawal is obeyed by a site that wrote to the stream itself, and keeps that")
    func ownEntries() async throws {
        let (practice, hospital) = try await Exchange.pair()
        try await practice.grant(hospital)
        try await hospital.grant(practice)
        try await practice.importFile(TestBundles.patient("p"))
        let patient = try await practice.onlyPatient()
        try await practice.importFile(
            TestBundles.collection([TestBundles.observation("a", of: "Patient/\(patient)")]))
        let exchange = Exchange(practice, to: hospital)
        try await exchange.run()
        try await hospital.importFile(
            TestBundles.collection([TestBundles.observation("b", of: "Patient/\(patient)")]))
        try await practice.withdraw(from: hospital)
        #expect(try await exchange.announce())
        let open = try await practice.store.openNotices(for: hospital.site, countMax: 8)
        #expect(!open.notices.isEmpty)
        for notice in open.notices {
            #expect(try await hospital.store.obey(notice, from: practice.site) == .done)
        }
        #expect(try await hospital.store.counts().resources == 1)
    }

    @Test("new streams join the share set under an agreement that was made before")
    func newStreams() async throws {
        let (practice, hospital) = try await Exchange.pair()
        #expect(try await practice.grant(hospital) == 0)
        try await practice.importFile(
            TestBundles.collection([
                TestBundles.patient("p"), TestBundles.observation("a", of: "Patient/p"),
                TestBundles.observation("b", of: "Patient/p", labels: ["PSY"]),
                TestBundles.organization("A1", name: "North"),
                #"{"resourceType":"Group","type":"person","actual":true}"#,
            ]))
        let patient = try await practice.onlyPatient()
        let announce = try await practice.store.announcement(to: hospital.site, fromVersion: 0)
        #expect(
            announce.added == [
                .patient(patient, .identity), .patient(patient, .general),
                .directory(practice.site),
            ])
        #expect(
            announce.digest == (try await practice.store.greeting(for: hospital.site)).shareDigest)
    }

    @Test(
        "the scope registered relays nobody else's patients, and the scope all does",
        arguments: [
            SharingAgreement.Scope.registered, .all,
        ])
    func relay(scope: SharingAgreement.Scope) async throws {
        let (practice, hospital) = try await Exchange.pair()
        let third = try TestSite("nursing-home")
        try await hospital.enrol(third)
        try await third.enrol(hospital)
        try await practice.importFile(TestBundles.patient("p"))
        try await practice.grant(hospital)
        try await hospital.grant(third, scope: scope)
        try await Exchange(practice, to: hospital).run()
        // The third site does not know the author's card yet.
        let relayed = Exchange(hospital, to: third)
        let outcomes = try await relayed.run()
        switch scope {
        case .registered, .relationship, .onRequest, .list:
            #expect(outcomes == [])
        case .all:
            #expect(outcomes == [.pending(.card(practice.replica))])
            #expect(try await third.store.counts().patients == 0)
            #expect(
                try await third.store.receive(cards: [practice.card], from: hospital.site).isEmpty)
            #expect(try await third.store.counts().patients == 1)
            #expect(try await third.store.contentDigest() == practice.store.contentDigest())
        }
    }

    @Test("a late grant is owed, settled stream by stream, and then nothing is owed")
    func lateGrant() async throws {
        let (practice, hospital) = try await Exchange.pair()
        for number in 0..<5 {
            try await practice.importFile(TestBundles.patientWithID(number))
        }
        let exchange = Exchange(practice, to: hospital)
        try await exchange.run()
        #expect(try await hospital.store.counts().patients == 0)
        try await practice.grant(hospital)
        #expect(try await practice.store.peers().first?.owedStreams == 5)
        try await exchange.run()
        #expect(try await practice.store.peers().first?.owedStreams == 0)
        #expect(try await hospital.store.counts().patients == 5)
    }

    @Test("a grant between reading the feed and moving the cursor loses nothing")
    func grantWhileReading() async throws {
        let (practice, hospital) = try await Exchange.pair()
        try await practice.importFile(TestBundles.patient("p"))
        let page = try await practice.store.feedRows(for: hospital.site, after: 0, rowsMax: 10)
        try await practice.grant(hospital)
        try await practice.store.moveCursor(
            of: hospital.site, to: page.through, shareVersion: page.shareVersion)
        try await Exchange(practice, to: hospital).run()
        #expect(try await hospital.store.counts().patients == 1)
        #expect(try await practice.store.peers().first?.owedStreams == 0)
    }

    @Test("an announced set whose digest is another is not kept")
    func wrongDigest() async throws {
        let (practice, hospital) = try await Exchange.pair()
        try await practice.grant(hospital)
        try await practice.importFile(TestBundles.patient("p"))
        let exchange = Exchange(practice, to: hospital)
        #expect(try await exchange.announce())
        var announce = try await practice.store.announcement(to: hospital.site, fromVersion: 0)
        announce.added = []
        #expect(try await hospital.store.receive(announce, from: practice.site) == .rewound)
        #expect(try hospital.number("SELECT count(*) FROM announced") == 1)
        announce.fromVersion = 77
        #expect(try await hospital.store.receive(announce, from: practice.site) == .rewound)
    }

    @Test("a peer cannot announce streams without end", arguments: [0, 1])
    func hugeSet(isBelow: Int) async throws {
        let (practice, hospital) = try await Exchange.pair()
        try hospital.execute(
            """
            UPDATE peer SET their_share_version = 8,
              their_share_count = \(SyncLimits.shareSetStreamsMax) - \(isBelow)
            """)
        let announce = Announce(
            fromVersion: 8, toVersion: 9,
            added: [.patient(TestID.patient(), .general)], removed: [], digest: [])
        let refusal = try await hospital.store.receive(announce, from: practice.site)
        #expect(refusal == (isBelow == 1 ? nil : .badMessage))
        #expect(try hospital.number("SELECT count(*) FROM announced") == isBelow)
    }

    @Test("a change of the share set is announced by its difference")
    func differences() async throws {
        let (practice, hospital) = try await Exchange.pair()
        try await practice.grant(hospital)
        try await practice.importFile(TestBundles.patientWithID(1))
        try await Exchange(practice, to: hospital).announce()
        let held = try await practice.store.greeting(for: hospital.site).shareVersion
        try await practice.importFile(TestBundles.patientWithID(2))
        let streams = try await practice.store.announcement(to: hospital.site, fromVersion: 0).added
        let first = try #require(
            try await hospital.store.greeting(for: practice.site).echo == nil ? streams.first : nil)
        try await practice.withdraw(from: hospital, [.identity], patient: first.patient)
        let change = try await practice.store.announcement(to: hospital.site, fromVersion: held)
        #expect(change.added.count <= 1)
        #expect(change.removed == [first])
        #expect(try await hospital.store.receive(change, from: practice.site) == nil)
    }
}
