import CareRecord
import Foundation
import Interchange
import RecordStore
import Testing

@Suite struct ImportRefusalTests {
    /// What a refused unit must not have touched.
    struct Snapshot: Equatable {
        let counts: StoreCounts
        let tables: [Int]

        init(_ site: TestSite) async throws {
            var counts = try await site.store.counts()
            // That it was refused has its entry.
            counts.auditEntries = 0
            self.counts = counts
            tables = try ["event", "stream", "entity", "import_unit", "blob", "frame"].map {
                try site.number("SELECT count(*) FROM \($0)")
            }
        }
    }

    static let refused: [(rule: String, entry: Int, bundle: String)] = [
        (
            "conditional-reference-not-found", 1,
            TestBundles.transaction([
                TestBundles.post(
                    TestBundles.patient("p"),
                    fullURL: "urn:uuid:11111111-1111-4111-8111-111111111111", type: "Patient"),
                TestBundles.post(
                    #"{"resourceType":"Observation","subject":"#
                        + #"{"reference":"urn:uuid:11111111-1111-4111-8111-111111111111"},"#
                        + #""performer":[{"reference":"Practitioner?identifier=urn:x|17"}]}"#,
                    type: "Observation"),
            ])
        ),
        (
            "patient-unresolved", 1,
            TestBundles.transaction([
                TestBundles.post(TestBundles.patient("p"), type: "Patient"),
                TestBundles.post(
                    TestBundles.observation("o", of: "Patient/elsewhere"), type: "Observation"),
            ])
        ),
        (
            "resource-not-held", 1,
            TestBundles.transaction([
                TestBundles.post(TestBundles.patient("p"), type: "Patient"),
                TestBundles.delete("Observation/never"),
            ])
        ),
    ]

