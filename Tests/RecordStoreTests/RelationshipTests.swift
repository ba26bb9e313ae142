import CareRecord
import ConflictResolver
import Consent
import Foundation
import RecordStore
import Signing
import Testing
import WireFormat

/// Who receives what for the sake of a care relationship.
@Suite struct RelationshipTests {
    /// 2026-06-20T00:00:00Z: thirty days after an encounter that ended on 2026-05-20.
    private static let lapse: Int64 = 1_781_913_600_000

    private static func order(
        _ peer: TestSite, _ compartments: [Compartment] = [.general, .mentalHealth],
        attested: Bool = false
    ) -> GrantOrder {
        var order = GrantOrder(
            peerName: peer.name, compartments: compartments, purpose: "TREAT",
            scope: .relationship)
        order.organisations = [.init(system: "urn:test:org", value: "H1")]
        order.isAttested = attested
        return order
    }

    /// A practice with a chart and an agreement about relationships, with none yet.
    private static func begun(attested: Bool = false) async throws -> (TestSite, TestSite) {
        let (practice, hospital) = try await Exchange.pair()
        try await practice.grant(order(hospital, attested: attested))
        try await practice.importFile(TestBundles.chart())
        #expect(try await patientStreams(practice, hospital) == 0)
        return (practice, hospital)
    }

    private static func patientStreams(
        _ practice: TestSite, _ hospital: TestSite
    ) async throws -> Int {
        try await practice.shared(with: hospital).filter { $0.patient != nil }.count
    }

