import AuditTrail
import CareRecord
import ConflictResolver
import Interchange
import RecordStore
import Testing

/// What a store shows beside a resource, and to whom.
@Suite("Companions in a store")
struct CompanionTests {
    private static let name = "MedicationRequest"
    private static let actor = AuditActor(id: "ward-3", role: "prescriber", signInMethod: "token")
    private static let general = AccessView(
        compartments: [.identity, .general], isConflictAware: true)
    private static let narrow = AccessView(compartments: [.identity], isConflictAware: true)

    /// A site at which two systems wrote two doses of one medicine.
    private static func disputed() async throws -> (site: TestSite, address: ResourceAddress) {
        let site = try TestSite("practice")
        try await site.importFile(TestBundles.patient("p"))
        let patient = try await site.onlyPatient()
        let id = TestID.entity()
        for (dose, system) in [("5", "file"), ("10", "ward")] {
            let medicine = TestBundles.medicine(id, of: patient, dose: dose)
            try await site.importFile(
                TestBundles.transaction([TestBundles.put(medicine, "\(name)/\(id)")]),
                system: system, again: true)
        }
        return (
            site, ResourceAddress(type: name, id: id.description, sourceSystem: "console")
        )
    }

    private static func companion(
        _ site: TestSite, _ kind: Companion.Kind, _ id: EntityID, access: AccessView = general
    ) async throws -> CompanionAnswer {
        try await site.store.companion(
            kind, id, sourceSystem: "console", access: access, actor: actor)
    }

    private static func resolution(_ open: ResourceConflict, role: String) throws -> Resolution {
        let choice = try #require(open.choices.first { !$0.dots.isEmpty })
        return Resolution(
            conflict: open.conflict.id, decision: .option(choice.option.token),
            practitioner: "dr-1", role: role, reason: "agreed")
    }

    @Test("what was shown beside a resource is read by its id, until it is decided")
    func lifeOfAnIssue() async throws {
        let (site, address) = try await Self.disputed()
        let shown = try #require(
            try await site.store.companions(of: address, access: Self.general, actor: Self.actor))
        #expect(Set(shown.map(\.kind)) == Set(Companion.Kind.allCases))
        for companion in shown {
            let read = try await Self.companion(site, companion.kind, companion.id)
            #expect(read == .shown(companion))
        }
        let issue = try #require(shown.first { $0.kind == .detectedIssue })
        #expect(try await Self.companion(site, .task, issue.id) == .unknown)

        let conflicts = try await site.store.conflicts(
            of: address, access: Self.general, actor: Self.actor)
        let open = try #require(conflicts?.first)
        #expect(
            open.choices.filter { $0.option.decision.code == "value" }.map(\.dots.count) == [1, 1])
        let resolved = try await site.store.resolve(
            Self.resolution(open, role: "prescriber"), of: address, access: Self.general,
            actor: Self.actor)
        #expect(resolved?.stillOpen == 0)
        #expect(try await Self.companion(site, .detectedIssue, issue.id) == .outdated)
        let after = try #require(
            try await site.store.companions(of: address, access: Self.general, actor: Self.actor))
        #expect(after.allSatisfy { $0.kind == .provenance })
    }

    @Test("who may not see a resource is shown nothing beside it, and decides nothing")
    func withheld() async throws {
        let (site, address) = try await Self.disputed()
        let shown = try #require(
            try await site.store.companions(of: address, access: Self.general, actor: Self.actor))
        let first = try #require(shown.first)
        #expect(
            try await Self.companion(site, first.kind, first.id, access: Self.narrow) == .absent)
        let store = site.store
        #expect(
            try await store.companions(of: address, access: Self.narrow, actor: Self.actor) == nil)
        #expect(
            try await store.conflicts(of: address, access: Self.narrow, actor: Self.actor) == nil)
        let open = try #require(
            try await store.conflicts(of: address, access: Self.general, actor: Self.actor)?.first)
        let decided = try await store.resolve(
            Self.resolution(open, role: "prescriber"), of: address, access: Self.narrow,
            actor: Self.actor)
        #expect(decided == nil)
        let left = try await store.conflicts(of: address, access: Self.general, actor: Self.actor)
        #expect(left?.map(\.conflict.id) == [open.conflict.id])
    }

    @Test("a decision is about the resource that it is sent to, and in a role that may take it")
    func otherResource() async throws {
        let (site, address) = try await Self.disputed()
        let open = try #require(
            try await site.store.conflicts(
                of: address, access: Self.general, actor: Self.actor)?.first)
        let patient = ResourceAddress(
            type: "Patient", id: try await site.onlyPatient().description, sourceSystem: "console")
        await #expect(throws: StoreFailure.self) {
            _ = try await site.store.resolve(
                Self.resolution(open, role: "prescriber"), of: patient, access: Self.general,
                actor: Self.actor)
        }
        await #expect(throws: ResolutionRefusal.self) {
            _ = try await site.store.resolve(
                Self.resolution(open, role: "nurse"), of: address, access: Self.general,
                actor: Self.actor)
        }
    }

    @Test("nobody stores a resource under the id of a companion", arguments: ["PUT", "DELETE"])
    func written(method: String) async throws {
        let (site, address) = try await Self.disputed()
        let shown = try #require(
            try await site.store.companions(of: address, access: Self.general, actor: Self.actor))
        for companion in shown {
            let name = "\(companion.kind.resourceType)/\(companion.id)"
            let entry =
                method == "PUT"
                ? TestBundles.put(String(decoding: companion.json, as: UTF8.self), name)
                : TestBundles.delete(name)
            let units = try ImportFile.read(
                Array(#"{"resourceType":"Bundle","type":"batch","entry":[\#(entry)]}"#.utf8),
                format: .bundle)
            let outcomes = try await site.store.applyRequest(
                units, sourceSystem: "console", rules: RequestRules(access: Self.general),
                actor: Self.actor)
            guard case .refused(let refusal)? = outcomes.first else {
                Issue.record("stored")
                return
            }
            #expect(refusal.rule == "resource-is-computed")
        }
    }

    @Test("each look and each decision has its entry in the log")
    func logged() async throws {
        let (site, address) = try await Self.disputed()
        let before = try await site.store.counts().auditEntries
        _ = try await site.store.companions(of: address, access: Self.general, actor: Self.actor)
        _ = try await site.store.conflicts(of: address, access: Self.narrow, actor: Self.actor)
        let count = try await site.store.counts().auditEntries
        let entries = try await site.store.auditEntries(UInt64(before)..<UInt64(count))
            .map { String(decoding: $0, as: UTF8.self) }
        #expect(entries.count == 2)
        #expect(entries.allSatisfy { $0.contains(#""kind":"read""#) && $0.contains("ward-3") })
        #expect(entries.last?.contains("withheld") ?? false)
    }
}