    @Test("a refused unit names its entry and leaves nothing behind", arguments: 0..<3)
    func nothingStays(number: Int) async throws {
        let site = try TestSite("practice")
        try await site.importFile(TestBundles.organization("A1", name: "North"))
        let before = try await Snapshot(site)
        let expected = Self.refused[number]
        let outcome = try await site.importFile(expected.bundle)
        guard case .refused(let refusal)? = outcome.first else {
            Issue.record("not refused")
            return
        }
        #expect(refusal.rule == expected.rule)
        #expect(refusal.entry == expected.entry)
        #expect(refusal.message.contains("Bundle.entry[\(expected.entry)]"))
        #expect(try await Snapshot(site) == before)
        let entries = try site.texts("SELECT CAST(entry AS TEXT) FROM audit ORDER BY seq")
        #expect(entries.count == 2)
        #expect(
            entries.last?.contains(
                #""kind":"write","outcome":"refused","reason":"\#(expected.rule)""#) == true)
        #expect(entries.last?.contains(#""request":"#) == true)
        #expect(try await site.store.auditCoverageGap() == nil)
        // What follows is not disturbed by what was rolled back.
        try await site.importFile(TestBundles.patient("p"))
        #expect(try await site.store.counts().patients == 1)
    }

    @Test("a unit that is tried again has one entry, and a file that cannot be read has one")
    func retriedAndUnreadable() async throws {
        let site = try TestSite("practice")
        let units = try ImportFile.read(Array(Self.refused[1].bundle.utf8), format: nil)
        var options = ImportOptions(refusalsAreRetried: true)
        _ = try await site.store.importUnits(units, options: options, actor: TestSite.actor)
        #expect(try await site.store.counts().auditEntries == 0)
        options.refusalsAreRetried = false
        _ = try await site.store.importUnits(units, options: options, actor: TestSite.actor)
        try await site.store.recordRefusedFile(
            Array("{".utf8), rule: "json", options: options, actor: TestSite.actor)
        let entries = try site.texts("SELECT CAST(entry AS TEXT) FROM audit ORDER BY seq")
        #expect(entries.count == 2)
        #expect(entries.allSatisfy { $0.contains(#""outcome":"refused""#) })
    }

    @Test("a conditional reference leads to the own directory first, else to a peer's")
    func conditionalReferences() async throws {
        let (practice, hospital) = try await Exchange.pair()
        try await hospital.importFile(TestBundles.organization("A1", name: "Theirs"))
        try await hospital.grant(practice)
        try await Exchange(hospital, to: practice).run()
        try await practice.importFile(TestBundles.patient("p"))
        let refer = { (id: String) in
            TestBundles.transaction([
                TestBundles.post(
                    #"{"resourceType":"Observation","id":"\#(id)","subject":{"reference":"Patient/p"},"#
                        + #""performer":[{"reference":"Organization?identifier=urn:test:org|A1"}]}"#,
                    type: "Observation")
            ])
        }
        try await practice.importFile(refer("one"))
        try await practice.importFile(TestBundles.organization("A1", name: "Ours"))
        try await practice.importFile(refer("two"))
        let targets = try await practice.onlyPatientsResources(type: "Observation")
            .map { $0.heads.first?.targets.last }
        #expect(targets.count == 2)
        guard case .entity(_, "Organization", let first)?? = targets.first,
            case .entity(_, "Organization", let second)?? = targets.last
        else {
            Issue.record("a reference was not resolved")
            return
        }
        let names = try await [
            practice.store.resource(first, type: "Organization"),
            practice.store.resource(second, type: "Organization"),
        ].map { $0.first?.heads.first?.text ?? "" }
        #expect(names[0].contains("Theirs"))
        #expect(names[1].contains("Ours"))
    }

    @Test("two entries that are one resource: equal content is one change, other content refused")
    func resourceTwice() async throws {
        let site = try TestSite("practice")
        try await site.importFile(TestBundles.organization("A1", name: "North"))
        let bundle = { (first: String, second: String) in
            TestBundles.transaction([
                TestBundles.post(
                    TestBundles.organization("A1", name: first),
                    fullURL: "urn:uuid:11111111-1111-4111-8111-111111111111", type: "Organization"),
                TestBundles.post(
                    TestBundles.organization("A1", name: second),
                    fullURL: "urn:uuid:22222222-2222-4222-8222-222222222222", type: "Organization"),
            ])
        }
        let equal = try await site.importFile(bundle("South", "South"))
        guard case .applied(let receipt)? = equal.first else {
            Issue.record("not applied")
            return
        }
        #expect(receipt.changed == 1)
        #expect(receipt.unchanged == 1)
        let other = try await site.importFile(bundle("East", "West"))
        guard case .refused(let refusal)? = other.first else {
            Issue.record("not refused")
            return
        }
        #expect(refusal.rule == "resource-twice")
        #expect(refusal.entry == 1)
        #expect(try await site.store.counts().resources == 1)
    }

    @Test("a Provenance goes with the most sensitive of its targets, held or in its own unit")
    func provenanceIsAsSensitiveAsItsTargets() async throws {
        let site = try TestSite("practice")
        try await site.importFile(TestBundles.patient("p"))
        try await site.importFile(TestBundles.observation("old", of: "Patient/p"))
        let url = "urn:uuid:11111111-1111-4111-8111-111111111111"
        let provenance =
            #"{"resourceType":"Provenance","target":[{"reference":"Observation/old"},"#
            + #"{"reference":"\#(url)"}]}"#
        try await site.importFile(
            TestBundles.transaction([
                TestBundles.post(provenance, type: "Provenance"),
                TestBundles.post(
                    TestBundles.observation("new", of: "Patient/p", labels: ["PSY"]),
                    fullURL: url, type: "Observation"),
            ]))
        let held = try await site.onlyPatientsResources(type: "Provenance")
        #expect(held.map(\.stream) == [.patient(try await site.onlyPatient(), .mentalHealth)])
    }

    @Test("a Provenance of two special compartments is private, and one of two patients is local")
    func provenanceOfSeveral() async throws {
        let site = try TestSite("practice")
        try await site.importFile(TestBundles.patient("p"))
        try await site.importFile(TestBundles.observation("a", of: "Patient/p", labels: ["PSY"]))
        try await site.importFile(TestBundles.observation("b", of: "Patient/p", labels: ["HIV"]))
        let provenance = { (targets: [String]) in
            #"{"resourceType":"Provenance","target":["#
                + targets.map { #"{"reference":"\#($0)"}"# }.joined(separator: ",") + "]}"
        }
        try await site.importFile(provenance(["Observation/a", "Observation/b"]))
        let held = try await site.onlyPatientsResources(type: "Provenance")
        let patient = try await site.onlyPatient()
        #expect(held.map(\.stream) == [.patient(patient, .patientPrivate)])
        try await site.importFile(
            #"{"resourceType":"Patient","id":"q","name":[{"family":"Other"}]}"#)
        try await site.importFile(TestBundles.observation("c", of: "Patient/q"))
        try await site.importFile(provenance(["Observation/a", "Observation/c"]))
        #expect(try await site.onlyPatientsResources(type: "Provenance").count == 1)
    }

    @Test("a Binary goes with the document that refers to it, into its compartment")
    func binaryFollows() async throws {
        let site = try TestSite("practice")
        try await site.importFile(TestBundles.patient("p"))
        let url = "urn:uuid:11111111-1111-4111-8111-111111111111"
        let document =
            #"{"resourceType":"DocumentReference","meta":{"security":[{"system":"#
            + #""http://terminology.hl7.org/CodeSystem/v3-ActCode","code":"HIV"}]},"#
            + #""subject":{"reference":"Patient/p"},"content":[{"attachment":{"url":"\#(url)"}}]}"#
        try await site.importFile(
            TestBundles.transaction([
                TestBundles.post(
                    #"{"resourceType":"Binary","contentType":"text/plain","data":"YQ=="}"#,
                    fullURL: url, type: "Binary"),
                TestBundles.post(document, type: "DocumentReference"),
            ]))
        let held = try await site.onlyPatientsResources(type: "Binary")
        #expect(held.map(\.stream) == [.patient(try await site.onlyPatient(), .sexualHealth)])
    }
}
