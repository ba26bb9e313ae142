import CareRecord
import ConflictResolver
import RecordStore
import Testing

/// What an import writes of a resource that its source has sent before (`merge.md` §2.2).
@Suite("Differences of imports")
struct ImportDifferenceTests {
    private static let activity = "0a0a0a0a-0000-4000-8000-000000000001"
    private static let other = "0a0a0a0a-0000-4000-8000-000000000002"

    /// A site with a patient, and ids for a resource.
    private static func begun() async throws -> (TestSite, PatientID, EntityID) {
        let site = try TestSite("practice")
        try await site.importFile(TestBundles.patient("p"))
        return (site, try await site.onlyPatient(), TestID.entity())
    }

    private static func put(
        _ resource: String, _ reference: String, at site: TestSite, system: String = "file"
    ) async throws {
        try await site.importFile(
            TestBundles.transaction([TestBundles.put(resource, reference)]), system: system,
            again: true)
    }

    private static func plan(
        _ id: EntityID, of patient: PatientID, status: String = "active",
        _ activities: [(id: String, text: String)]
    ) -> String {
        let items = activities.map {
            #"{"id":"\#($0.id)","detail":{"status":"in-progress","description":"\#($0.text)"}}"#
        }
        return #"{"resourceType":"CarePlan","id":"\#(id)","status":"\#(status)","intent":"plan","#
            + #""subject":{"reference":"Patient/\#(patient)"},"#
            + #""activity":[\#(items.joined(separator: ","))]}"#
    }

    private static func conflicts(
        _ site: TestSite, from least: ConflictClass = .human
    ) async throws -> [OpenConflict] {
        try await site.store.conflicts(of: nil, from: least, actor: TestSite.actor)
    }

    private static func merged(
        _ site: TestSite, _ patient: PatientID, _ type: String
    ) async throws -> String {
        let merged = try await site.store.mergedResources(
            of: patient, type: type, actor: TestSite.actor)
        return String(decoding: try #require(merged.first).projected.json, as: UTF8.self)
    }

    private static func revisions(_ site: TestSite) throws -> Int {
        try site.number("SELECT count(*) FROM revision")
    }

    @Test("a source that changes one element writes one change, and ends its own value")
    func oneElement() async throws {
        let (site, patient, id) = try await Self.begun()
        let reference = "MedicationRequest/\(id)"
        try await Self.put(
            TestBundles.medicine(id, of: patient, dose: "5"), reference, at: site)
        try await Self.put(
            TestBundles.medicine(id, of: patient, dose: "5", status: "stopped"), reference,
            at: site)
        #expect(try Self.revisions(site) == 1)
        #expect(
            try site.number(
                "SELECT count(*) FROM revision JOIN word ON word.id = facet WHERE text = 'status'")
                == 1)
        let shown = try await Self.merged(site, patient, "MedicationRequest")
        #expect(shown.contains(#""status":"stopped""#))
        #expect(shown.contains(#""text":"5""#))
        #expect(try await Self.conflicts(site, from: .automatic).isEmpty)
        // The same again is nothing new, though no version says it whole.
        let before = try site.number("SELECT count(*) FROM event")
        try await Self.put(
            TestBundles.medicine(id, of: patient, dose: "5", status: "stopped"), reference,
            at: site)
        #expect(try site.number("SELECT count(*) FROM event") == before)
    }

