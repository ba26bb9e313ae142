import CareRecord
import ConflictResolver
import Consent
import RecordStore
import Testing

@Suite("Versions of a resource in outline, and where two differ")
struct VersionOutlineTests {
    private static let activity = "0a0a0a0a-0000-4000-8000-000000000001"

    private static func plan(
        _ id: EntityID, of patient: PatientID, status: String = "active",
        _ activities: (id: String, text: String)...
    ) -> String {
        let items = activities.map {
            #"{"id":"\#($0.id)","detail":{"status":"in-progress","description":"\#($0.text)"}}"#
        }
        return #"{"resourceType":"CarePlan","id":"\#(id)","status":"\#(status)","#
            + #""intent":"plan","subject":{"reference":"Patient/\#(patient)"},"#
            + #""activity":[\#(items.joined(separator: ","))]}"#
    }

    private static func put(
        _ resource: String, _ id: EntityID, at site: TestSite, system: String = "file"
    ) async throws {
        try await site.importFile(
            TestBundles.transaction([TestBundles.put(resource, "CarePlan/\(id)")]), system: system,
            again: true)
    }

    private static func begun() async throws -> (site: TestSite, patient: PatientID, id: EntityID) {
        let site = try TestSite("practice")
        try await site.importFile(TestBundles.patient("p"))
        return (site, try await site.onlyPatient(), TestID.entity())
    }

    private static func history(
        _ site: TestSite, _ id: EntityID, countMax: Int = 50
    ) async throws -> VersionHistory {
        let found = try await site.store.versionHistory(
            of: id, type: "CarePlan", countMax: countMax, actor: TestSite.actor)
        guard case .held(let history) = found else { throw NotHeld() }
        return history
    }

    private static func difference(
        _ site: TestSite, _ id: EntityID, from: Int? = nil, to: Int? = nil
    ) async throws -> VersionDifference {
        let found = try await site.store.versionDifference(
            of: id, type: "CarePlan", from: from, to: to, actor: TestSite.actor)
        guard case .held(let difference) = found else { throw NotHeld() }
        return difference
    }

    private struct NotHeld: Error {}

    private static func names(_ elements: [PartElement]) -> [String] {
        elements.map { "\($0.part.kind) \($0.facet)" }
    }

    private static func texts(_ element: MergedResource.Element?) -> [String] {
        (element?.values ?? []).map { value in
            guard case .value(let bytes) = value.content else { return "\(value.content)" }
            return String(decoding: bytes, as: UTF8.self)
        }
    }

    @Test("each version has a number, what was done, who did it, and what differs since")
    func outlines() async throws {
        let (site, patient, id) = try await Self.begun()
        try await Self.put(Self.plan(id, of: patient, (Self.activity, "walk")), id, at: site)
        site.clock.advance(hours: 1)
        try await Self.put(
            Self.plan(id, of: patient, (Self.activity, "swim")), id, at: site, system: "ward")
        let history = try await Self.history(site, id)
        #expect(history.resource == id)
        #expect(history.total == 2)
        #expect(history.versions.map(\.number) == [2, 1])
        #expect(history.versions.map(\.act) == [.changed, .created])
        #expect(
            history.versions.map { $0.writings.map(\.sourceSystem) } == [["ward"], ["file"]])
        #expect(history.versions.map(\.isDisputed) == [true, false])
        let (last, created) = try (
            #require(history.versions.first), #require(history.versions.last)
        )
        #expect(Self.names(last.changed.map(\.element)) == ["CarePlan.activity body"])
        #expect(last.changed.map(\.isDisputed) == [true])
        #expect(last.acceptedMilliseconds == site.clock.now)
        let first = Self.names(created.changed.map(\.element))
        #expect(first.contains("CarePlan status") && first.contains("CarePlan.activity status"))
        #expect(!first.contains { $0.hasSuffix("existence") || $0.hasSuffix("presentation") })

