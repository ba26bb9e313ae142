import CareRecord
import ConflictResolver
import Consent
import RecordStore
import Testing

@Suite("Conflicts in a store")
struct ConflictTests {
    private static let name = "MedicationRequest"

    /// A practice with a patient, to whom two systems each write one resource.
    private static func begun() async throws -> (site: TestSite, patient: PatientID) {
        let site = try TestSite("practice")
        try await site.importFile(TestBundles.patient("p"))
        return (site, try await site.onlyPatient())
    }

    private static func put(
        _ resource: String, _ id: EntityID, at site: TestSite, system: String
    ) async throws {
        try await site.importFile(
            TestBundles.transaction([TestBundles.put(resource, "\(name)/\(id)")]), system: system,
            again: true)
    }

    private static func list(
        _ site: TestSite, of patient: PatientID? = nil, from least: ConflictClass = .human
    ) async throws -> [OpenConflict] {
        try await site.store.conflicts(of: patient, from: least, actor: TestSite.actor)
    }

    @Test("two systems that write one resource conflict where they differ, and only there")
    func differences() async throws {
        let (site, patient) = try await Self.begun()
        let id = TestID.entity()
        try await Self.put(
            TestBundles.medicine(id, of: patient, dose: "5"), id, at: site, system: "file")
        #expect(try await Self.list(site).isEmpty)
        try await Self.put(
            TestBundles.medicine(id, of: patient, dose: "5"), id, at: site, system: "ward")
        #expect(try await Self.list(site).isEmpty)

        try await Self.put(
            TestBundles.medicine(id, of: patient, dose: "10"), id, at: site, system: "ward")
        let found = try await Self.list(site)
        #expect(found.map(\.conflict.conflictClass) == [.urgent])
        #expect(found.map(\.conflict.element.facet.name) == ["body"])
        let conflict = try #require(found.first)
        #expect(conflict.resource == id)
        #expect(conflict.stream.patient == patient)
        #expect(conflict.sinceMilliseconds == site.clock.now)

        let shown = try await site.store.conflict(conflict.conflict.id, actor: TestSite.actor)
        #expect(shown.conflict == conflict.conflict)
        #expect(shown.values.flatMap { $0.authors.map(\.sourceSystem) } == ["ward", "file"])
        #expect(shown.values.flatMap { $0.authors.map(\.site) } == [site.site, site.site])
    }

    @Test("a system that writes again replaces what it wrote, and the conflict is another or gone")
    func replaced() async throws {
        let (site, patient) = try await Self.begun()
        let id = TestID.entity()
        for (system, dose) in [("file", "5"), ("ward", "10")] {
            try await Self.put(
                TestBundles.medicine(id, of: patient, dose: dose), id, at: site, system: system)
        }
        let first = try #require(try await Self.list(site).first)
        try await Self.put(
            TestBundles.medicine(id, of: patient, dose: "20"), id, at: site, system: "ward")
        let second = try #require(try await Self.list(site).first)
        #expect(second.conflict.id != first.conflict.id)
        await #expect(throws: StoreFailure.self) {
            try await site.store.conflict(first.conflict.id, actor: TestSite.actor)
        }
        try await Self.put(
            TestBundles.medicine(id, of: patient, dose: "5"), id, at: site, system: "ward")
        #expect(try await Self.list(site, from: .flagged).isEmpty)
    }

    @Test("a stop beside a continue is a disputed stop, and a deletion beside a value is shown")
    func endings() async throws {
        let (site, patient) = try await Self.begun()
        let id = TestID.entity()
        try await Self.put(
            TestBundles.medicine(id, of: patient, dose: "5"), id, at: site, system: "file")
        try await Self.put(
            TestBundles.medicine(id, of: patient, dose: "5", status: "stopped"), id, at: site,
            system: "ward")
        #expect(try await Self.list(site).map(\.conflict.kind) == [.disputedStop])

        try await site.importFile(
            TestBundles.transaction([TestBundles.delete("\(Self.name)/\(id)")]), system: "ward")
        let found = try await Self.list(site)
        #expect(found.map(\.conflict.kind).contains(.presence))
        let presence = try #require(found.first { $0.conflict.kind == .presence })
        let shown = try await site.store.conflict(presence.conflict.id, actor: TestSite.actor)
        #expect(shown.values.map(\.content).contains(.retracted))
    }

    @Test("sites that hold the same changes have the same conflicts under the same names")
    func sameAtBothSites() async throws {
        let (practice, hospital) = try await Exchange.pair()
        try await practice.importFile(TestBundles.patient("p"))
        let patient = try await practice.onlyPatient()
        let id = TestID.entity()
        try await Self.put(
            TestBundles.medicine(id, of: patient, dose: "5"), id, at: practice, system: "file")
        try await practice.grant(hospital)
        try await hospital.grant(practice, scope: .all)
        try await Exchange(practice, to: hospital).run()
        try await Self.put(
            TestBundles.medicine(id, of: patient, dose: "10"), id, at: hospital, system: "ward")
        try await Exchange(hospital, to: practice).run()

        let (here, there) = (try await Self.list(practice), try await Self.list(hospital))
        #expect(here.map(\.conflict) == there.map(\.conflict))
        #expect(here.map(\.conflict.conflictClass) == [.urgent])
        let shared = try #require(here.first?.conflict.id)
        let shown = try await practice.store.conflict(shared, actor: TestSite.actor).values
        #expect(try await hospital.store.conflict(shared, actor: TestSite.actor).values == shown)
        #expect(Set(shown.flatMap(\.authors).map(\.site)).count == 2)
    }

    @Test("the list is one patient's if asked, and who looked is in the audit log first")
    func audited() async throws {
        let (site, patient) = try await Self.begun()
        let id = TestID.entity()
        for (system, dose) in [("file", "5"), ("ward", "10")] {
            try await Self.put(
                TestBundles.medicine(id, of: patient, dose: dose), id, at: site, system: system)
        }
        let before = try await site.store.counts().auditEntries
        #expect(try await Self.list(site, of: patient).count == 1)
        #expect(try await site.store.counts().auditEntries == before + 1)
        // An id that was mistyped is no good news.
        await #expect(throws: StoreFailure.self) {
            try await Self.list(site, of: TestID.patient())
        }
    }
}
