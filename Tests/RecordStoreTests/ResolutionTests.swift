import CareRecord
import ConflictResolver
import Consent
import RecordStore
import Testing

@Suite("Resolutions in a store")
struct ResolutionTests {
    private static let name = "MedicationRequest"

    private static func plan(_ id: EntityID, of patient: PatientID, _ activity: String) -> String {
        #"{"resourceType":"CarePlan","id":"\#(id)","status":"active","intent":"plan","#
            + #""subject":{"reference":"Patient/\#(patient)"},"activity":[{"#
            + #""id":"0a0a0a0a-0000-4000-8000-000000000001","detail":{"status":"in-progress","#
            + #""description":"\#(activity)"}}]}"#
    }

    private static func put(
        _ resource: String, _ reference: String, at site: TestSite, system: String
    ) async throws {
        try await site.importFile(
            TestBundles.transaction([TestBundles.put(resource, reference)]), system: system,
            again: true)
    }

    private static func open(_ site: TestSite) async throws -> [OpenConflict] {
        try await site.store.conflicts(of: nil, from: .human, actor: TestSite.actor)
    }

    /// Two sites that share a patient, and wrote two doses of one medicine apart.
    private static func apart() async throws -> (
        practice: TestSite, hospital: TestSite, patient: PatientID, medicine: EntityID
    ) {
        let (practice, hospital) = try await Exchange.pair()
        try await practice.importFile(TestBundles.patient("p"))
        let patient = try await practice.onlyPatient()
        let id = TestID.entity()
        try await put(
            TestBundles.medicine(id, of: patient, dose: "5"), "\(name)/\(id)", at: practice,
            system: "file")
        try await practice.grant(hospital)
        try await hospital.grant(practice, scope: .all)
        try await Exchange(practice, to: hospital).run()
        try await put(
            TestBundles.medicine(id, of: patient, dose: "10"), "\(name)/\(id)", at: hospital,
            system: "ward")
        try await Exchange(hospital, to: practice).run()
        return (practice, hospital, patient, id)
    }

    /// The token of one of the options that a site shows, from 1.
    private static func option(
        _ number: Int, of conflict: OpenConflict, at site: TestSite
    ) async throws -> Resolution.Decision {
        let shown = try await site.store.conflict(conflict.conflict.id, actor: TestSite.actor)
        try #require(shown.options.indices.contains(number - 1))
        return .option(shown.options[number - 1].token)
    }

    private static func decision(
        _ conflict: OpenConflict, _ decision: Resolution.Decision, role: String = "prescriber"
    ) -> Resolution {
        Resolution(
            conflict: conflict.conflict.id, decision: decision, practitioner: "dr-1", role: role,
            reason: "agreed \"by\" telephone")
    }

    @Test("what one site decides is decided at the other, by an event and an entry of the log")
    func travels() async throws {
        let (practice, hospital, _, id) = try await Self.apart()
        let conflict = try #require(try await Self.open(practice).first)
        let shown = try await practice.store.conflict(conflict.conflict.id, actor: TestSite.actor)
        #expect(shown.options.count == 2)
        let first = try await Self.option(1, of: conflict, at: practice)
        let resolved = try await practice.store.resolve(
            Self.decision(conflict, first), actor: TestSite.actor)
        #expect(resolved.resource == id)
        #expect(resolved.stillOpen == 0)
        #expect(try await Self.open(practice).isEmpty)

        #expect(try await Self.open(hospital).count == 1)
        try await Exchange(practice, to: hospital).run()
        #expect(try await Self.open(hospital).isEmpty)
        let count = try await practice.store.counts().auditEntries
        let entries = try await practice.store.auditEntries(0..<UInt64(count))
            .map { String(decoding: $0, as: UTF8.self) }
        let entry = try #require(entries.first { $0.contains(#""kind":"resolve""#) })
        #expect(entry.contains(#""authority":{"id":"dr-1","role":"prescriber"}"#))
        #expect(entry.contains(#""merge":{"rule":"siblings","class":"U","shown":"#))
        #expect(!entry.contains("telephone"))
    }