    @Test("what was decided stays decided when a source sends something else")
    func decided() async throws {
        let (site, patient, id) = try await Self.begun()
        let reference = "MedicationRequest/\(id)"
        for (system, dose) in [("file", "5"), ("ward", "10")] {
            try await Self.put(
                TestBundles.medicine(id, of: patient, dose: dose), reference, at: site,
                system: system)
        }
        let conflict = try #require(try await Self.conflicts(site).first)
        let options = try await site.store.conflict(
            conflict.conflict.id, actor: TestSite.actor
        ).options
        let five = try #require(
            options.first {
                String(decoding: $0.changes[0].value, as: UTF8.self).contains(#""5""#)
            })
        _ = try await site.store.resolve(
            Resolution(
                conflict: conflict.conflict.id, decision: .option(five.token), practitioner: "dr",
                role: "prescriber", reason: "r"), actor: TestSite.actor)
        #expect(try await Self.conflicts(site).isEmpty)
        try await Self.put(
            TestBundles.medicine(id, of: patient, dose: "10", status: "on-hold"), reference,
            at: site, system: "ward")
        let open = try await Self.conflicts(site)
        #expect(open.allSatisfy { $0.conflict.element.facet.name == "status" })
        #expect(try await Self.merged(site, patient, "MedicationRequest").contains(#""text":"5""#))
        // Who insists on something new is heard.
        try await Self.put(
            TestBundles.medicine(id, of: patient, dose: "20", status: "on-hold"), reference,
            at: site, system: "ward")
        #expect(
            try await Self.conflicts(site).contains { $0.conflict.element.facet.name == "body" })
    }

    @Test("what a version leaves out stays, for review, until its source sends it again")
    func leftOut() async throws {
        let (site, patient, id) = try await Self.begun()
        let reference = "CarePlan/\(id)"
        let both = [(Self.activity, "turn"), (Self.other, "walk")]
        try await Self.put(Self.plan(id, of: patient, both), reference, at: site)
        try await Self.put(Self.plan(id, of: patient, [both[0]]), reference, at: site)
        #expect(try await Self.merged(site, patient, "CarePlan").contains("walk"))
        #expect(try await Self.conflicts(site, from: .flagged).map(\.conflict.kind) == [.omitted])
        try await Self.put(Self.plan(id, of: patient, [both[0]]), reference, at: site)
        #expect(try Self.revisions(site) == 1)
        try await Self.put(Self.plan(id, of: patient, both), reference, at: site)
        #expect(try await Self.conflicts(site, from: .flagged).isEmpty)
    }

    @Test("a retraction ends all that its source said, and the resource can come back")
    func retracted() async throws {
        let (site, patient, id) = try await Self.begun()
        let reference = "CarePlan/\(id)"
        try await Self.put(
            Self.plan(id, of: patient, [(Self.activity, "turn")]), reference, at: site)
        let changed = Self.plan(id, of: patient, [(Self.activity, "walk")])
        try await Self.put(changed, reference, at: site)
        for _ in 0..<2 {
            try await site.importFile(
                TestBundles.transaction([TestBundles.delete(reference)]), again: true)
        }
        #expect(try Self.revisions(site) == 2)
        #expect(try await Self.conflicts(site).isEmpty)
        #expect(
            try await Self.merged(site, patient, "CarePlan").contains(#""entered-in-error""#))
        try await Self.put(changed, reference, at: site)
        let back = try await Self.merged(site, patient, "CarePlan")
        #expect(back.contains("walk"))
        #expect(!back.contains("turn"))
        #expect(back.contains(#""status":"active""#))
        #expect(try await Self.conflicts(site).isEmpty)
    }

    @Test("activities that nothing tells apart are written whole, and none is there twice")
    func unmatched() async throws {
        let (site, patient, id) = try await Self.begun()
        for text in ["turn", "walk"] {
            let plan = Self.plan(id, of: patient, [("x", text)]).replacing(#""id":"x","#, with: "")
            try await Self.put(plan, "CarePlan/\(id)", at: site)
        }
        let shown = try await Self.merged(site, patient, "CarePlan")
        #expect(shown.contains("walk"))
        #expect(!shown.contains("turn"))
        #expect(try await Self.conflicts(site).isEmpty)
    }

    @Test("a source replaces nothing of another one, also what it was sent in part")
    func others() async throws {
        let (site, patient, id) = try await Self.begun()
        let reference = "MedicationRequest/\(id)"
        try await Self.put(TestBundles.medicine(id, of: patient, dose: "5"), reference, at: site)
        try await Self.put(
            TestBundles.medicine(id, of: patient, dose: "5", status: "stopped"), reference,
            at: site, system: "ward")
        try await Self.put(TestBundles.medicine(id, of: patient, dose: "7"), reference, at: site)
        let open = try await Self.conflicts(site)
        #expect(Set(open.map(\.conflict.element.facet.name)) == ["status", "body"])
    }

    @Test("a patient is found by a name that came by itself, and by the one before")
    func terms() async throws {
        let site = try TestSite("practice")
        for family in ["Testperson", "Newname"] {
            try await site.importFile(
                TestBundles.transaction([
                    TestBundles.put(TestBundles.patient("p", family: family), "Patient/p")
                ]), again: true)
        }
        #expect(try Self.revisions(site) > 0)
        for term in ["testperson", "newname"] {
            #expect(
                try site.number("SELECT count(*) FROM patient_term WHERE term = '\(term)'") == 1)
        }
    }
}
