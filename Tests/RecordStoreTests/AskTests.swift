import CareRecord
import Consent
import Foundation
import RecordStore
import Signing
import Testing
import WireFormat

/// A patient arrives whom the asker has no relationship with yet.
@Suite struct AskTests {
    private static func ask(
        number: String? = "N1", family: String? = nil, born: String? = nil
    ) -> Ask {
        var generator = SystemRandomNumberGenerator()
        return Ask(
            id: .random(using: &generator),
            identifiers: number.map { [.init(system: "urn:test:id", value: $0)] } ?? [],
            family: family, given: family == nil ? nil : "ADA", birthDate: born, purpose: "ETREAT",
            requester: "Dr Night", reason: "brought in")
    }

    private static func order(_ peer: TestSite) -> GrantOrder {
        GrantOrder(
            peerName: peer.name, compartments: [.general], purpose: "ETREAT", scope: .onRequest)
    }

    /// A practice with two patients, of which the hospital has passed every event.
    private static func begun() async throws -> (TestSite, TestSite) {
        let (practice, hospital) = try await Exchange.pair()
        try await practice.grant(order(hospital))
        try await practice.importFile(TestBundles.knownPatient("p", number: "N1"))
        try await practice.importFile(TestBundles.observation("o", of: "Patient/p"))
        try await practice.importFile(TestBundles.knownPatient("q", number: "N2"))
        try await Exchange(practice, to: hospital).run()
        #expect(try await hospital.store.counts().patients == 0)
        return (practice, hospital)
    }

