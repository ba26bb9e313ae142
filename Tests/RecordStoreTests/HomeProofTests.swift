import CareRecord
import Consent
import Foundation
import RecordStore
import Signing
import Testing
import WireFormat

/// Whoever writes first under a patient id that he knows claims to be the patient's home.
@Suite struct HomeProofTests {
    /// A clinic shares a patient with a practice; a claimer had written to the practice first.
    private struct Claim {
        let practice: TestSite
        let clinic: TestSite
        let claimer: TestSite
        let patient: PatientID

        var streams: [StreamID] {
            [.patient(patient, .identity), .patient(patient, .general)]
        }

        /// - Parameter registers: whether the claimer wrote a Patient, not just anything.
        init(registers: Bool) async throws {
            (practice, claimer) = try await Exchange.pair("practice", "claimer")
            clinic = try TestSite("clinic")
            try await practice.enrol(clinic)
            try await clinic.enrol(practice)
            try await clinic.importFile(TestBundles.chart())
            patient = try await clinic.onlyPatient()
            try await practice.grant(
                GrantOrder(
                    peerName: "claimer", compartments: [.general], purpose: "ETREAT",
                    scope: .onRequest))
            let exchange = Exchange(claimer, to: practice)
            try await exchange.announceByHand(streams)
            for stream in streams {
                let isPatient = registers && stream == streams[0]
                let entity = isPatient ? EntityID(patient.bits) : TestID.entity()
                let event = claimer.seal(
                    claimer.header(
                        stream, counter: 1,
                        changes: [.whole(isPatient ? "Patient" : "Basic", entity)]),
                    values: [Array(TestBundles.patient("x").utf8)])
                #expect(try await exchange.give([event.envelope]) == [.accepted])
            }
            try await clinic.grant(practice)
            try await Exchange(clinic, to: practice).run()
        }

        /// Streams of patients that the claimer may have.
        func shared() throws -> Int {
            try practice.number(
                """
                SELECT count(*) FROM share JOIN stream ON stream.id = share.stream
                JOIN peer ON peer.id = share.peer
                WHERE peer.name = 'claimer' AND stream.patient IS NOT NULL
                """)
        }
    }

    @Test("a claim gets nothing of what the patient's real home shares", arguments: [false, true])
    func nothingLeaks(registers: Bool) async throws {
        let claim = try await Claim(registers: registers)
        #expect(try claim.shared() == 0)
        #expect(try await Exchange(claim.practice, to: claim.claimer).permitted() == [])
        let reasons = try await claim.practice.store.explainShare(
            peerName: "claimer", patient: claim.patient, actor: TestSite.actor)
        for reason in reasons {
            if case .permitted = reason.explanation.outcome { Issue.record("permitted") }
        }
    }

    @Test(
        "a claim withdraws nothing that others gave, and is not told what is held",
        arguments: [false, true], WithdrawalNotice.Mode.allCases)
    func nothingIsSealed(registers: Bool, mode: WithdrawalNotice.Mode) async throws {
        let claim = try await Claim(registers: registers)
        let store = claim.practice.store
        try await Exchange(claim.claimer, to: claim.practice).announceByHand([], version: 1_000)
        let digest = try await store.contentDigest()
        let notice = SealTests.notice(
            of: claim.streams, to: claim.practice, signer: claim.claimer, mode: mode)
        #expect(try await store.obey(notice, from: claim.claimer.site) == .done)
        #expect(try await store.contentDigest() == digest)
        #expect(try claim.practice.number("SELECT count(*) FROM notice") == 0)
    }

    @Test("a patient's proven home gets its own streams back under any agreement")
    func homeGetsItsOwn() async throws {
        let (practice, hospital) = try await Exchange.pair()
        try await practice.importFile(TestBundles.chart())
        try await practice.grant(hospital)
        try await Exchange(practice, to: hospital).run()
        try await hospital.grant(practice)
        let patient = try await practice.onlyPatient()
        #expect(
            try hospital.number(
                "SELECT count(*) FROM share JOIN stream ON stream.id = share.stream "
                    + "WHERE stream.patient IS NOT NULL") == 2)
        let reasons = try await hospital.store.explainShare(
            peerName: "practice", patient: patient, actor: TestSite.actor)
        #expect(reasons.count == 2)
        for reason in reasons {
            guard case .permitted(_, let basis, _) = reason.explanation.outcome else {
                Issue.record("not permitted")
                continue
            }
            #expect(basis == .peersOwn)
        }
    }

    @Test("vectors answer a guess with nothing, and who knows an event with that event")
    func guesses() async throws {
        let (practice, hospital) = try await Exchange.pair()
        try await practice.importFile(TestBundles.chart())
        let stream = StreamID.patient(try await practice.onlyPatient(), .general)
        try await Exchange(hospital, to: practice).announceByHand([stream])
        let held = try await practice.store.vector(of: stream)
        let known = try #require(held.entries.first)
        let other = try #require(EventID(bytes: [UInt8](repeating: 7, count: 32)))
        let guess = try #require(
            VersionVector([
                VersionVector.Entry(
                    replica: known.replica, counter: known.counter, event: other)
            ]))
        func answer(_ vector: VersionVector) async throws -> VersionVector? {
            try await practice.store.vectors(
                answering: [StreamVectors.Entry(stream: stream, vector: vector)],
                for: hospital.site
            ).first?.vector
        }
        #expect(try await answer(VersionVector()) == VersionVector())
        #expect(try await answer(guess) == VersionVector())
        #expect(try await answer(held) == held)
    }
}
