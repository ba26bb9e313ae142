import CareRecord
import Foundation
import GRDB
import Interchange
import RecordStore
import SamplePatients
import StrictJSON
import Testing

@Suite struct ImportTests {
    @Test("every resource of a sample population is readable again with the same content")
    func samplePatientsAreReadableAgain() async throws {
        let site = try TestSite("practice")
        let population = SamplePopulation(seed: 11)
        try await site.importFile(population.directoryBundle())
        for index in 0..<4 {
            let outcomes = try await site.importFile(population.patientBundle(index))
            guard case .applied(let receipt) = outcomes[0] else {
                Issue.record("the bundle was not applied")
                continue
            }
            #expect(receipt.created == population.patientResourceCount(index))
            let found = try await site.store.findPatients(
                population.identifierOf(index).value, countMax: 10, actor: TestSite.actor)
            #expect(found.count == 1)
            let patient = try #require(found.first)
            let held = try await site.store.resources(of: patient.id, actor: TestSite.actor)
            var contents: Set<[UInt8]> = []
            for resource in held {
                #expect(resource.heads.count == 1)
                if case .held(let bytes)? = resource.heads.first?.content { contents.insert(bytes) }
            }
            let missing = Set(population.patientResources(index)).subtracting(contents)
            // Medications that serve several records stand in the directory.
            #expect(missing.count == population.patientResourceCount(index) - held.count)
            #expect(contents.isSubset(of: population.patientResources(index)))
        }
        #expect(try await site.store.counts().patients == 4)
    }

    @Test("300 patients hold the right counts")
    func manyPatients() async throws {
        let site = try TestSite("practice")
        var lines: [String] = []
        for number in 0..<300 {
            lines.append(TestBundles.patient("p\(number)", family: "Family\(number)"))
            lines.append(TestBundles.observation("o\(number)", of: "Patient/p\(number)"))
        }
        let outcomes = try await site.importFile(lines.joined(separator: "\n"))
        #expect(outcomes.allSatisfy { if case .applied = $0 { true } else { false } })
        let counts = try await site.store.counts()
        #expect(counts.patients == 300)
        #expect(counts.resources == 600)
        #expect(counts.events == 600)
        #expect(counts.auditEntries == 600)
    }

    @Test("the same bytes twice add nothing and answer the first receipt")
    func sameBytesTwice() async throws {
        let site = try TestSite("practice")
        let bundle = TestBundles.collection([
            TestBundles.patient("p"), TestBundles.observation("o", of: "Patient/p"),
        ])
        guard case .applied(let first)? = try await site.importFile(bundle).first else {
            Issue.record("not applied")
            return
        }
        let before = try await site.store.counts()
        let again = try await site.importFile(bundle)
        #expect(again == [.alreadyImported(first)])
        let after = try await site.store.counts()
        #expect(before.events == after.events)
        #expect(before.auditEntries == after.auditEntries)
        guard case .applied(let forced)? = try await site.importFile(bundle, again: true).first
        else {
            Issue.record("not applied again")
            return
        }
        #expect(forced.unchanged == 2)
        #expect(forced.created == 0)
        #expect(try await site.store.counts().events == before.events)
    }

    @Test("a line with a known source id supersedes that source's head")
    func knownSourceID() async throws {
        let site = try TestSite("practice")
        try await site.importFile(TestBundles.patient("p"))
        try await site.importFile(TestBundles.observation("o", of: "Patient/p", value: 1))
        let outcome = try await site.importFile(
            TestBundles.observation("o", of: "Patient/p", value: 2))
        guard case .applied(let receipt)? = outcome.first else {
            Issue.record("not applied")
            return
        }
        #expect(receipt.changed == 1)
        let resources = try await site.onlyPatientsResources(type: "Observation")
        #expect(resources.count == 1)
        #expect(resources.first?.heads.count == 1)
        #expect(resources.first?.heads.first?.text?.contains(#""valueInteger":2"#) == true)
    }

    @Test("a change supersedes only the heads that its own source wrote")
    func otherSourcesHeadsStay() async throws {
        let site = try TestSite("practice")
        let id = TestID.entity().description
        try await site.importFile(TestBundles.patient("p"))
        let put = { (value: Int) in
            TestBundles.transaction([
                TestBundles.put(
                    TestBundles.observation(id, of: "Patient/p", value: value), "Observation/\(id)")
            ])
        }
        try await site.importFile(put(1))
        let patient = try await site.onlyPatient()
        let other = TestBundles.observation(id, of: "Patient/\(patient)", value: 2)
        try await site.importFile(
            TestBundles.transaction([TestBundles.put(other, "Observation/\(id)")]), system: "lab")
        try await site.importFile(put(3))
        let texts =
            try await site.onlyPatientsResources(type: "Observation").first?.heads
            .compactMap(\.text) ?? []
        #expect(texts.count == 2)
        #expect(texts.contains { $0.contains(#""valueInteger":2"#) })
        #expect(texts.contains { $0.contains(#""valueInteger":3"#) })
    }

    @Test("a directory resource with the same identifiers is the same resource")
    func directoryTwin() async throws {
        let site = try TestSite("practice")
        let bundle = { (name: String, url: String) in
            TestBundles.transaction([
                TestBundles.post(
                    TestBundles.organization("A1", name: name), fullURL: url, type: "Organization")
            ])
        }
        try await site.importFile(bundle("North", "urn:uuid:11111111-1111-4111-8111-111111111111"))
        let events = try await site.store.counts().events
        let equal = try await site.importFile(
            bundle("North", "urn:uuid:22222222-2222-4222-8222-222222222222"))
        guard case .applied(let receipt)? = equal.first else {
            Issue.record("not applied")
            return
        }
        #expect(receipt.unchanged == 1)
        #expect(try await site.store.counts().events == events)
        try await site.importFile(bundle("South", "urn:uuid:33333333-3333-4333-8333-333333333333"))
        let counts = try await site.store.counts()
        #expect(counts.resources == 1)
        #expect(counts.events == events + 1)
    }