    /// What the newest entry of the audit log gives as its reason.
    private static func lastReason(_ site: TestSite) throws -> String {
        let entry = try #require(
            try site.texts("SELECT CAST(entry AS TEXT) FROM audit ORDER BY seq DESC LIMIT 1").first)
        let findings = [
            "granted", "over budget", "no agreement", "absent", "ambiguous", "withheld",
        ]
        return findings.filter { entry.contains("\"\($0): ") }.joined(separator: ",")
    }

    @Test("an ask grants one patient for 72 hours, and that leaves before anything else")
    func granted() async throws {
        let (practice, hospital) = try await Self.begun()
        let answer = try await practice.store.decide(Self.ask(), from: hospital.site)
        guard case .granted(let patient) = answer.outcome else {
            Issue.record("not granted")
            return
        }
        #expect(try Self.lastReason(practice) == "granted")
        let end = practice.clock.now + 72 * 3_600_000
        #expect(try practice.numbers("SELECT DISTINCT until FROM share") == [Int(end)])
        #expect(
            try practice.numbers("SELECT DISTINCT lane FROM owed") == [Int(Lane.urgent.rawValue)])
        let exchange = Exchange(practice, to: hospital)
        try await exchange.announce()
        #expect(try await exchange.settle(.urgent) == [.accepted, .accepted])
        #expect(try await hospital.onlyPatient() == patient)
        // Nothing else of anybody is shared.
        #expect(
            try await practice.shared(with: hospital) == [
                .patient(patient, .identity), .patient(patient, .general),
            ])
        try await practice.importFile(TestBundles.observation("o", of: "Patient/p", value: 2))
        practice.clock.now = end - 1
        let late = try await exchange.permitted(after: 3)
        #expect(late.count == 1)
        practice.clock.now = end
        #expect(try await exchange.permitted(after: 3) == [])
        #expect(try await exchange.envelopes(at: late) == nil)
        try await practice.finishSharing()
        #expect(try await practice.shared(with: hospital) == [])
        #expect(try practice.number("SELECT count(*) FROM notice") == 0)
    }

    @Test("a name with a date of birth is asked for without regard to case")
    func demographics() async throws {
        let (practice, hospital) = try await Self.begun()
        try await practice.importFile(
            TestBundles.knownPatient("r", number: "N3", born: "1980-03-04"))
        let answer = try await practice.store.decide(
            Self.ask(number: nil, family: "testPERSON", born: "1980-03-04"), from: hospital.site)
        #expect(answer.outcome != .nothing)
    }

    @Test("asks above the budget are answered alike, and told once a minute with their number")
    func manyAboveBudget() async throws {
        let (practice, hospital) = try await Self.begun()
        let entries =
            "SELECT count(*) FROM audit WHERE instr(entry, CAST('over budget' AS BLOB)) > 0"
        for _ in 0..<90 {
            let answer = try await practice.store.decide(
                Self.ask(number: "N9"), from: hospital.site)
            #expect(answer.outcome == .nothing)
        }
        #expect(try practice.number(entries) == 1)
        practice.clock.advance(milliseconds: 60_000)
        _ = try await practice.store.decide(Self.ask(number: "N9"), from: hospital.site)
        #expect(try practice.number(entries) == 2)
        #expect(
            try practice.number(
                "SELECT count(*) FROM audit WHERE instr(entry, CAST('\"asks\":60' AS BLOB)) > 0")
                == 1)
        #expect(try practice.number("SELECT count(*) FROM ask") == 32)
    }

    enum Failure: String, CaseIterable {
        case absent, withheld, ambiguous
        case overBudget = "over budget"
        case noAgreement = "no agreement"
    }

    @Test("whoever is not granted gets one and the same answer", arguments: Failure.allCases)
    func nothing(_ failure: Failure) async throws {
        let (practice, hospital) = try await Self.begun()
        var ask = Self.ask()
        var asker = hospital
        switch failure {
        case .absent: ask = Self.ask(number: "N9")
        case .withheld: try await practice.withdraw(from: hospital)
        case .ambiguous:
            ask = Self.ask(number: nil, family: "Testperson", born: "1970-01-02")
        case .overBudget:
            for _ in 0..<30 {
                let answer = try await practice.store.decide(
                    Self.ask(number: "N9"), from: hospital.site)
                #expect(answer.outcome == .nothing)
            }
        case .noAgreement:
            asker = try TestSite("clinic")
            try await practice.enrol(asker)
        }
        let shares = try practice.number("SELECT count(*) FROM share")
        let answer = try await practice.store.decide(ask, from: asker.site)
        #expect(answer == AskAnswer(id: ask.id, outcome: .nothing))
        #expect(try Self.lastReason(practice) == failure.rawValue)
        #expect(try practice.number("SELECT count(*) FROM share") == shares)
        #expect(try practice.number("SELECT count(*) FROM agreement_patient") == 0)
    }

    @Test("the budget of a peer is full again after an hour, and is no other peer's")
    func budget() async throws {
        let (practice, hospital) = try await Self.begun()
        let clinic = try TestSite("clinic")
        try await practice.enrol(clinic)
        try await practice.grant(Self.order(clinic))
        for _ in 0..<30 {
            _ = try await practice.store.decide(Self.ask(number: "N9"), from: hospital.site)
        }
        #expect(
            try await practice.store.decide(Self.ask(), from: hospital.site).outcome == .nothing)
        #expect(try await practice.store.decide(Self.ask(), from: clinic.site).outcome != .nothing)
        practice.clock.advance(milliseconds: 3_600_000)
        #expect(
            try await practice.store.decide(Self.ask(), from: hospital.site).outcome == .nothing)
        practice.clock.advance(milliseconds: 1)
        #expect(
            try await practice.store.decide(Self.ask(), from: hospital.site).outcome != .nothing)
    }

    @Test("an ask grants nothing while a withdrawal binds, whatever rows are left")
    func afterWithdrawal() async throws {
        let (practice, hospital) = try await Self.begun()
        try await practice.grant(hospital)
        #expect(try await practice.shared(with: hospital).count == 3)
        try await practice.withdrawOnly(from: hospital)
        let answer = try await practice.store.decide(Self.ask(), from: hospital.site)
        #expect(answer.outcome == .nothing)
        #expect(try Self.lastReason(practice) == "withheld")
        try await practice.finishSharing()
        #expect(try await practice.lastWithdrawal().streams == 3)
        #expect(
            try await practice.store.decide(Self.ask(), from: hospital.site).outcome == .nothing)
        try await practice.grant(Self.order(hospital))
        #expect(try await practice.shared(with: hospital) == [])
        #expect(
            try await practice.store.decide(Self.ask(), from: hospital.site).outcome != .nothing)
        #expect(try await practice.shared(with: hospital).count == 2)
    }
}
