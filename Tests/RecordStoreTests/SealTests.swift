import CareRecord
import Consent
import Foundation
import RecordStore
import Signing
import Testing
import WireFormat

/// What a node does with a notice of withdrawal.
@Suite struct SealTests {
    /// A hospital that holds a practice's chart, with an observation of its own in it.
    private static func sharedChart(
        onWithdrawal: SharingAgreement.WithdrawalMode = .seal
    ) async throws -> (TestSite, TestSite, PatientID) {
        let (practice, hospital) = try await Exchange.pair()
        var order = GrantOrder(
            peerName: hospital.name, compartments: [.general, .mentalHealth], purpose: "TREAT",
            scope: .registered)
        order.onWithdrawal = onWithdrawal
        try await practice.grant(order)
        try await practice.importFile(TestBundles.chart())
        try await Exchange(practice, to: hospital).run()
        let patient = try await hospital.onlyPatient()
        try await hospital.importFile(
            TestBundles.observation("own", of: "Patient/\(patient)", value: 9))
        return (practice, hospital, patient)
    }

    private static func observations(_ site: TestSite, _ patient: PatientID) async throws -> Int {
        try await site.store.resources(
            of: patient, type: "Observation", actor: TestSite.actor
        ).count
    }

    /// A notice that any site may sign.
    static func notice(
        of streams: [StreamID], to receiver: TestSite, signer: TestSite, key: EventKey? = nil,
        mode: WithdrawalNotice.Mode = .seal
    ) -> SignedWithdrawalNotice {
        var generator = SystemRandomNumberGenerator()
        let notice = WithdrawalNotice(
            signer: signer.replica, id: .random(using: &generator), policyVersion: 99,
            receiver: receiver.site, mode: mode,
            time: HybridTime(milliseconds: 1_780_000_000_000, counter: 0),
            streams: streams.sorted())
        return SignedWithdrawalNotice(
            notice: notice, noticeBytes: notice.encoded(), key: key ?? signer.key)
    }

