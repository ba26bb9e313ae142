import CareRecord
import Consent
import Foundation
import RecordStore
import Signing
import Testing
import WireFormat

@Suite struct WithdrawalTests {
    private static let everything: [Compartment] = [.general, .mentalHealth]

    @Test("a withdrawal binds with its own commit, whatever was read before")
    func bindsAtOnce() async throws {
        let (practice, hospital) = try await Exchange.pair()
        try await practice.grant(hospital)
        try await practice.importFile(TestBundles.chart())
        let exchange = Exchange(practice, to: hospital)
        let positions = try await exchange.permitted()
        #expect(positions.count == 3)
        let rows = try practice.number("SELECT count(*) FROM share")
        let matched = try await practice.withdrawOnly(from: hospital)
        #expect(matched == rows)
        let audit = try await practice.store.counts().auditEntries
        for position in positions {
            #expect(try await exchange.envelopes(at: [position]) == nil)
        }
        #expect(try await practice.store.counts().auditEntries == audit)
        #expect(try await exchange.permitted() == [])
        // The rows are still there: it is not their absence that binds.
        #expect(try practice.number("SELECT count(*) FROM share") == rows)
        #expect(try await practice.lastWithdrawal().isDone == false)
        try await practice.finishSharing()
        #expect(try practice.number("SELECT count(*) FROM share") == 0)
        let record = try await practice.lastWithdrawal()
        #expect(record.isDone)
        #expect(record.streams == rows)
    }