        let newest = try await Self.history(site, id, countMax: 1)
        #expect(newest.versions == [last])
        #expect(newest.total == 2)
        // A patient who has one plan names it as well.
        #expect(try await Self.history(site, EntityID(patient.bits)) == history)
    }

    @Test("two versions stand side by side, with all values where somebody has to decide")
    func sideBySide() async throws {
        let (site, patient, id) = try await Self.begun()
        try await Self.put(Self.plan(id, of: patient, (Self.activity, "walk")), id, at: site)
        try await Self.put(
            Self.plan(id, of: patient, (Self.activity, "swim")), id, at: site, system: "ward")
        let difference = try await Self.difference(site, id)
        #expect(difference.from.number == 1 && difference.to.number == 2)
        #expect(Self.names(difference.elements.map(\.element)) == ["CarePlan.activity body"])
        let body = try #require(difference.elements.first)
        #expect(Self.texts(body.before) == [#"{"detail":{"description":"walk"}}"#])
        #expect(body.before?.conflictClass == .automatic)
        #expect(
            Set(Self.texts(body.after)) == [
                #"{"detail":{"description":"walk"}}"#, #"{"detail":{"description":"swim"}}"#,
            ])
        #expect((body.after?.conflictClass ?? .automatic) >= .human)
        let systems = (body.after?.values ?? []).flatMap { $0.authors.map(\.sourceSystem) }
        #expect(Set(systems) == ["file", "ward"])
        #expect(try await Self.difference(site, id, from: 1, to: 2) == difference)
        #expect(try await Self.difference(site, id, from: 1) == difference)
    }

    @Test("a part that is new or was entered in error is on one side, or says what became of it")
    func comingAndGoing() async throws {
        let (site, patient, id) = try await Self.begun()
        let second = "0a0a0a0a-0000-4000-8000-000000000002"
        try await Self.put(Self.plan(id, of: patient, (Self.activity, "walk")), id, at: site)
        try await Self.put(
            Self.plan(id, of: patient, (Self.activity, "walk"), (second, "swim")), id, at: site)
        let added = try await Self.difference(site, id)
        #expect(!added.elements.isEmpty)
        #expect(added.elements.allSatisfy { $0.before == nil && $0.after != nil })
        #expect(Set(added.elements.map(\.element.part.entity.description)) == [second])

        try await site.importFile(
            TestBundles.transaction([TestBundles.delete("CarePlan/\(id)")]), again: true)
        let history = try await Self.history(site, id)
        #expect(history.versions.map(\.act) == [.retracted, .changed, .created])
        let retracted = try await Self.difference(site, id)
        let root = try #require(retracted.elements.first)
        #expect(Self.names([root.element]) == ["CarePlan existence"])
        #expect(root.before?.presence == .present && root.after?.presence == .retracted)
        #expect(root.before?.values.flatMap(\.authors).isEmpty == false)
        #expect(root.after?.values.map(\.content) == [.retracted])
        let all = try await Self.difference(site, id, from: 1, to: 3)
        #expect(all.elements.count == added.elements.count + 1)
    }

    @Test("what two sites wrote alike is said twice, and changes nothing")
    func restated() async throws {
        let (practice, hospital, patient, id) = try await Self.shared()
        for site in [practice, hospital] {
            try await Self.put(
                Self.plan(id, of: patient, (Self.activity, "swim")), id, at: site, system: "ward")
        }
        try await Exchange(hospital, to: practice).run()
        let history = try await Self.history(practice, id)
        let last = try #require(history.versions.first)
        #expect(last.writings.map(\.site) == [hospital.site])
        #expect(last.act == .restated)
        #expect(last.changed.isEmpty)
        #expect(try await Self.difference(practice, id).elements.isEmpty)
    }

    /// A plan that two sites share.
    private static func shared() async throws -> (
        practice: TestSite, hospital: TestSite, patient: PatientID, id: EntityID
    ) {
        let (practice, hospital) = try await Exchange.pair()
        try await practice.importFile(TestBundles.patient("p"))
        let patient = try await practice.onlyPatient()
        let id = TestID.entity()
        try await put(plan(id, of: patient, (activity, "walk")), id, at: practice)
        try await practice.grant(hospital)
        try await hospital.grant(practice, scope: .all)
        try await Exchange(practice, to: hospital).run()
        return (practice, hospital, patient, id)
    }

    @Test("what a source left out, and what somebody decided, are versions of their kind")
    func kinds() async throws {
        let (practice, hospital, patient, id) = try await Self.shared()
        try await Self.put(
            Self.plan(id, of: patient, (Self.activity, "swim")), id, at: hospital, system: "ward")
        try await Exchange(hospital, to: practice).run()
        let open = try #require(
            try await practice.store.conflicts(of: nil, from: .human, actor: TestSite.actor).first)
        let shown = try await practice.store.conflict(open.conflict.id, actor: TestSite.actor)
        _ = try await practice.store.resolve(
            Resolution(
                conflict: open.conflict.id, decision: .option(shown.options[0].token),
                practitioner: "dr-1", role: "clinician", reason: "agreed"), actor: TestSite.actor)
        try await Self.put(Self.plan(id, of: patient), id, at: practice)
        try await Exchange(practice, to: hospital).run()

        for site in [practice, hospital] {
            let history = try await Self.history(site, id)
            #expect(history.versions.map(\.act) == [.omitted, .resolved, .changed, .created])
            #expect(history.versions.map(\.isDisputed) == [false, false, true, false])
            let decided = history.versions[1]
            #expect(decided.writings.map(\.author.practitioner) == ["dr-1"])
            #expect(decided.writings.map(\.reason) == ["agreed"])
            #expect(
                history.versions.map { $0.writings.map(\.site) }
                    == [[practice.site], [practice.site], [hospital.site], [practice.site]])
        }
    }

    @Test("what is not there is told apart, and only what is shown is a look at the record")
    func absent() async throws {
        let (site, patient, id) = try await Self.begun()
        let store = site.store
        let person = EntityID(patient.bits)
        func ask(_ id: EntityID, _ from: Int?, _ to: Int?) async throws -> String {
            switch try await store.versionDifference(
                of: id, type: "CarePlan", from: from, to: to, actor: TestSite.actor)
            {
            case .held: "held"
            case .notHeld: "not held"
            case .several(let whose, let count): "\(count) of \(whose == patient)"
            case .noVersions(let whose, let total): "\(total) of \(whose == patient)"
            }
        }
        #expect(try await ask(id, nil, nil) == "not held")
        #expect(try await ask(person, nil, nil) == "not held")
        try await Self.put(Self.plan(id, of: patient, (Self.activity, "walk")), id, at: site)
        let before = try await store.counts().auditEntries
        #expect(try await ask(id, nil, nil) == "1 of true")
        try await Self.put(Self.plan(id, of: patient, (Self.activity, "swim")), id, at: site)
        for (from, to) in [(0, 1), (2, 1), (1, 1), (1, 3), (-1, 2)] as [(Int?, Int?)] {
            #expect(try await ask(id, from, to) == "2 of true")
        }
        #expect(try await ask(id, 2, nil) == "2 of true")
        for extreme in [Int.min, Int.max] {
            #expect(try await ask(id, nil, extreme) == "2 of true")
            #expect(try await ask(id, extreme, nil) == "2 of true")
        }
        #expect(try await ask(id, nil, 1) == "2 of true")
        #expect(try await store.counts().auditEntries == before + 1)
        #expect(try await ask(id, nil, nil) == "held")
        #expect(try await store.counts().auditEntries == before + 2)
        let entry = try site.texts(
            "SELECT CAST(entry AS TEXT) FROM audit ORDER BY seq DESC LIMIT 1")
        #expect(entry[0].contains(#""kind":"read""#))
        #expect(entry[0].contains(#""basis":"own-patient""#))

        let other = TestID.entity()
        try await Self.put(Self.plan(other, of: patient), other, at: site)
        #expect(try await ask(person, nil, nil) == "2 of true")
    }

    @Test("of many versions only those that are asked for are told of")
    func many() async throws {
        let (site, patient, id) = try await Self.begun()
        for number in 1...40 {
            try await Self.put(
                Self.plan(id, of: patient, (Self.activity, "walk \(number) minutes")), id, at: site)
        }
        let history = try await Self.history(site, id, countMax: 3)
        #expect(history.total == 40)
        #expect(history.versions.map(\.number) == [40, 39, 38])
        #expect(history.versions == Array(try await Self.history(site, id).versions.prefix(3)))
        let difference = try await Self.difference(site, id, from: 7, to: 31)
        #expect(difference.elements.count == 1)
        #expect(Self.texts(difference.elements[0].before)[0].contains("walk 7 minutes"))
        #expect(Self.texts(difference.elements[0].after)[0].contains("walk 31 minutes"))
    }
}