    @Test("a PUT keeps a UUID as the id, and any other id as the source id")
    func putKeepsID() async throws {
        let site = try TestSite("practice")
        let id = TestID.entity()
        try await site.importFile(
            TestBundles.transaction([
                TestBundles.put(TestBundles.patient("\(id)"), "Patient/\(id)"),
                TestBundles.put(
                    TestBundles.observation("o-1", of: "Patient/\(id)"), "Observation/o-1"),
            ]))
        #expect(try await site.store.resource(id, type: "Patient").count == 1)
        let changed = TestBundles.put(
            TestBundles.observation("o-1", of: "Patient/\(id)", value: 9), "Observation/o-1")
        guard
            case .applied(let receipt)? = try await site.importFile(
                TestBundles.transaction([changed])
            ).first
        else {
            Issue.record("not applied")
            return
        }
        #expect(receipt.changed == 1)
    }

    @Test("a DELETE retracts and a second one changes nothing")
    func deleteRetracts() async throws {
        let site = try TestSite("practice")
        try await site.importFile(TestBundles.patient("p"))
        try await site.importFile(TestBundles.observation("o", of: "Patient/p"))
        let delete = TestBundles.transaction([TestBundles.delete("Observation/o")])
        try await site.importFile(delete)
        let heads = try await site.onlyPatientsResources(type: "Observation").first?.heads
        #expect(heads?.count == 1)
        #expect(heads?.first?.operation == .retract)
        let events = try await site.store.counts().events
        try await site.importFile(delete, again: true)
        #expect(try await site.store.counts().events == events)
    }

    @Test("labels decide compartments, and what nobody can tell apart awaits the privacy officer")
    func labels() async throws {
        let site = try TestSite("practice")
        let outcome = try await site.importFile(
            TestBundles.collection([
                TestBundles.patient("p"),
                TestBundles.observation("a", of: "Patient/p"),
                TestBundles.observation("b", of: "Patient/p", labels: ["PSY"]),
                TestBundles.observation("c", of: "Patient/p", labels: ["HIV"]),
                TestBundles.observation("d", of: "Patient/p", labels: ["ETH", "PSY"]),
            ]))
        guard case .applied(let receipt)? = outcome.first else {
            Issue.record("not applied")
            return
        }
        #expect(receipt.awaitingPrivacyOfficer == 1)
        let patient = try await site.onlyPatient()
        let held = try await site.store.patient(patient, actor: TestSite.actor)
        #expect(
            held.compartments.map(\.compartment)
                == [.identity, .general, .mentalHealth, .sexualHealth, .patientPrivate])
    }

    @Test("a value above 256 KiB is readable again, and equal content makes no event")
    func blobs() async throws {
        let site = try TestSite("practice")
        try await site.importFile(TestBundles.patient("p"))
        let note = String(repeating: "a", count: 300 << 10)
        let document =
            #"{"resourceType":"DocumentReference","id":"d","subject":{"reference":"Patient/p"},"#
            + #""content":[{"attachment":{"data":"\#(note)"}}]}"#
        try await site.importFile(document)
        let heads = try await site.onlyPatientsResources(type: "DocumentReference").first?.heads
        #expect(heads?.first?.text == document)
        let outcome = try await site.importFile(document, again: true)
        guard case .applied(let receipt)? = outcome.first else {
            Issue.record("not applied")
            return
        }
        #expect(receipt.unchanged == 1)
    }

    @Test("two resources of different types may share one id")
    func oneIDTwoTypes() async throws {
        let site = try TestSite("practice")
        try await site.importFile(TestBundles.patient("p"))
        let id = TestID.entity()
        let condition =
            #"{"resourceType":"Condition","id":"\#(id)","subject":{"reference":"Patient/p"}}"#
        try await site.importFile(
            TestBundles.transaction([
                TestBundles.put(
                    TestBundles.observation("\(id)", of: "Patient/p"), "Observation/\(id)"),
                TestBundles.put(condition, "Condition/\(id)"),
            ]))
        #expect(try await site.store.resource(id, type: "Observation").first?.heads.count == 1)
        #expect(
            try await site.store.resource(id, type: "Condition").first?.heads.first?.text
                == condition)
    }
}

extension TestSite {
    /// The one patient that is held.
    func onlyPatient() async throws -> PatientID {
        let found = try await store.findPatients("ada", countMax: 2, actor: Self.actor)
        return try #require(found.count == 1 ? found.first?.id : nil)
    }

    func onlyPatientsResources(type: String) async throws -> [HeldResource] {
        try await store.resources(of: try await onlyPatient(), type: type, actor: Self.actor)
    }

    /// Rows of a query of one column, read past the store.
    func texts(_ sql: String) throws -> [String] {
        let queue = try DatabaseQueue(path: path)
        return try queue.read { try String.fetchAll($0, sql: sql) }
    }

    func numbers(_ sql: String) throws -> [Int] {
        let queue = try DatabaseQueue(path: path)
        return try queue.read { try Int.fetchAll($0, sql: sql) }
    }

    func number(_ sql: String) throws -> Int {
        let queue = try DatabaseQueue(path: path)
        return try queue.read { try Int.fetchOne($0, sql: sql) } ?? 0
    }
}

extension HeldResource.Head {
    var text: String? {
        guard case .held(let bytes) = content else { return nil }
        return String(decoding: bytes, as: UTF8.self)
    }
}
