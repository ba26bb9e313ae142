import AuditTrail
import CareRecord
import Foundation
import Interchange
import RecordStore
import Testing

@Suite("Versions of a resource, and what clients write")
struct VersionTests {
    private static let general = AccessView(
        compartments: [.identity, .general], isConflictAware: false)
    private static let actor = AuditActor(id: "ward-3", role: "nurse", signInMethod: "token")

    private static func batch(_ entries: [String]) throws -> [UnitSource] {
        let text =
            #"{"resourceType":"Bundle","type":"batch","entry":["# + entries.joined(separator: ",")
            + "]}"
        return try ImportFile.read(Array(text.utf8), format: .bundle)
    }

    /// Applies entries as a client's batch.
    private static func write(
        _ site: TestSite, _ entries: String..., access: AccessView = general
    ) async throws -> [RequestOutcome] {
        try await site.store.applyRequest(
            batch(entries), sourceSystem: "ward", rules: RequestRules(access: access),
            actor: actor)
    }

    private static func versions(
        _ site: TestSite, _ type: String, _ id: String, _ choice: VersionChoice = .newest,
        access: AccessView = general
    ) async throws -> [ResourceVersion] {
        let address = ResourceAddress(type: type, id: id, sourceSystem: "ward")
        let answer = try await site.store.versions(
            of: address, choice, access: access, actor: actor)
        guard case .held(let versions, _) = answer else { return [] }
        return versions
    }

    private static func written(_ outcome: RequestOutcome?) throws -> WrittenResource {
        guard case .written(let resources)? = outcome else {
            throw NotWritten(rule: rule(outcome))
        }
        return try #require(resources.first)
    }

    private static func rule(_ outcome: RequestOutcome?) -> String? {
        guard case .refused(let refusal)? = outcome else { return nil }
        return refusal.rule
    }

    private struct NotWritten: Error {
        let rule: String?
    }

    @Test("each event that touches a resource makes a version, and each is shown as it was")
    func history() async throws {
        let site = try TestSite("practice")
        try await site.importFile(TestBundles.patient("p"))
        let first = TestBundles.observation("o", of: "Patient/p")
        let second = TestBundles.observation("o", of: "Patient/p", value: 2)
        try await site.importFile(first)
        try await site.importFile(second)
        let id = try await site.entity("Observation")
        let all = try await Self.versions(site, "Observation", id, .history(countMax: 9))
        #expect(all.count == 2)
        #expect(all.map(\.isFirst) == [false, true])
        #expect(all[0].position > all[1].position)
        #expect(try await Self.versions(site, "Observation", id) == [all[0]])
        for version in all {
            let position = version.position
            let named = try await Self.versions(
                site, "Observation", id, .named { _ in position })
            #expect(named == [version])
        }
        guard case .shown(let before) = all[1].content, case .shown(let after) = all[0].content
        else {
            Issue.record("not shown")
            return
        }
        // A reference leads to what this node serves.
        let patient = try await site.entity("Patient")
        let served = first.replacing("Patient/p", with: "Patient/\(patient)")
        #expect(String(decoding: before, as: UTF8.self) == served)
        #expect(String(decoding: after, as: UTF8.self).contains(#""valueInteger":2"#))
        #expect(try await Self.versions(site, "Observation", id, .named { _ in 0 }).isEmpty)
        #expect(try await Self.versions(site, "Observation", id, .named { _ in nil }).isEmpty)
        #expect(try await Self.versions(site, "Observation", id, .history(countMax: 1)) == [all[0]])
    }