    @Test("a blob that was asked for before is not given after a withdrawal or a lapse")
    func blobs() async throws {
        let (practice, hospital) = try await Exchange.pair()
        try await practice.grant(hospital)
        try await practice.importFile(TestBundles.patient("p"))
        try await practice.importFile(TestBundles.longObservation("o", of: "Patient/p", "x"))
        try await Exchange(practice, to: hospital).run()
        let blob = try #require(
            try await hospital.store.missingBlobs(from: practice.site, countMax: 1).first)
        func piece(at offset: UInt64) async throws -> Int? {
            try await practice.store.blobPiece(
                blob.sha256, offset: offset, bytesMax: 10, stream: blob.stream, for: hospital.site,
                session: [UInt8](repeating: 1, count: 16)
            )?.piece.count
        }
        #expect(try await piece(at: 0) == 10)
        try await practice.withdrawOnly(from: hospital)
        #expect(try await piece(at: 0) == nil)
        #expect(try await piece(at: 10) == nil)
    }

    @Test("an older agreement permits nothing again once the withdrawal is done")
    func olderAgreement() async throws {
        let (practice, hospital) = try await Exchange.pair()
        try await practice.grant(hospital, Self.everything)
        try await practice.importFile(TestBundles.patient("p"))
        let patient = try await practice.onlyPatient()
        try await practice.withdraw(from: hospital, patient: patient)
        // New events, a new stream, and a new patient that nothing was said about.
        try await practice.importFile(TestBundles.patient("p", family: "Changed"))
        try await practice.importFile(TestBundles.observation("o", of: "Patient/p"))
        try await practice.importFile(TestBundles.patientWithID(1))
        try await practice.finishSharing()
        let shared = try await practice.shared(with: hospital)
        #expect(shared.count == 1)
        #expect(shared.allSatisfy { $0.patient != patient })
        // An older agreement is not refreshed by a newer one about something else.
        try await practice.grant(hospital, [.socialCare])
        #expect(
            try await practice.shared(with: hospital).filter { $0.patient == patient }
                == [.patient(patient, .identity)])
    }

    @Test("evidence of a relationship permits nothing again once the withdrawal is done")
    func olderAgreementByEvidence() async throws {
        let (practice, hospital) = try await Exchange.pair()
        var order = GrantOrder(
            peerName: hospital.name, compartments: [.general], purpose: "TREAT",
            scope: .relationship)
        order.organisations = [.init(system: "urn:test:org", value: "H1")]
        try await practice.grant(order)
        try await practice.importFile(TestBundles.patient("p"))
        try await practice.importFile(TestBundles.encounter("e", of: "Patient/p", by: "H1"))
        let patient = try await practice.onlyPatient()
        #expect(try await practice.shared(with: hospital).count == 2)
        try await practice.withdraw(from: hospital, patient: patient)
        try await practice.importFile(TestBundles.encounter("f", of: "Patient/p", by: "H1"))
        try await practice.finishSharing()
        #expect(try await practice.shared(with: hospital) == [])
        try await practice.grant(order)
        #expect(try await practice.shared(with: hospital).count == 2)
    }

    @Test("a newer grant permits again, also while the rows of the withdrawal are being removed")
    func newerGrant() async throws {
        let (practice, hospital) = try await Exchange.pair()
        try await practice.grant(hospital)
        try await practice.importFile(TestBundles.chart())
        let exchange = Exchange(practice, to: hospital)
        try await exchange.run()
        try await practice.withdrawOnly(from: hospital)
        // The cursor passes an event that nobody may send at this moment.
        try await practice.importFile(TestBundles.observation("late", of: "Patient/p"))
        try await exchange.run()
        _ = try await practice.store.grant(
            GrantOrder(
                peerName: hospital.name, compartments: [.general], purpose: "TREAT",
                scope: .registered), actor: TestSite.actor)
        try await practice.finishSharing()
        #expect(try await practice.shared(with: hospital).count == 3)
        try await exchange.runWithNotices()
        let held = try await hospital.onlyPatientsResources(type: "Observation")
        #expect(held.count == 2)
        #expect(try hospital.number("SELECT count(*) FROM stream WHERE sealed IS NOT NULL") == 0)
    }

    @Test("an event that was passed while nothing permitted it is sent once something does")
    func passedByTheCursor() async throws {
        let (practice, hospital) = try await Exchange.pair()
        var order = GrantOrder(
            peerName: hospital.name, compartments: [.general], purpose: "TREAT",
            scope: .relationship)
        order.organisations = [.init(system: "urn:test:org", value: "H1")]
        try await practice.grant(order)
        try await practice.importFile(TestBundles.patient("p"))
        try await practice.importFile(TestBundles.encounter("e", of: "Patient/p", by: "H1"))
        let exchange = Exchange(practice, to: hospital)
        try await exchange.run()
        let patient = try await practice.onlyPatient()
        try await practice.withdrawOnly(from: hospital, patient: patient)
        try await practice.importFile(TestBundles.observation("o", of: "Patient/p"))
        try await exchange.run()
        _ = try await practice.store.grant(order, actor: TestSite.actor)
        // Evidence has the patient decided anew before any step was taken.
        try await practice.importFile(TestBundles.encounter("f", of: "Patient/p", by: "H1"))
        try await practice.finishSharing()
        try await exchange.runWithNotices()
        let held = try await hospital.onlyPatientsResources(type: "Observation")
        #expect(held.count == 1)
    }

    @Test("what was read while nothing permitted it stays owed once something does")
    func staleSettlement() async throws {
        let (practice, hospital) = try await Exchange.pair()
        try await practice.importFile(TestBundles.patient("p"))
        try await practice.importFile(TestBundles.observation("o", of: "Patient/p"))
        let exchange = Exchange(practice, to: hospital)
        try await exchange.run()
        try await practice.grant(hospital)
        try await practice.withdrawOnly(from: hospital)
        let owed = try await practice.store.owedEvents(
            for: hospital.site, lane: .backfill, after: nil, dueByMilliseconds: .max, rowsMax: 100)
        #expect(!owed.events.isEmpty)
        #expect(owed.events.allSatisfy { !$0.row.isPermitted })
        // The streams leave the share set and join it again before that page is settled.
        try await practice.grant(hospital)
        try await practice.store.settleOwed(
            owed.events.map { ($0.row.stream, $0.row.position, owed.shareVersion) },
            of: hospital.site)
        try await exchange.run()
        #expect(
            try await practice.store.contentDigest() == hospital.store.contentDigest())
        #expect(try practice.number("SELECT count(*) FROM owed") == 0)
    }

    @Test("what a decision meets before the steps of a withdrawal do is in a notice all the same")
    func noticeOfEveryRow() async throws {
        let (practice, hospital) = try await Exchange.pair()
        var order = GrantOrder(
            peerName: hospital.name, compartments: [.general], purpose: "TREAT",
            scope: .relationship)
        order.organisations = [.init(system: "urn:test:org", value: "H1")]
        try await practice.grant(order)
        try await practice.importFile(TestBundles.patient("p"))
        try await practice.importFile(TestBundles.encounter("e", of: "Patient/p", by: "H1"))
        try await Exchange(practice, to: hospital).run()
        try await practice.withdrawOnly(from: hospital)
        try await practice.importFile(TestBundles.encounter("f", of: "Patient/p", by: "H1"))
        try await practice.finishSharing()
        try await Exchange(practice, to: hospital).runWithNotices()
        #expect(try await practice.lastWithdrawal().streams == 2)
        #expect(try await hospital.store.counts().patients == 0)
    }

    enum Extent: CaseIterable {
        case compartment, identity, patient, patientsCompartment, everyCompartment, everything
    }

    @Test("a withdrawal takes what it names and nothing else", arguments: Extent.allCases)
    func extent(_ extent: Extent) async throws {
        let (practice, hospital) = try await Exchange.pair()
        try await practice.grant(hospital, Self.everything)
        try await practice.importFile(TestBundles.chart())
        let patient = try await practice.onlyPatient()
        try await practice.importFile(TestBundles.patientWithID(1))
        let other = try #require(
            try await practice.shared(with: hospital)
                .first { $0.patient != nil && $0.patient != patient })
        let identity = StreamID.patient(patient, .identity)
        let general = StreamID.patient(patient, .general)
        let mental = StreamID.patient(patient, .mentalHealth)
        let directory = StreamID.directory(practice.site)
        let left: [StreamID]
        switch extent {
        case .compartment:
            try await practice.withdraw(from: hospital, [.mentalHealth])
            left = [identity, general, directory, other]
        case .identity:
            try await practice.withdraw(from: hospital, [.identity])
            left = [general, mental, directory]
        case .patient:
            try await practice.withdraw(from: hospital, patient: patient)
            left = [directory, other]
        case .patientsCompartment:
            try await practice.withdraw(from: hospital, [.general], patient: patient)
            left = [identity, mental, directory, other]
        case .everyCompartment:
            try await practice.withdraw(from: hospital, Compartment.known)
            left = [directory]
        case .everything:
            try await practice.withdraw(from: hospital)
            left = []
        }
        #expect(try await practice.shared(with: hospital) == left.sorted())
        let digest = try await practice.store.announcement(to: hospital.site, fromVersion: 0).digest
        #expect(digest == (try await practice.store.greeting(for: hospital.site)).shareDigest)
    }

    @Test("one step signs one notice, and who has not answered it is visible")
    func notices() async throws {
        let (practice, hospital) = try await Exchange.pair()
        try await practice.grant(hospital)
        try await practice.importFile(TestBundles.chart())
        let exchange = Exchange(practice, to: hospital)
        try await exchange.run()
        try await practice.withdraw(from: hospital)
        let open = try await practice.store.openNotices(for: hospital.site, countMax: 8)
        let notice = try #require(open.notices.first)
        #expect(open.notices.count == 1)
        #expect(notice.isSigned(by: practice.key.publicKey))
        #expect(notice.notice.streams.count == 3)
        #expect(notice.notice.streams == notice.notice.streams.sorted())
        #expect(notice.notice.receiver == hospital.site)
        #expect(open.cards.map(\.card.replica) == [practice.replica])
        var record = try await practice.lastWithdrawal()
        #expect(record.acknowledgements.map(\.notices) == [1])
        #expect(record.acknowledgements.map(\.acknowledged) == [0])
        #expect(try await practice.store.peers().map(\.noticesOpen) == [1])
        practice.clock.advance(hours: 1)
        #expect(try await exchange.runWithNotices() == [.done])
        record = try await practice.lastWithdrawal()
        #expect(record.acknowledgements.map(\.acknowledged) == [1])
        #expect(record.acknowledgements.map(\.refused) == [0])
        #expect(record.acknowledgements.first?.lastMilliseconds == practice.clock.now)
        #expect(try await practice.store.peers().map(\.noticesOpen) == [0])
        // A second answer changes nothing.
        try await practice.store.noteAnswer(
            .notBelieved, ofNotice: notice.notice.id, by: hospital.site)
        #expect(try await practice.lastWithdrawal() == record)
    }

    @Test("a notice says what the agreement says that permitted its streams")
    func modes() async throws {
        let (practice, hospital) = try await Exchange.pair()
        var order = GrantOrder(
            peerName: hospital.name, compartments: [.general], purpose: "TREAT",
            scope: .registered)
        order.onWithdrawal = .erase
        try await practice.grant(order)
        try await practice.importFile(TestBundles.patient("p"))
        try await practice.withdraw(from: hospital)
        // The new agreement takes the place of the old one, and says otherwise.
        order.onWithdrawal = .seal
        try await practice.grant(order)
        try await practice.withdraw(from: hospital)
        let open = try await practice.store.openNotices(for: hospital.site, countMax: 8)
        #expect(open.notices.map(\.notice.mode) == [.erase, .seal])
    }
}