    @Test("a decision about what something joined since is not written")
    func joined() async throws {
        let (practice, hospital, patient, id) = try await Self.apart()
        let conflict = try #require(try await Self.open(practice).first)
        let first = try await Self.option(1, of: conflict, at: practice)
        try await Self.put(
            TestBundles.medicine(id, of: patient, dose: "20"), "\(Self.name)/\(id)", at: hospital,
            system: "other")
        try await Exchange(hospital, to: practice).run()
        let before = try await practice.store.counts().events
        await #expect(throws: StoreFailure.self) {
            try await practice.store.resolve(Self.decision(conflict, first), actor: TestSite.actor)
        }
        #expect(try await practice.store.counts().events == before)
    }

    @Test("decisions that differ at two sites are a conflict of their own")
    func concurrent() async throws {
        let (practice, hospital, _, _) = try await Self.apart()
        let conflict = try #require(try await Self.open(practice).first)
        for (site, option) in [(practice, 1), (hospital, 2)] {
            let option = try await Self.option(option, of: conflict, at: site)
            _ = try await site.store.resolve(
                Self.decision(conflict, option), actor: TestSite.actor)
        }
        try await Exchange(practice, to: hospital).run()
        try await Exchange(hospital, to: practice).run()
        let (here, there) = (try await Self.open(practice), try await Self.open(hospital))
        #expect(here.map(\.conflict) == there.map(\.conflict))
        #expect(here.count == 1)
        #expect(here.first?.conflict.id != conflict.conflict.id)
    }

    @Test(
        "a decision that does not fit is refused, and nothing is written",
        arguments: [
            (Resolution.Decision.option("1"), "prescriber", ResolutionRefusal.Rule.noSuchOption),
            (.option(""), "prescriber", .noSuchOption),
            (.option("0123456789abcdef"), "administrator", .roleMayNot),
            (.value(Array("[]".utf8)), "pharmacist", .valueInvalid),
            (.value(Array(#"{"status":"stopped"}"#.utf8)), "pharmacist", .valueInvalid),
            (.value(Array("{}".utf8)), "pharmacist", .valueInvalid),
            (.value(Array(#"{"dosageInstruction":[1,1]"#.utf8)), "pharmacist", .valueInvalid),
        ])
    func refused(
        decision: Resolution.Decision, role: String, rule: ResolutionRefusal.Rule
    ) async throws {
        let (practice, _, _, _) = try await Self.apart()
        let conflict = try #require(try await Self.open(practice).first)
        let before = try await practice.store.counts().events
        await #expect {
            try await practice.store.resolve(
                Self.decision(conflict, decision, role: role), actor: TestSite.actor)
        } throws: { error in
            (error as? ResolutionRefusal)?.rule == rule
        }
        #expect(try await practice.store.counts().events == before)
        #expect(try await Self.open(practice).map(\.conflict) == [conflict.conflict])
    }

    @Test("a value that nobody wrote before takes the place of all that met")
    func value() async throws {
        let (practice, hospital, patient, id) = try await Self.apart()
        let conflict = try #require(try await Self.open(practice).first)
        let body = #"{"medicationCodeableConcept":{"text":"m"},"dosageInstruction":[{"text":"7"}]}"#
        _ = try await practice.store.resolve(
            Self.decision(conflict, .value(Array(body.utf8))), actor: TestSite.actor)
        try await Exchange(practice, to: hospital).run()
        #expect(try await Self.open(hospital).isEmpty)
        // A source that was not shown it, and says something else, is heard.
        try await Self.put(
            TestBundles.medicine(id, of: patient, dose: "12"), "\(Self.name)/\(id)", at: hospital,
            system: "ward")
        let again = try #require(try await Self.open(hospital).first)
        let shown = try await hospital.store.conflict(again.conflict.id, actor: TestSite.actor)
        #expect(
            shown.values.map(\.authors).flatMap { $0 }.map(\.author.practitioner).contains("dr-1"))
    }

    @Test("an activity that two sites edited is decided inside its plan")
    func insideAPlan() async throws {
        let (practice, hospital) = try await Exchange.pair()
        try await practice.importFile(TestBundles.patient("p"))
        let patient = try await practice.onlyPatient()
        let id = TestID.entity()
        let reference = "CarePlan/\(id)"
        try await practice.grant(hospital)
        try await hospital.grant(practice, scope: .all)
        try await Self.put(
            Self.plan(id, of: patient, "walk"), reference, at: practice, system: "file")
        try await Exchange(practice, to: hospital).run()
        try await Self.put(
            Self.plan(id, of: patient, "walk far"), reference, at: hospital, system: "ward")
        let conflict = try #require(try await Self.open(hospital).first)
        #expect(conflict.conflict.element.part.kind == "CarePlan.activity")
        let first = try await Self.option(1, of: conflict, at: hospital)
        _ = try await hospital.store.resolve(
            Self.decision(conflict, first, role: "clinician"), actor: TestSite.actor)
        #expect(try await Self.open(hospital).isEmpty)
        try await Exchange(hospital, to: practice).run()
        #expect(try await Self.open(practice).isEmpty)
        // The plan is still one resource, and its activity is none.
        let plans = try await practice.store.resources(
            of: patient, type: nil, actor: TestSite.actor)
        #expect(plans.map(\.type).sorted() == ["CarePlan", "Patient"])
    }

    @Test("a choice that was shown before another value came into sight is not taken")
    func stale() async throws {
        let (practice, hospital, patient, id) = try await Self.apart()
        try await Self.put(
            TestBundles.medicine(id, of: patient, dose: "10", status: "stopped"),
            "\(Self.name)/\(id)",
            at: hospital, system: "ward")
        try await Exchange(hospital, to: practice).run()
        let open = try await Self.open(practice)
        let stop = try #require(open.first { $0.conflict.kind == .disputedStop })
        let dose = try #require(open.first { $0.conflict.kind == .siblings })
        let shown = try await practice.store.conflict(stop.conflict.id, actor: TestSite.actor)
        #expect(!shown.inSight.isEmpty)
        let stopping = try #require(
            shown.options.first {
                "\($0.decision)".contains("value") && !$0.changes[0].covers.isEmpty
            })
        let first = try await Self.option(1, of: dose, at: practice)
        _ = try await practice.store.resolve(Self.decision(dose, first), actor: TestSite.actor)
        // The stop would end a dose that nobody looked at with it.
        await #expect(throws: ResolutionRefusal.self) {
            try await practice.store.resolve(
                Self.decision(stop, .option(stopping.token)), actor: TestSite.actor)
        }
        let again = try await practice.store.conflict(stop.conflict.id, actor: TestSite.actor)
        let renewed = try #require(
            again.options.first { !$0.changes[0].covers.isEmpty })
        let done = try await practice.store.resolve(
            Self.decision(stop, .option(renewed.token)), actor: TestSite.actor)
        #expect(done.stillOpen == 0)
    }

    @Test("decisions about existence are shown with who took them, and why")
    func decidedTwice() async throws {
        let (practice, hospital, _, id) = try await Self.apart()
        try await hospital.importFile(
            TestBundles.transaction([TestBundles.delete("\(Self.name)/\(id)")]), system: "ward")
        try await Exchange(hospital, to: practice).run()
        let presence = try #require(
            try await Self.open(practice).first { $0.conflict.kind == .presence })
        let decisions: [(TestSite, ResolutionOption.Decision)] = [
            (practice, .isThere), (hospital, .enteredInError),
        ]
        for (site, decision) in decisions {
            let shown = try await site.store.conflict(presence.conflict.id, actor: TestSite.actor)
            let option = try #require(shown.options.first { $0.decision == decision })
            _ = try await site.store.resolve(
                Self.decision(presence, .option(option.token)), actor: TestSite.actor)
        }
        try await Exchange(practice, to: hospital).run()
        let met = try #require(
            try await Self.open(hospital).first { $0.conflict.kind == .presence })
        let shown = try await hospital.store.conflict(met.conflict.id, actor: TestSite.actor)
        #expect(Set(shown.values.map(\.content)) == [.present, .retracted])
        #expect(
            shown.values.flatMap(\.authors).map(\.reason)
                == [String?](
                    repeating: "agreed \"by\" telephone", count: 2))
    }

    @Test("a choice that is larger than an event may be travels as a blob")
    func large() async throws {
        let practice = try TestSite("practice")
        try await practice.importFile(TestBundles.patient("p"))
        let patient = try await practice.onlyPatient()
        let id = TestID.entity()
        let text = String(repeating: "x", count: 400 << 10)
        for (system, letter) in [("file", "a"), ("ward", "b")] {
            let document =
                #"{"resourceType":"DocumentReference","id":"\#(id)","status":"current","#
                + #""subject":{"reference":"Patient/\#(patient)"},"description":"\#(letter)\#(text)"}"#
            try await Self.put(
                document, "DocumentReference/\(id)", at: practice, system: system)
        }
        let conflict = try #require(try await Self.open(practice).first)
        let first = try await Self.option(1, of: conflict, at: practice)
        let done = try await practice.store.resolve(
            Self.decision(conflict, first, role: "clinician"), actor: TestSite.actor)
        #expect(done.stillOpen == 0)
        let blobs = try practice.number("SELECT count(*) FROM blob WHERE content IS NOT NULL")
        #expect(blobs == 3)
    }
}