    @Test("an open encounter entitles, and one that is over does so for thirty days")
    func encounter() async throws {
        let (practice, hospital) = try await Self.begun()
        try await practice.importFile(TestBundles.encounter("e", of: "Patient/p", by: "H1"))
        #expect(try await Self.patientStreams(practice, hospital) == 3)
        #expect(try practice.number("SELECT count(*) FROM share WHERE until IS NOT NULL") == 0)
        try await practice.importFile(
            TestBundles.encounter(
                "e", of: "Patient/p", by: "H1", status: "finished", end: "2026-05-20"))
        #expect(
            try practice.numbers("SELECT DISTINCT until FROM share WHERE until IS NOT NULL")
                == [Int(Self.lapse)])
        let exchange = Exchange(practice, to: hospital)
        practice.clock.now = Self.lapse - 1
        let positions = try await exchange.permitted()
        #expect(positions.count == 6)
        #expect(try await exchange.envelopes(at: positions)?.count == 6)
        // The end has come: nothing leaves, though the rows are still there.
        practice.clock.now = Self.lapse
        #expect(try await exchange.permitted().count == 1)
        #expect(try await exchange.envelopes(at: positions) == nil)
        #expect(try await Self.patientStreams(practice, hospital) == 3)
        try await practice.finishSharing()
        #expect(try await Self.patientStreams(practice, hospital) == 0)
        #expect(try practice.number("SELECT count(*) FROM notice") == 0)
        #expect(try await practice.store.withdrawals() == [])
        #expect(
            try await practice.store.greeting(for: hospital.site).shareDigest
                == practice.recomputedShareDigest())
    }

    @Test("what lapsed before a withdrawal is withdrawn with the rest, and once")
    func withdrawnAfterTheEnd() async throws {
        let (practice, hospital) = try await Self.begun()
        try await practice.importFile(
            TestBundles.encounter(
                "e", of: "Patient/p", by: "H1", status: "finished", end: "2026-05-20"))
        let exchange = Exchange(practice, to: hospital)
        try await exchange.run()
        #expect(try await hospital.store.counts().patients == 1)
        let announced = try await practice.store.greeting(for: hospital.site).shareVersion
        practice.clock.now = Self.lapse
        try await practice.finishSharing()
        #expect(try await Self.patientStreams(practice, hospital) == 0)
        // The end is no withdrawal: what has arrived stays in view.
        let change = try await practice.store.announcement(
            to: hospital.site, fromVersion: announced)
        #expect(change.removed.count == 3)
        #expect(try await hospital.store.receive(change, from: practice.site) == nil)
        #expect(try await hospital.store.counts().patients == 1)
        #expect(try await exchange.runWithNotices() == [])
        let patient = try await practice.onlyPatient()
        try await practice.withdraw(from: hospital, patient: patient)
        #expect(try await exchange.runWithNotices() == [.done])
        #expect(try await hospital.store.counts().patients == 0)
        // Nothing lapsed since: the next withdrawal has nobody to tell.
        try await practice.withdraw(from: hospital, patient: patient)
        #expect(try await exchange.runWithNotices() == [])
    }

    @Test("an event that was passed after the end is sent once a new encounter begins")
    func newEncounterAfterTheEnd() async throws {
        let (practice, hospital) = try await Self.begun()
        try await practice.importFile(
            TestBundles.encounter(
                "e", of: "Patient/p", by: "H1", status: "finished", end: "2026-05-20"))
        let exchange = Exchange(practice, to: hospital)
        try await exchange.run()
        practice.clock.now = Self.lapse + 1
        try await practice.importFile(TestBundles.observation("late", of: "Patient/p"))
        try await exchange.run()
        // The lapsed rows were not looked for yet.
        try await practice.importFile(TestBundles.encounter("f", of: "Patient/p", by: "H1"))
        try await exchange.run()
        #expect(try await practice.store.contentDigest() == hospital.store.contentDigest())
    }

    @Test("an encounter that ended long ago entitles nobody")
    func oldEncounter() async throws {
        let (practice, hospital) = try await Self.begun()
        for (id, end) in [("a", "2026-04-27"), ("b", "2019"), ("c", "what?")] {
            try await practice.importFile(
                TestBundles.encounter(
                    id, of: "Patient/p", by: "H1", status: "finished", end: end))
        }
        #expect(try await Self.patientStreams(practice, hospital) == 0)
        #expect(try practice.number("SELECT count(*) FROM evidence") == 0)
    }

    enum Evidence: String, CaseIterable {
        case encounter, team, plan, episode, practitioner

        func resource(by organisation: String) -> String {
            let subject = #""subject":{"reference":"Patient/p"}"#
            return switch self {
            case .encounter:
                #"{"resourceType":"Encounter","id":"x","status":"in-progress",\#(subject),"#
                    + #""serviceProvider":\#(organisation)}"#
            case .team:
                #"{"resourceType":"CareTeam","id":"x","status":"active",\#(subject),"#
                    + #""participant":[{"member":\#(organisation)}]}"#
            case .plan:
                #"{"resourceType":"CarePlan","id":"x","status":"active","intent":"plan","#
                    + #"\#(subject),"contributor":[\#(organisation)]}"#
            case .episode:
                #"{"resourceType":"EpisodeOfCare","id":"x","status":"active","#
                    + #""patient":{"reference":"Patient/p"},"#
                    + #""managingOrganization":\#(organisation)}"#
            case .practitioner:
                #"{"resourceType":"Patient","id":"p","name":[{"family":"Testperson","#
                    + #""given":["Ada"]}],"generalPractitioner":[\#(organisation)]}"#
            }
        }

        var name: String {
            switch self {
            case .encounter: "Encounter/x"
            case .team: "CareTeam/x"
            case .plan: "CarePlan/x"
            case .episode: "EpisodeOfCare/x"
            case .practitioner: "Patient/p"
            }
        }
    }

    @Test(
        "every kind of evidence entitles, by an identifier and by an Organization, until it is gone",
        arguments: Evidence.allCases, [false, true])
    func kinds(_ evidence: Evidence, byResource: Bool) async throws {
        let (practice, hospital) = try await Self.begun()
        try await practice.importFile(TestBundles.organization("H1", name: "South", id: "o1"))
        try await practice.importFile(TestBundles.organization("X1", name: "West", id: "o2"))
        let named = byResource ? #"{"reference":"Organization/o1"}"# : TestBundles.named("H1")
        let other = byResource ? #"{"reference":"Organization/o2"}"# : TestBundles.named("X1")
        try await practice.importFile(evidence.resource(by: other))
        #expect(try await Self.patientStreams(practice, hospital) == 0)
        // Superseded, with the peer's organisation in its place, and back.
        try await practice.importFile(evidence.resource(by: named))
        #expect(try await Self.patientStreams(practice, hospital) == 3)
        try await practice.importFile(evidence.resource(by: other), again: true)
        #expect(try await Self.patientStreams(practice, hospital) == 0)
        try await practice.importFile(evidence.resource(by: named), again: true)
        #expect(try await Self.patientStreams(practice, hospital) == 3)
        if evidence != .practitioner {
            try await practice.importFile(
                TestBundles.transaction([TestBundles.delete(evidence.name)]))
            #expect(try await Self.patientStreams(practice, hospital) == 0)
        }
        #expect(try practice.number("SELECT count(*) FROM notice") == 0)
    }

    @Test(
        "a plan that is decided to be over entitles nobody, one that goes on does",
        arguments: ["revoked", "active"])
    func decided(_ status: String) async throws {
        let (practice, hospital) = try await Self.begun()
        let (patient, id) = (try await practice.onlyPatient(), TestID.entity())
        let plan = Evidence.plan.resource(by: TestBundles.named("H1"))
            .replacing("Patient/p", with: "Patient/\(patient)")
            .replacing(#""x""#, with: "\"\(id)\"")
        for (system, said) in [("file", "active"), ("other", "revoked")] {
            let version = plan.replacing(#""active""#, with: "\"\(said)\"")
            try await practice.importFile(
                TestBundles.transaction([TestBundles.put(version, "CarePlan/\(id)")]),
                system: system)
        }
        #expect(try await Self.patientStreams(practice, hospital) == 3)
        let conflict = try #require(
            try await practice.store.conflicts(
                of: nil, from: .human, actor: TestSite.actor
            ).first { $0.conflict.element.facet.name == "status" })
        let shown = try await practice.store.conflict(
            conflict.conflict.id, actor: TestSite.actor)
        let option = try #require(
            shown.options.first { option in
                String(decoding: option.changes[0].value, as: UTF8.self).contains(status)
            })
        _ = try await practice.store.resolve(
            Resolution(
                conflict: conflict.conflict.id, decision: .option(option.token),
                practitioner: "p", role: "clinician", reason: "r"), actor: TestSite.actor)
        try await practice.finishSharing()
        #expect(
            try await Self.patientStreams(practice, hospital) == (status == "active" ? 3 : 0))
    }

    @Test(
        "evidence follows the elements of a plan and of a team that are changed one by one",
        arguments: [Evidence.plan, .team], [false, true])
    func elementByElement(_ evidence: Evidence, byResource: Bool) async throws {
        let (practice, hospital) = try await Self.begun()
        try await practice.importFile(TestBundles.organization("H1", name: "South", id: "o1"))
        let named = byResource ? #"{"reference":"Organization/o1"}"# : TestBundles.named("H1")
        let open = evidence.resource(by: named)
        func send(_ resource: String) async throws -> Int {
            try await practice.importFile(resource, again: true)
            return try await Self.patientStreams(practice, hospital)
        }
        #expect(try await send(open) == 3)
        let ending =
            evidence == .plan
            ? #""status":"completed","period":{"end":"2026-05-20"}"# : #""status":"inactive""#
        let over = open.replacing(#""status":"active""#, with: ending)
        #expect(try practice.number("SELECT count(*) FROM revision") == 0)
        #expect(try await send(over) == (evidence == .plan ? 3 : 0))
        #expect(
            try practice.numbers("SELECT DISTINCT until FROM evidence")
                == (evidence == .plan ? [Int(Self.lapse)] : []))
        // Status and end came by themselves, and leave the reference where it was.
        #expect(try await send(open) == 3)
        // What is left out stays in the record, and entitles nobody.
        let item = evidence == .plan ? named : #"{"member":\#(named)}"#
        #expect(try await send(open.replacing("[\(item)]", with: "[]")) == 0)
        #expect(try await send(open) == 3)
    }

    @Test("a peer's words about a record of ours give it nothing that we ended")
    func prolonged() async throws {
        let (practice, hospital) = try await Self.begun()
        let (patient, team) = (try await practice.onlyPatient(), TestID.entity())
        func send(_ status: String) async throws {
            let resource =
                #"{"resourceType":"CareTeam","id":"\#(team)","status":"\#(status)","#
                + #""subject":{"reference":"Patient/\#(patient)"},"#
                + #""participant":[{"member":\#(TestBundles.named("H1"))}]}"#
            try await practice.importFile(
                TestBundles.transaction([TestBundles.put(resource, "CareTeam/\(team)")]),
                again: true)
        }
        try await send("active")
        #expect(try await Self.patientStreams(practice, hospital) == 3)
        try await send("inactive")
        #expect(try await Self.patientStreams(practice, hospital) == 0)
        let stream = StreamID.patient(patient, .general)
        let back = Exchange(hospital, to: practice)
        try await back.announceByHand([stream])
        let own = try practice.numbers(
            "SELECT counter FROM event JOIN stream ON stream.id = event.stream "
                + "WHERE kind = 1 ORDER BY counter")
        var change = Change(
            element: Element(entityType: "CareTeam", entity: team, facet: Facet("status")),
            operation: .assign)
        change.supersedes = own.map {
            ChangeReference(
                dot: Dot(replica: practice.replica, counter: UInt64($0)), index: 0)
        }
        let event = hospital.seal(
            hospital.header(stream, counter: 1, changes: [change]),
            values: [Array(#"{"status":"active"}"#.utf8)])
        #expect(try await back.give([event.envelope]) == [.accepted])
        try await practice.finishSharing()
        #expect(try await Self.patientStreams(practice, hospital) == 0)
    }

    @Test("evidence that arrives before its Organization entitles once that is here")
    func organizationLater() async throws {
        let (practice, hospital) = try await Exchange.pair()
        let third = try TestSite("third")
        try await hospital.enrol(third)
        try await third.enrol(hospital)
        var order = Self.order(third, [.general])
        order.peerName = third.name
        try await hospital.grant(order)
        try await practice.importFile(TestBundles.organization("H1", name: "South", id: "o1"))
        try await practice.importFile(TestBundles.patient("p"))
        try await practice.importFile(
            Evidence.encounter.resource(by: #"{"reference":"Organization/o1"}"#))
        try await practice.grant(hospital)
        let exchange = Exchange(practice, to: hospital)
        try await exchange.announce()
        let parts = try #require(try await exchange.envelopes(at: [1, 2, 3]))
        try await exchange.give([parts[1], parts[2]])
        try await hospital.finishSharing()
        #expect(try await Self.patientStreams(hospital, third) == 0)
        try await exchange.give([parts[0]], number: 2)
        try await hospital.finishSharing()
        #expect(try await Self.patientStreams(hospital, third) == 2)
    }

    @Test("two heads of one resource entitle whomever either of them names")
    func twoHeads() async throws {
        let (practice, hospital) = try await Self.begun()
        let id = TestID.entity().description
        let patient = try await practice.onlyPatient()
        func put(_ organisation: String, system: String) async throws {
            let encounter = TestBundles.encounter(
                id, of: "Patient/\(patient)", by: organisation)
            try await practice.importFile(
                TestBundles.transaction([TestBundles.put(encounter, "Encounter/\(id)")]),
                system: system, again: true)
        }
        try await put("X1", system: "file")
        #expect(try await Self.patientStreams(practice, hospital) == 0)
        try await put("H1", system: "ward")
        #expect(
            try await practice.onlyPatientsResources(type: "Encounter").map(\.heads.count) == [2])
        #expect(try await Self.patientStreams(practice, hospital) == 3)
        try await put("X2", system: "file")
        #expect(try await Self.patientStreams(practice, hospital) == 3)
        try await put("X3", system: "ward")
        #expect(try await Self.patientStreams(practice, hospital) == 0)
    }

    @Test(
        "evidence that the gaining site wrote counts only where it may attest, and not for all",
        arguments: [false, true])
    func ownEvidence(isAttested: Bool) async throws {
        let (practice, hospital) = try await Self.begun(attested: isAttested)
        let patient = try await practice.onlyPatient()
        let stream = StreamID.patient(patient, .general)
        let back = Exchange(hospital, to: practice)
        try await back.announceByHand([stream])
        let encounter = TestID.entity()
        let event = hospital.seal(
            hospital.header(stream, counter: 1, changes: [.whole("Encounter", encounter)]),
            values: [
                Array(
                    TestBundles.encounter("\(encounter)", of: "Patient/\(patient)", by: "H1").utf8)
            ])
        #expect(try await back.give([event.envelope]) == [.accepted])
        let shared = try await practice.shared(with: hospital).filter { $0.patient != nil }
        #expect(
            shared
                == (isAttested ? [.patient(patient, .identity), .patient(patient, .general)] : []))
        let explained = try await practice.store.explainShare(
            peerName: hospital.name, patient: patient, actor: TestSite.actor)
        let mental = try #require(
            explained.first { $0.stream == .patient(patient, .mentalHealth) })
        #expect(
            mental.explanation.outcome == .refused(agreement: 1, decision: .onlyOwnEvidence))
        // The same said by this site reaches everything.
        try await practice.importFile(TestBundles.encounter("e", of: "Patient/p", by: "H1"))
        #expect(try await Self.patientStreams(practice, hospital) == 3)
    }

    @Test("a list names whom it names, and nobody else")
    func list() async throws {
        let (practice, hospital) = try await Exchange.pair()
        try await practice.importFile(TestBundles.chart())
        try await practice.importFile(TestBundles.patientWithID(1))
        let patient = try await practice.onlyPatient()
        var order = Self.order(hospital)
        order.scope = .list
        order.patients = [patient]
        try await practice.grant(order)
        #expect(try await Self.patientStreams(practice, hospital) == 3)
        // A new compartment of the patient joins; evidence does not count here.
        try await practice.importFile(TestBundles.encounter("e", of: "Patient/q1", by: "H1"))
        try await practice.importFile(
            TestBundles.collection([
                TestBundles.observation("s", of: "Patient/p", labels: ["ETH"])
            ]))
        #expect(try await Self.patientStreams(practice, hospital) == 3)
        #expect(
            try await practice.shared(with: hospital).compactMap(\.patient)
                .allSatisfy { $0 == patient })
    }
}