    @Test("what a reader may not see is absent, and the log says that it was withheld")
    func withheld() async throws {
        let site = try TestSite("practice")
        try await site.importFile(TestBundles.patient("p"))
        try await site.importFile(
            TestBundles.observation("o", of: "Patient/p", labels: ["PSY"]))
        let id = try await site.entity("Observation")
        #expect(try await Self.versions(site, "Observation", id).isEmpty)
        let other = EntityID(Bits128(high: 1, low: 2)).description
        #expect(try await Self.versions(site, "Observation", other).isEmpty)
        var wide = Self.general
        wide.compartments.insert(.mentalHealth)
        #expect(try await Self.versions(site, "Observation", id, access: wide).count == 1)
        #expect(try await Self.versions(site, "Flag", id, access: wide).isEmpty)
        let entries = try site.texts(
            "SELECT CAST(entry AS TEXT) FROM audit ORDER BY seq DESC LIMIT 4")
        #expect(entries.allSatisfy { $0.contains(#""kind":"read""#) })
        let outcomes = [
            #""outcome":"refused","reason":"not-held""#, #""outcome":"success""#,
            #""outcome":"refused","reason":"not-held""#,
            #""outcome":"refused","reason":"withheld""#,
        ]
        for (entry, outcome) in zip(entries, outcomes) { #expect(entry.contains(outcome)) }
        #expect(entries[1].contains(#""basis":"own-patient""#))
        #expect(entries[3].contains(#""patient":"#))
    }

    @Test("a reference to what is withheld is a name only")
    func references() async throws {
        let site = try TestSite("practice")
        try await site.importFile(TestBundles.patient("p"))
        try await site.importFile(TestBundles.observation("o", of: "Patient/p"))
        let id = try await site.entity("Observation")
        let narrow = AccessView(compartments: [.general], isConflictAware: false)
        let shown = try await Self.versions(site, "Observation", id, access: narrow)
        guard case .shown(let bytes)? = shown.first?.content else {
            Issue.record("not shown")
            return
        }
        let patient = try await site.entity("Patient")
        let text = String(decoding: bytes, as: UTF8.self)
        #expect(
            text.contains(
                #""subject":{"type":"Patient","identifier":{"system":"urn:ietf:rfc:3986","#
                    + #""value":"urn:uuid:\#(patient)"}}"#))
    }

    @Test("what belongs to no one patient is for who may see everything, and for who stored it")
    func local() async throws {
        let site = try TestSite("practice")
        let both = #""target":[{"reference":"Patient/p"},{"reference":"Patient/q"}]"#
        let provenance =
            #"{"resourceType":"Provenance",\#(both),"recorded":"2026-01-01T00:00:00Z","#
            + #""agent":[{"who":{"display":"x"}}]}"#
        let question = #"{"resourceType":"Questionnaire","status":"active"}"#
        let posts = [("Provenance", provenance), ("Questionnaire", question)]
            .map { TestBundles.post($1, type: $0) }
        try await site.importFile(TestBundles.patient("p"))
        try await site.importFile(TestBundles.patient("q"))
        let everything = AccessView(
            compartments: Set(Compartment.known), isConflictAware: false)
        let stored = try await site.store.applyRequest(
            Self.batch(posts), sourceSystem: "records", rules: RequestRules(access: everything),
            actor: Self.actor
        ).map { try Self.written($0).id }
        #expect(try await Self.versions(site, "Provenance", stored[0]).isEmpty)
        let all = try await Self.versions(site, "Provenance", stored[0], access: everything)
        #expect(all.count == 1)
        #expect(try await Self.versions(site, "Questionnaire", stored[1]).count == 1)
        let hidden = try await Self.write(site, TestBundles.delete("Provenance/\(stored[0])"))
        #expect(Self.rule(hidden.first) == "resource-not-held")
        let own = try Self.written(try await Self.write(site, posts[0]).first)
        #expect(try await Self.versions(site, "Provenance", own.id).count == 1)
    }

    @Test("to refer to what is withheld is to refer to what is unknown")
    func unknown() async throws {
        let site = try TestSite("practice")
        try await site.importFile(TestBundles.patient("p"))
        try await site.importFile(
            TestBundles.observation("o", of: "Patient/p", labels: ["PSY"]))
        let withheld = try await site.entity("Observation")
        let nobody = EntityID(Bits128(high: 1, low: 2)).description
        var streams: [StreamID] = []
        for id in [withheld, nobody] {
            let provenance =
                #"{"resourceType":"Provenance","target":[{"reference":"Observation/\#(id)"}],"#
                + #""recorded":"2026-01-01T00:00:00Z","agent":[{"who":{"display":"x"}}]}"#
            let made = try Self.written(
                try await Self.write(
                    site, TestBundles.post(provenance, type: "Provenance")
                ).first)
            #expect(made.act == .created)
            streams.append(made.stream)
        }
        #expect(streams[0] == streams[1])
        let narrow = AccessView(compartments: [.general], isConflictAware: false)
        let patients = [try await site.entity("Patient"), nobody]
        for id in patients {
            let refused = try await Self.write(
                site,
                TestBundles.post(
                    TestBundles.observation("n", of: "Patient/\(id)"), type: "Observation"),
                access: narrow)
            #expect(Self.rule(refused.first) == "patient-unresolved")
        }
    }

    @Test("no answer tells whether an id that a client may not see is in use, if nothing is stored")
    func probes() async throws {
        let site = try TestSite("practice")
        try await site.importFile(TestBundles.patient("p"))
        try await site.importFile(
            TestBundles.observation("o", of: "Patient/p", labels: ["PSY"]))
        let withheld = try await site.entity("Observation")
        let patient = try await site.entity("Patient")
        let nobody = EntityID(Bits128(high: 1, low: 2)).description
        var answers: [[String?]] = []
        for id in [withheld, nobody] {
            let put = { (subject: String) in
                TestBundles.put(
                    TestBundles.observation(id, of: subject), "Observation/\(id)")
            }
            let requests = [
                put("Patient/\(patient)").replacing(
                    #""method""#, with: #""ifMatch":"x","method""#),
                put("Patient/\(nobody)"), TestBundles.delete("Observation/\(id)"),
            ]
            var rules: [String?] = []
            for request in requests {
                rules.append(Self.rule(try await Self.write(site, request).first))
            }
            let transaction = TestBundles.transaction([
                put("Patient/\(patient)"), TestBundles.delete("Flag/\(nobody)"),
            ])
            let outcome = try await site.store.applyRequest(
                ImportFile.read(Array(transaction.utf8), format: .bundle), sourceSystem: "ward",
                rules: RequestRules(access: Self.general), actor: Self.actor)
            rules.append(Self.rule(outcome.first))
            answers.append(rules)
        }
        #expect(answers[0] == answers[1])
        #expect(answers[0].allSatisfy { $0 != nil })
        let events = try site.number("SELECT count(*) FROM event")
        let taken = try await Self.write(
            site,
            TestBundles.put(
                TestBundles.observation(withheld, of: "Patient/\(patient)"),
                "Observation/\(withheld)"))
        #expect(Self.rule(taken.first) == "id-in-use")
        #expect(try site.number("SELECT count(*) FROM event") == events)
    }

    @Test("a POST makes a new resource each time, whatever it calls itself")
    func create() async throws {
        let site = try TestSite("practice")
        let entry = TestBundles.post(TestBundles.patient("p"), type: "Patient")
        let outcomes = try await Self.write(site, entry, entry)
        let (first, second) = (try Self.written(outcomes[0]), try Self.written(outcomes[1]))
        #expect(first.act == .created && second.act == .created)
        #expect(first.entity != second.entity)
        #expect(first.id == first.entity.description)
        #expect(try await Self.versions(site, "Patient", first.id) == [try #require(first.version)])
        #expect(try await Self.versions(site, "Patient", "p").isEmpty)
        let again = try Self.written(try await Self.write(site, entry).first)
        #expect(again.act == .created)
    }

    @Test("clients that create one identifier at once make one resource")
    func conditional() async throws {
        let site = try TestSite("practice")
        let organization = TestBundles.organization("A1", name: "North")
        let entry =
            #"{"resource":\#(organization),"request":{"method":"POST","url":"Organization","#
            + #""ifNoneExist":"identifier=urn:test:org|A1"}}"#
        let acts = try await withThrowingTaskGroup(of: WrittenResource.Act.self) { group in
            for _ in 0..<64 {
                group.addTask { try Self.written(try await Self.write(site, entry).first).act }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(acts.count { $0 == .created } == 1)
        #expect(acts.count { $0 == .found } == 63)
    }

    @Test("a PUT keeps an id that is free, and nothing happens to one that is not")
    func put() async throws {
        let site = try TestSite("practice")
        let own = try Self.written(
            try await Self.write(
                site, TestBundles.put(TestBundles.patient("17"), "Patient/17")
            ).first)
        #expect(own.act == .created && own.id == "17")
        #expect(try await Self.versions(site, "Patient", "17").first?.entity == own.entity)
        #expect(
            try await Self.versions(site, "Patient", own.entity.description)
                == Self.versions(site, "Patient", "17"))
        let id = EntityID(Bits128(high: 7, low: 7)).description
        let entry = TestBundles.put(TestBundles.patient(id), "Patient/\(id)")
        let outcomes = try await Self.write(site, entry, entry)
        #expect(try Self.written(outcomes[0]).entity.description == id)
        #expect(try Self.written(outcomes[1]).act == .found)
        #expect(try site.number("SELECT count(*) FROM event") == 2)
    }

    @Test("a client deletes what it wrote, and what it may not see is not there for it")
    func delete() async throws {
        let site = try TestSite("practice")
        let made = try Self.written(
            try await Self.write(
                site, TestBundles.post(TestBundles.patient("p"), type: "Patient")
            ).first)
        let gone = try Self.written(
            try await Self.write(site, TestBundles.delete("Patient/\(made.id)")).first)
        #expect(gone.act == .retracted)
        #expect(gone.version?.content == .retracted)
        #expect(try await Self.versions(site, "Patient", made.id).first?.content == .retracted)
        let again = try await Self.write(site, TestBundles.delete("Patient/\(made.id)"))
        #expect(try Self.written(again.first).act == .found)
        let narrow = AccessView(compartments: [.general], isConflictAware: false)
        let hidden = try await Self.write(
            site, TestBundles.delete("Patient/\(made.id)"), access: narrow)
        #expect(Self.rule(hidden.first) == "resource-not-held")
        let refused = try await Self.write(
            site, TestBundles.post(TestBundles.patient("p"), type: "Patient"), access: narrow)
        #expect(Self.rule(refused.first) == "compartment-not-allowed")
    }

    @Test("a retraction by a client that did not write what is there leaves it in view")
    func others() async throws {
        let site = try TestSite("practice")
        try await site.importFile(TestBundles.patient("p"))
        let id = try await site.entity("Patient")
        let outcome = try Self.written(
            try await Self.write(site, TestBundles.delete("Patient/\(id)")).first)
        #expect(outcome.act == .retracted)
        #expect(outcome.version?.content != .retracted)
        #expect(try await site.store.auditCoverageGap() == nil)
    }
}

extension TestSite {
    /// The id of the one resource of a type, of the one patient.
    fileprivate func entity(_ type: String) async throws -> String {
        let found = try await store.findPatients("Testperson", countMax: 1, actor: Self.actor)
        let patient = try #require(found.first).id
        let resources = try await store.resources(of: patient, type: type, actor: Self.actor)
        return try #require(resources.first).id.description
    }
}