    @Test("what is sealed shows nowhere; own events and the vector stay")
    func seal() async throws {
        let (practice, hospital, patient) = try await Self.sharedChart()
        let own = try await practice.importFile(TestBundles.patientWithID(1))
        #expect(own.count == 1)
        try await Exchange(practice, to: hospital).run()
        let general = StreamID.patient(patient, .general)
        let vector = try await hospital.store.vector(of: general)
        #expect(vector.entries.count == 2)
        #expect(try await hospital.store.counts().patients == 2)
        try await practice.withdraw(from: hospital)
        #expect(try await Exchange(practice, to: hospital).runWithNotices() == [.done])
        #expect(
            try await hospital.store.findPatients("ada", countMax: 5, actor: TestSite.actor) == [])
        let counts = try await hospital.store.counts()
        #expect(counts.patients == 1)
        #expect(counts.resources == 1)
        #expect(try await Self.observations(hospital, patient) == 1)
        let shown = try await hospital.store.patient(patient, actor: TestSite.actor)
        #expect(shown.patient.content == nil)
        #expect(shown.compartments.map(\.compartment) == [.general])
        #expect(shown.compartments.first?.resources.map(\.count) == [1])
        #expect(try await hospital.store.resource(EntityID(patient.bits), type: "Patient") == [])
        #expect(try await hospital.store.vector(of: general) == vector)
        #expect(try hospital.number("SELECT count(*) FROM patient_term") == 0)
        #expect(try hospital.number("SELECT count(*) FROM evidence") == 0)
        // The digest is the one of a site that holds nothing but the own observation.
        let unshown = try await hospital.store.contentDigest()
        #expect(unshown != (try await practice.store.contentDigest()))
        // A patient of whom nothing own is held is not there at all.
        #expect(
            try hospital.number(
                """
                SELECT count(*) FROM audit
                WHERE instr(entry, '"withdraw"') > 0 AND instr(entry, 'sealed 5 streams') > 0
                """) == 2)
    }

    @Test("a directory that was withdrawn resolves nothing any more")
    func directory() async throws {
        let (practice, hospital, patient) = try await Self.sharedChart()
        let refers =
            #"{"resourceType":"Encounter","id":"x","status":"planned","subject":{"reference":"#
            + #""Patient/\#(patient)"},"serviceProvider":{"reference":"#
            + #""Organization?identifier=urn:test:org|A1"}}"#
        try await practice.withdraw(from: hospital)
        try await Exchange(practice, to: hospital).runWithNotices()
        try await hospital.importFile(refers)
        let encounters = try await hospital.store.resources(
            of: patient, type: "Encounter", actor: TestSite.actor)
        let targets = encounters.flatMap(\.heads).flatMap(\.targets)
        #expect(
            targets.allSatisfy {
                if case .entity(_, "Organization", _) = $0 { false } else { true }
            })
    }

    @Test("a site goes on writing to a chart that was withdrawn from it")
    func writingOn() async throws {
        let (practice, hospital, patient) = try await Self.sharedChart()
        try await practice.withdraw(from: hospital, [.general], patient: patient)
        try await Exchange(practice, to: hospital).runWithNotices()
        try await hospital.importFile(
            TestBundles.observation("own", of: "Patient/\(patient)", value: 10))
        try await hospital.importFile(
            TestBundles.observation("own2", of: "Patient/\(patient)", value: 11))
        #expect(try await Self.observations(hospital, patient) == 3)
        // Who the patient is was withdrawn as well: now nothing can be written to the chart.
        try await practice.withdraw(from: hospital)
        try await Exchange(practice, to: hospital).runWithNotices()
        try await hospital.importFile(
            TestBundles.observation("own3", of: "Patient/\(patient)", value: 12))
        #expect(try await Self.observations(hospital, patient) == 2)
        try await practice.grant(hospital, [.general, .mentalHealth])
        try await Exchange(practice, to: hospital).run()
        #expect(try await Self.observations(hospital, patient) == 4)
    }

    @Test(
        "events that arrive for a sealed stream are kept, shown to nobody, and shown later",
        arguments: [false, true])
    func laterEvents(chainBeganBefore: Bool) async throws {
        let (practice, hospital, patient) = try await Self.sharedChart()
        let exchange = Exchange(practice, to: hospital)
        // A third site may write to the stream, and goes on announcing it.
        let clinic = try TestSite("clinic")
        try await hospital.enrol(clinic)
        try await clinic.enrol(hospital)
        let relayed = Exchange(clinic, to: hospital)
        try await relayed.announceByHand([.patient(patient, .general)])
        // Two events of one chain, which enter the view together.
        try await practice.importFile(TestBundles.observations(300, of: "Patient/p"))
        let positions = try await exchange.permitted(after: 4)
        let late = try #require(try await exchange.envelopes(at: positions))
        #expect(late.count == 2)
        if chainBeganBefore { #expect(try await relayed.give([late[0]]) == [.accepted]) }
        try await practice.withdraw(from: hospital)
        try await exchange.announce()
        #expect(try await exchange.carryNotices() == [.done])
        let outcomes = try await relayed.give(late, number: 2)
        #expect(outcomes == [chainBeganBefore ? .duplicate : .accepted, .accepted])
        #expect(try await Self.observations(hospital, patient) == 1)
        #expect(try await hospital.store.counts().resources == 1)
        try await practice.grant(hospital, [.general, .mentalHealth])
        try await exchange.run()
        #expect(try await Self.observations(hospital, patient) == 303)
        #expect(try hospital.number("SELECT count(*) FROM chain") == 0)
        try await hospital.grant(practice, [.general], scope: .all)
        try await Exchange(hospital, to: practice).run()
        #expect(try await practice.store.contentDigest() == hospital.store.contentDigest())
    }

    @Test("a new grant unseals, and everything is back")
    func unseal() async throws {
        let (practice, hospital, patient) = try await Self.sharedChart()
        let exchange = Exchange(practice, to: hospital)
        let before = try await hospital.store.contentDigest()
        let resources = try await hospital.store.resources(of: patient, actor: TestSite.actor)
        for _ in 0..<2 {
            try await practice.withdraw(from: hospital)
            #expect(try await exchange.runWithNotices() == [.done])
            #expect(try await hospital.store.contentDigest() != before)
            try await practice.grant(hospital, [.general, .mentalHealth])
            try await exchange.run()
            #expect(try await hospital.store.contentDigest() == before)
            #expect(
                try await hospital.store.resources(of: patient, actor: TestSite.actor) == resources)
            #expect(try await hospital.onlyPatient() == patient)
        }
    }

    @Test("what a notice seals the next hop seals as well, and unseals with it")
    func chain() async throws {
        let (practice, hospital, home) = try await Exchange.row()
        try await practice.grant(hospital, [.general, .mentalHealth])
        try await practice.importFile(TestBundles.chart())
        try await hospital.grant(home, [.general, .mentalHealth], scope: .all)
        try await Exchange(practice, to: hospital).run()
        _ = try await home.store.receive(cards: [practice.card], from: hospital.site)
        let onward = Exchange(hospital, to: home)
        try await onward.run()
        #expect(try await home.store.counts().patients == 1)
        try await practice.withdraw(from: hospital)
        #expect(try await Exchange(practice, to: hospital).runWithNotices() == [.done])
        #expect(try await hospital.shared(with: home) == [])
        let open = try await hospital.store.openNotices(for: home.site, countMax: 8)
        #expect(open.notices.map(\.notice.signer) == [practice.replica])
        #expect(try await onward.runWithNotices() == [.done])
        #expect(try await home.store.counts().patients == 0)
        #expect(try await home.store.counts().resources == 0)
        #expect(try await hospital.store.openNotices(for: home.site, countMax: 8).notices == [])
        try await practice.grant(hospital, [.general, .mentalHealth])
        let changes = hospital.store.feedSignal.shareChanges
        try await Exchange(practice, to: hospital).announce()
        // Sessions with others are told: their share sets changed with the announcement.
        #expect(try await !hospital.shared(with: home).isEmpty)
        #expect(hospital.store.feedSignal.shareChanges > changes)
        try await Exchange(practice, to: hospital).run()
        try await onward.run()
        #expect(try await home.store.contentDigest() == practice.store.contentDigest())
        // The notice comes again, as after an answer that was lost: it was obeyed already.
        let again = try #require(open.notices.first)
        #expect(try await home.store.obey(again, from: hospital.site) == .done)
        #expect(try await home.store.counts().patients == 1)
    }

    @Test("a site that only got a stream from here does not bring it back by announcing it")
    func announcedBack() async throws {
        let (practice, hospital, home) = try await Exchange.row()
        try await practice.grant(hospital)
        try await practice.importFile(TestBundles.chart())
        try await hospital.grant(home, scope: .all)
        try await home.grant(hospital, scope: .all)
        try await Exchange(practice, to: hospital).run()
        _ = try await home.store.receive(cards: [practice.card], from: hospital.site)
        let onward = Exchange(hospital, to: home)
        let back = Exchange(home, to: hospital)
        try await onward.run()
        try await back.run()
        let patient = try await home.onlyPatient()
        // It wrote to the chart, which says nothing of what others wrote there.
        try await home.importFile(TestBundles.observation("own", of: "Patient/\(patient)"))
        try await back.run()
        #expect(try await Self.observations(hospital, patient) == 2)
        try await practice.withdraw(from: hospital)
        #expect(try await Exchange(practice, to: hospital).runWithNotices() == [.done])
        #expect(try await hospital.store.counts().resources == 0)
        // Before the notice has reached it, it announces its whole set again.
        try await back.announce()
        #expect(try await hospital.store.counts().resources == 0)
        #expect(try await hospital.shared(with: home) == [])
        #expect(try await onward.runWithNotices() == [.done])
        try await back.runWithNotices()
        #expect(try await hospital.store.counts().resources == 0)
        #expect(try await home.store.counts().resources == 1)
    }

    @Test("the next hop ignores a notice while its signer shares with it")
    func sharedDirectly() async throws {
        let (practice, hospital, home) = try await Exchange.row()
        try await practice.enrol(home)
        try await home.enrol(practice)
        try await practice.grant(hospital, [.general, .mentalHealth])
        try await practice.grant(home, [.general, .mentalHealth])
        try await practice.importFile(TestBundles.chart())
        try await hospital.grant(home, [.general, .mentalHealth], scope: .all)
        try await Exchange(practice, to: hospital).run()
        try await Exchange(practice, to: home).run()
        let onward = Exchange(hospital, to: home)
        try await onward.run()
        try await practice.withdraw(from: hospital)
        try await Exchange(practice, to: hospital).runWithNotices()
        #expect(try await onward.runWithNotices() == [.stillEntitled])
        #expect(try await home.store.counts().patients == 1)
        #expect(try await practice.store.contentDigest() == home.store.contentDigest())
    }

    @Test("a large notice is obeyed in parts, and after a crash between them to its end")
    func parts() async throws {
        let (practice, hospital) = try await Exchange.pair()
        try await practice.grant(hospital)
        try await practice.importFile(TestBundles.patients(1..<501))
        let exchange = Exchange(practice, to: hospital)
        try await exchange.run()
        #expect(try await hospital.store.counts().patients == 500)
        try await practice.withdraw(from: hospital)
        try await exchange.announce()
        let open = try await practice.store.openNotices(for: hospital.site, countMax: 8)
        let notice = try #require(open.notices.first)
        #expect(notice.notice.streams.count >= 500)
        async let outcome = hospital.store.obey(notice, from: practice.site)
        var crashed: TestSite?
        while crashed == nil, try hospital.number("SELECT max(is_obeyed) FROM notice") == 0 {
            if try hospital.number("SELECT count(*) FROM notice") > 0 {
                crashed = try hospital.copyOfOpenFiles()
            }
        }
        #expect(try await outcome == .done)
        let left = try #require(crashed)
        #expect(try await (1..<500).contains(left.store.counts().patients))
        for site in [hospital, left] {
            #expect(try await site.store.obey(notice, from: practice.site) == .done)
            #expect(try await site.store.counts().patients == 0)
            #expect(try site.number("SELECT count(*) FROM patient_term") == 0)
        }
        // Shared again, all of them come back.
        try await practice.grant(hospital)
        try await exchange.run()
        #expect(try await hospital.store.contentDigest() == practice.store.contentDigest())
        #expect(try await hospital.store.counts().patients == 500)
    }

    @Test("a patient that was registered here is never sealed, whoever shared it back")
    func ownPatient() async throws {
        let (practice, hospital, patient) = try await Self.sharedChart()
        try await hospital.grant(practice, [.general], scope: .all)
        let back = Exchange(hospital, to: practice)
        try await back.run()
        #expect(try await Self.observations(practice, patient) == 3)
        try await hospital.withdraw(from: practice)
        #expect(try await back.runWithNotices() == [.stillEntitled])
        #expect(try await Self.observations(practice, patient) == 3)
        #expect(try practice.number("SELECT count(*) FROM stream WHERE sealed IS NOT NULL") == 0)
    }

    @Test("a notice that overtakes the announcement is told again until it is obeyed")
    func overtaking() async throws {
        let (practice, hospital, _) = try await Self.sharedChart()
        let exchange = Exchange(practice, to: hospital)
        try await practice.withdraw(from: hospital)
        let open = try await practice.store.openNotices(for: hospital.site, countMax: 8)
        let notice = try #require(open.notices.first)
        let outcome = try await hospital.store.obey(notice, from: practice.site)
        #expect(outcome == .stillEntitled)
        try await practice.store.noteAnswer(
            outcome, ofNotice: notice.notice.id, by: hospital.site)
        #expect(try await practice.lastWithdrawal().acknowledgements.map(\.refused) == [0])
        #expect(try await exchange.runWithNotices() == [.done])
        #expect(try await hospital.store.counts().resources == 1)
        #expect(try await practice.lastWithdrawal().acknowledgements.map(\.acknowledged) == [1])
    }

    enum Forgery: CaseIterable {
        case otherKey, unknownSigner, noSay, changedBytes
    }

    @Test("a notice about what is shared again, and what never arrived, is answered for good")
    func partlySharedAgain() async throws {
        let (practice, hospital, patient) = try await Self.sharedChart()
        // Of another patient nothing has arrived.
        try await practice.importFile(TestBundles.patientWithID(1))
        try await practice.withdraw(from: hospital)
        var order = GrantOrder(
            peerName: hospital.name, compartments: [.general, .mentalHealth], purpose: "TREAT",
            scope: .list)
        order.patients = [patient]
        try await practice.grant(order)
        let exchange = Exchange(practice, to: hospital)
        try await exchange.announce()
        let open = try await practice.store.openNotices(for: hospital.site, countMax: 8)
        let notice = try #require(open.notices.first)
        let outcome = try await hospital.store.obey(notice, from: practice.site)
        #expect(outcome == .stillEntitled)
        let version = try await practice.store.marks(of: hospital.site).shareVersion
        func answer(knowing version: UInt64) async throws -> Int {
            try await practice.store.noteAnswer(
                outcome, ofNotice: notice.notice.id, by: hospital.site, announcedThrough: version)
            return try await practice.store.openNotices(for: hospital.site, countMax: 8)
                .notices.count
        }
        #expect(try await answer(knowing: 0) == 1)
        #expect(try await answer(knowing: version) == 0)
    }

    @Test("a forged notice changes nothing", arguments: Forgery.allCases)
    func forged(_ forgery: Forgery) async throws {
        let (practice, hospital, patient) = try await Self.sharedChart()
        let clinic = try TestSite("clinic")
        let streams = [
            StreamID.patient(patient, .identity), .patient(patient, .general),
            .directory(practice.site),
        ]
        // Nothing of the practice is announced any more: no entitlement hides the forgery.
        try await Exchange(practice, to: hospital).announceByHand([], version: 1_000)
        var notice = Self.notice(of: streams, to: hospital, signer: practice)
        switch forgery {
        case .otherKey:
            notice = Self.notice(of: streams, to: hospital, signer: practice, key: clinic.key)
        case .unknownSigner:
            notice = Self.notice(of: streams, to: hospital, signer: clinic)
        case .noSay:
            try await hospital.enrol(clinic)
            notice = Self.notice(of: streams, to: hospital, signer: clinic)
        case .changedBytes:
            let other = Self.notice(of: [streams[0]], to: hospital, signer: practice)
            notice = SignedWithdrawalNotice(
                notice: notice.notice, noticeBytes: notice.noticeBytes, signature: other.signature)
        }
        let digest = try await hospital.store.contentDigest()
        let outcome = try await hospital.store.obey(notice, from: practice.site)
        #expect(outcome == (forgery == .noSay ? .done : .notBelieved))
        #expect(try await hospital.store.contentDigest() == digest)
        #expect(try hospital.number("SELECT count(*) FROM stream WHERE sealed IS NOT NULL") == 0)
        #expect(try hospital.number("SELECT count(*) FROM notice") == 0)
        // The true one is obeyed.
        let truth = Self.notice(of: streams, to: hospital, signer: practice)
        #expect(try await hospital.store.obey(truth, from: practice.site) == .done)
        #expect(try await hospital.store.counts().patients == 1)
        #expect(try await Self.observations(hospital, patient) == 2)
    }

    @Test("evidence that was withdrawn entitles nobody further on")
    func sealedEvidence() async throws {
        let (practice, hospital, home) = try await Exchange.row()
        try await practice.grant(hospital, [.general, .mentalHealth])
        try await practice.importFile(TestBundles.chart())
        try await practice.importFile(TestBundles.encounter("e", of: "Patient/p", by: "N1"))
        var order = GrantOrder(
            peerName: home.name, compartments: [.general, .mentalHealth], purpose: "TREAT",
            scope: .relationship)
        order.organisations = [.init(system: "urn:test:org", value: "N1")]
        try await hospital.grant(order)
        try await Exchange(practice, to: hospital).run()
        let patient = try await hospital.onlyPatient()
        #expect(try await hospital.shared(with: home).count == 3)
        // The encounter is in the compartment that is withdrawn; the others are still held.
        try await practice.withdraw(from: hospital, [.general], patient: patient)
        try await Exchange(practice, to: hospital).runWithNotices()
        #expect(try await hospital.shared(with: home) == [])
    }
}
