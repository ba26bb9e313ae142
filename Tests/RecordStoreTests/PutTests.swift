import AuditTrail
import CareRecord
import ConflictResolver
import Interchange
import RecordStore
import Testing

/// What a client's PUT replaces (`merge.md` §2.2 and §2.3).
@Suite("What a client puts")
struct PutTests {
    private static let actor = AuditActor(id: "ward-3", role: "nurse", signInMethod: "token")
    private static let activity = "0a0a0a0a-0000-4000-8000-000000000001"
    private static let other = "0a0a0a0a-0000-4000-8000-000000000002"

    /// A resource that sources of the site wrote, and that a client edits.
    private struct Desk {
        let site: TestSite
        let patient: PatientID
        let id = TestID.entity()
        var compartments: Set<Compartment> = [.identity, .general]

        static func make(
            sees compartments: Set<Compartment> = [.identity, .general]
        ) async throws -> Desk {
            let site = try TestSite("practice")
            try await site.importFile(TestBundles.patient("p"))
            return Desk(
                site: site, patient: try await site.onlyPatient(), compartments: compartments)
        }

        func medicine(_ dose: String, status: String = "active") -> String {
            TestBundles.medicine(id, of: patient, dose: dose, status: status)
        }

        func plan(_ activities: [(id: String, text: String)], status: String = "active") -> String {
            let items = activities.map {
                #"{"id":"\#($0.id)","detail":{"status":"in-progress","description":"\#($0.text)"}}"#
            }
            return #"{"resourceType":"CarePlan","id":"\#(id)","status":"\#(status)","#
                + #""intent":"plan","subject":{"reference":"Patient/\#(patient)"},"#
                + #""activity":[\#(items.joined(separator: ","))]}"#
        }

        func feed(_ resource: String, _ type: String, system: String = "file") async throws {
            try await site.importFile(
                TestBundles.transaction([TestBundles.put(resource, "\(type)/\(id)")]),
                system: system, again: true)
        }

        func access(_ isAware: Bool) -> AccessView {
            AccessView(compartments: compartments, isConflictAware: isAware)
        }

        /// The present version, as a client reads it.
        func read(_ type: String) async throws -> (text: String, position: UInt64) {
            let answer = try await site.store.versions(
                of: ResourceAddress(type: type, id: id.description, sourceSystem: "ward"),
                .newest, access: access(false), actor: actor)
            guard case .held(let versions, _) = answer, let version = versions.first,
                case .shown(let bytes) = version.content
            else { return ("", 0) }
            return (String(decoding: bytes, as: UTF8.self), version.position)
        }

        /// What became of a PUT, or the rule that refused it.
        func put(
            _ resource: String, _ type: String, shown: Shown, isAware: Bool = false,
            system: String = "ward"
        ) async throws -> (act: WrittenResource.Act?, rule: String?) {
            try await apply(
                TestBundles.put(resource, "\(type)/\(id)"), shown: shown, isAware: isAware,
                system: system)
        }

        /// What became of a DELETE.
        func delete(
            _ type: String, shown: Shown, isAware: Bool = false
        ) async throws -> (act: WrittenResource.Act?, rule: String?) {
            try await apply(TestBundles.delete("\(type)/\(id)"), shown: shown, isAware: isAware)
        }

        /// - Parameter entry: of a batch, with `"method"` in its request.
        private func apply(
            _ entry: String, shown: Shown, isAware: Bool, system: String = "ward"
        ) async throws -> (act: WrittenResource.Act?, rule: String?) {
            let entry = entry.replacing(#""method""#, with: shown.member + #""method""#)
            let units = try ImportFile.read(
                Array(#"{"resourceType":"Bundle","type":"batch","entry":[\#(entry)]}"#.utf8),
                format: .bundle)
            let rules = RequestRules(access: access(isAware)) { tags, _, _ in
                UInt64(tags).map { [$0] } ?? []
            }
            let outcomes = try await site.store.applyRequest(
                units, sourceSystem: system, rules: rules, actor: actor)
            switch outcomes.first {
            case .written(let resources)?: return (resources.first?.act, nil)
            case .refused(let refusal)?: return (nil, refusal.rule)
            case nil: return (nil, nil)
            }
        }

        func conflicts(from least: ConflictClass = .human) async throws -> [OpenConflict] {
            try await site.store.conflicts(of: nil, from: least, actor: actor)
        }

        func siblings(_ facet: String) async throws -> Int {
            let open = try await conflicts(from: .flagged).first {
                $0.conflict.element.facet.name == facet && $0.conflict.kind != .omitted
            }
            return open?.conflict.heads.count ?? 0
        }
    }

    /// Which version a request says that its client was shown.
    private enum Shown {
        case unsaid, none
        case named(String)

        var member: String {
            switch self {
            case .unsaid: ""
            case .none: #""ifNoneMatch":"*","#
            case .named(let tags): #""ifMatch":"\#(tags)","#
            }
        }
    }

    private static func version(_ position: UInt64) -> Shown { .named("\(position)") }

    @Test("who names the present version replaces what it shows, and nothing that it left alone")
    func current() async throws {
        let desk = try await Desk.make()
        try await desk.feed(
            desk.plan([(Self.activity, "turn"), (Self.other, "walk")]), "CarePlan")
        let (text, position) = try await desk.read("CarePlan")
        let before = try desk.site.number("SELECT count(*) FROM event")
        #expect(
            try await desk.put(text, "CarePlan", shown: Self.version(position)).act == .found)
        #expect(try desk.site.number("SELECT count(*) FROM event") == before)
        let edited = text.replacing("walk", with: "stand")
        #expect(
            try await desk.put(edited, "CarePlan", shown: Self.version(position)).act == .changed)
        // The answer shows what others wrote beside it.
        let entries = try desk.site.texts(
            "SELECT CAST(entry AS TEXT) FROM audit ORDER BY seq DESC LIMIT 2")
        #expect(entries.count == 2)
        for (entry, kind) in zip(entries, ["read", "write"]) {
            #expect(entry.contains("\"kind\":\"\(kind)\""))
        }
        #expect(try desk.site.number("SELECT count(*) FROM revision") == 1)
        #expect(try await desk.conflicts(from: .flagged).isEmpty)
        let now = try await desk.read("CarePlan").text
        #expect(now.contains("stand") && now.contains("turn") && !now.contains("walk"))
    }

    @Test("who names no version replaces nothing of others, and leaves out nothing of theirs")
    func unsaid() async throws {
        let desk = try await Desk.make()
        try await desk.feed(
            desk.plan([(Self.activity, "turn"), (Self.other, "walk")]), "CarePlan")
        _ = try await desk.put(
            desk.plan([(Self.activity, "sit")]), "CarePlan", shown: .unsaid)
        #expect(try await desk.siblings("body") == 2)
        #expect(
            try await desk.conflicts(from: .flagged).allSatisfy { $0.conflict.kind != .omitted })
        // Its own it does replace.
        _ = try await desk.put(
            desk.plan([(Self.activity, "lie")]), "CarePlan", shown: .unsaid)
        #expect(try await desk.siblings("body") == 2)
    }

    @Test(
        "an old version is refused to who sees no conflicts, and gives siblings to who does",
        arguments: [false, true])
    func old(isAware: Bool) async throws {
        let desk = try await Desk.make()
        try await desk.feed(desk.medicine("5"), "MedicationRequest")
        let (_, position) = try await desk.read("MedicationRequest")
        try await desk.feed(desk.medicine("7"), "MedicationRequest")
        let result = try await desk.put(
            desk.medicine("10"), "MedicationRequest", shown: Self.version(position),
            isAware: isAware)
        #expect(result.rule == (isAware ? nil : "version-not-current"))
        #expect(try await desk.siblings("body") == (isAware ? 2 : 0))
    }

    @Test(
        "who sees no conflicts resolves none, also with the present version",
        arguments: ["MedicationRequest", "Observation"])
    func disputed(_ type: String) async throws {
        let desk = try await Desk.make()
        func resource(_ number: Int) -> String {
            type == "Observation"
                ? TestBundles.observation(
                    "\(desk.id)", of: "Patient/\(desk.patient)", value: number)
                : desk.medicine("\(number)")
        }
        for (system, number) in [("a", 1), ("b", 2)] {
            try await desk.feed(resource(number), type, system: system)
        }
        let facet = type == "Observation" ? "item" : "body"
        #expect(try await desk.siblings(facet) == 2)
        let (text, position) = try await desk.read(type)
        #expect(try await desk.put(text, type, shown: Self.version(position)).act == .found)
        for number in [3, 4] {
            let position = try await desk.read(type).position
            #expect(
                try await desk.put(resource(number), type, shown: Self.version(position)).act
                    == .changed)
            #expect(try await desk.siblings(facet) == 3)
        }
        // Who was shown all of them replaces all of them.
        let now = try await desk.read(type).position
        _ = try await desk.put(resource(5), type, shown: Self.version(now), isAware: true)
        #expect(try await desk.siblings(facet) == 0)
    }

    @Test("references come back as they were shown, and lead where they led")
    func references() async throws {
        let desk = try await Desk.make()
        try await desk.site.importFile(TestBundles.organization("A1", name: "North", id: "o1"))
        let plan = desk.plan([(Self.activity, "turn")])
            .replacing("Patient/\(desk.patient)", with: "Patient/p")
            .replacing(
                #""activity":"#,
                with: #""author":{"reference":"Organization/o1"},"#
                    + #""supportingInfo":[{"reference":"Observation/elsewhere"}],"activity":"#)
        try await desk.feed(plan, "CarePlan")
        let (text, position) = try await desk.read("CarePlan")
        #expect(text.contains("Patient/\(desk.patient)"))
        #expect(!text.contains("Organization/o1"))
        // In the words that it is shown, or in those that its author gave.
        let given = plan.replacing("Patient/p", with: "Patient/\(desk.patient)")
        for sent in [text, given] {
            #expect(
                try await desk.put(sent, "CarePlan", shown: Self.version(position)).act == .found)
        }
        // What another element refers to is written as it is shown, and resolved.
        let edited = text.replacing(
            #"{"reference":"Observation/elsewhere"}"#,
            with: #"{"reference":"Observation/elsewhere"},{"reference":"Patient/\#(desk.patient)"}"#
        )
        #expect(
            try await desk.put(edited, "CarePlan", shown: Self.version(position)).act == .changed)
        #expect(try desk.site.number("SELECT count(*) FROM revision") == 1)
        #expect(try await desk.read("CarePlan").text.contains("Organization/o1") == false)
        #expect(try await desk.conflicts(from: .flagged).isEmpty)
    }

    @Test("a version that is none of this resource, and an id that must be new, refuse")
    func refusals() async throws {
        let desk = try await Desk.make()
        try await desk.feed(desk.medicine("5"), "MedicationRequest")
        let name = "MedicationRequest"
        let nowhere = try await desk.put(desk.medicine("6"), name, shown: .named("other"))
        #expect(nowhere.rule == "version-not-current")
        #expect(try await desk.put(desk.medicine("6"), name, shown: .none).rule == "id-in-use")
        let position = try await desk.read(name).position
        let other = desk.medicine("5").replacing(#""order""#, with: #""plan""#)
        #expect(
            try await desk.put(other, name, shown: Self.version(position)).rule
                == "identity-changed")
        #expect(try desk.site.number("SELECT count(*) FROM revision") == 0)
    }

    @Test("activities that nothing tells apart refuse the whole")
    func unmatched() async throws {
        let desk = try await Desk.make()
        try await desk.feed(desk.plan([(Self.activity, "turn")]), "CarePlan")
        let (text, position) = try await desk.read("CarePlan")
        let edited = text.replacing("turn", with: "walk")
            .replacing(#""id":"\#(Self.activity)","#, with: "")
        let result = try await desk.put(edited, "CarePlan", shown: Self.version(position))
        #expect(result.rule == "unmatched-instruction")
        #expect(try desk.site.number("SELECT count(*) FROM revision") == 0)
    }

    @Test("what a client retracted comes back by its PUT, and what others said stays beside it")
    func retracted() async throws {
        for isOwn in [true, false] {
            let desk = try await Desk.make()
            let name = "MedicationRequest"
            if isOwn {
                _ = try await desk.put(desk.medicine("5"), name, shown: .unsaid)
            } else {
                try await desk.feed(desk.medicine("5"), name)
            }
            let delete = TestBundles.transaction([TestBundles.delete("\(name)/\(desk.id)")])
            if isOwn {
                let units = try ImportFile.read(Array(delete.utf8), format: .bundle)
                _ = try await desk.site.store.applyRequest(
                    units, sourceSystem: "ward", rules: RequestRules(access: desk.access(false)),
                    actor: Self.actor)
            } else {
                try await desk.site.importFile(delete)
            }
            #expect(try await desk.read(name).text.isEmpty)
            let newest = UInt64(try desk.site.number("SELECT max(seq) FROM event"))
            let back = try await desk.put(
                desk.medicine("6"), name, shown: Self.version(newest))
            #expect(back.act == .changed)
            #expect(try await desk.siblings("body") == (isOwn ? 0 : 2))
        }
    }

    @Test("who names no version was not shown what others wrote, and covers none of it")
    func uncovered() async throws {
        let desk = try await Desk.make()
        let name = "CarePlan"
        _ = try await desk.put(desk.plan([(Self.activity, "turn")]), name, shown: .unsaid)
        try await desk.feed(desk.plan([(Self.activity, "turn, STOP if in pain")]), name)
        let stopped = desk.plan([(Self.activity, "turn")])
            .replacing("in-progress", with: "stopped")
        _ = try await desk.put(stopped, name, shown: .unsaid)
        #expect(
            try await desk.conflicts(from: .flagged).contains { open in
                open.conflict.kind == .changedBesideEnding || open.conflict.kind == .disputedStop
            })
    }

    @Test("who may read a resource and not its Patient can send back what was shown")
    func withheldPatient() async throws {
        let desk = try await Desk.make(sees: [.general])
        let name = "MedicationRequest"
        try await desk.feed(desk.medicine("5 mg"), name)
        let (text, position) = try await desk.read(name)
        #expect(text.contains("urn:uuid:\(desk.patient)"))
        let edited = text.replacing("5 mg", with: "7 mg")
        let result = try await desk.put(edited, name, shown: Self.version(position))
        #expect(result.act == .changed)
        #expect(try await desk.read(name).text.contains("7 mg"))
        // Nobody else's record is meant.
        let other = edited.replacing("\(desk.patient)", with: "\(TestID.entity())")
        let newest = Self.version(try await desk.read(name).position)
        #expect(try await desk.put(other, name, shown: newest).rule != nil)
    }

    @Test("who names the present version deletes what it shows, and no older one does")
    func deletion() async throws {
        let desk = try await Desk.make()
        let name = "MedicationRequest"
        try await desk.feed(desk.medicine("5"), name)
        let old = try await desk.read(name).position
        try await desk.feed(desk.medicine("7"), name)
        #expect(
            try await desk.delete(name, shown: Self.version(old)).rule == "version-not-current")
        let present = try await desk.read(name).position
        #expect(present > old)
        #expect(try await desk.delete(name, shown: Self.version(present)).act == .retracted)
        #expect(try await desk.read(name).text.isEmpty)
        #expect(try await desk.conflicts(from: .flagged).isEmpty)
        let again = UInt64(try desk.site.number("SELECT max(seq) FROM event"))
        #expect(try await desk.delete(name, shown: Self.version(again)).act == .found)
        #expect(try await desk.delete(name, shown: .unsaid).act == .found)
    }

    @Test("a deletion leaves in view what its client was not shown", arguments: [false, true])
    func deletionUnseen(isDisputed: Bool) async throws {
        let desk = try await Desk.make()
        let name = "MedicationRequest"
        try await desk.feed(desk.medicine("5"), name)
        if isDisputed {
            // Of what is disputed who is not aware of conflicts is shown nothing.
            try await desk.feed(desk.medicine("7"), name, system: "other")
            let present = try await desk.read(name).position
            #expect(try await desk.delete(name, shown: Self.version(present)).act == .retracted)
            #expect(try await desk.siblings("body") == 2)
            let (text, position) = try await desk.read(name)
            #expect(text.contains("unresolved-conflict"))
            // Who is shown all of it can delete all of it.
            let again = try await desk.delete(name, shown: Self.version(position), isAware: true)
            #expect(again.act == .retracted)
            #expect(try await desk.read(name).text.isEmpty)
        } else {
            #expect(try await desk.delete(name, shown: .unsaid).act == .retracted)
            #expect(try await !desk.read(name).text.isEmpty)
        }
    }

    @Test("what somebody relied on stays in view beside the deletion by whoever made it")
    func deletionBesideChange() async throws {
        let desk = try await Desk.make()
        let name = "MedicationRequest"
        _ = try await desk.put(desk.medicine("5"), name, shown: .unsaid)
        _ = try await desk.put(desk.medicine("7"), name, shown: .unsaid, system: "clinic")
        #expect(try await desk.delete(name, shown: .unsaid).act == .retracted)
        #expect(try await desk.read(name).text.contains("unresolved-conflict"))
        #expect(try await desk.conflicts().contains { $0.conflict.kind == .changedBesideEnding })
    }

    @Test("a file that depends on a version is refused, and nothing of it stored")
    func files() async throws {
        let desk = try await Desk.make()
        let entry = TestBundles.put(desk.medicine("5"), "MedicationRequest/\(desk.id)")
        for condition in [#""ifMatch":"W/\"1\"","#, #""ifNoneMatch":"*","#] {
            let conditional = entry.replacing(#""method""#, with: condition + #""method""#)
            let outcomes = try await desk.site.importFile(TestBundles.transaction([conditional]))
            guard case .refused(let refusal)? = outcomes.first else {
                Issue.record("not refused")
                return
            }
            #expect(refusal.rule == "version-condition-unsupported")
            #expect(try desk.site.number("SELECT count(*) FROM event") == 1)
        }
    }

    @Test("a client that sends a part of a resource for the whole is refused")
    func subset() async throws {
        let desk = try await Desk.make()
        let tag =
            #""meta":{"tag":[{"system":"http://terminology.hl7.org/CodeSystem/v3-ObservationValue","#
            + #""code":"SUBSETTED"}]},"status""#
        let part = desk.medicine("5").replacing(#""status""#, with: tag)
        for _ in 0..<2 {
            let result = try await desk.put(part, "MedicationRequest", shown: .unsaid)
            #expect(result.rule == "resource-is-subset")
            try await desk.feed(desk.medicine("5"), "MedicationRequest")
        }
    }

    @Test("what is inside a resource is shown with ids, and can be changed under them")
    func innerIDs() async throws {
        let name = "CarePlan"
        for hasIDs in [true, false] {
            let desk = try await Desk.make()
            let plan = desk.plan([("a1", "turn"), ("a2", "walk"), ("a3", "stand")])
            _ = try await desk.put(
                hasIDs ? plan : plan.replacing(#/"id":"a\d",/#, with: ""), name, shown: .unsaid)
            let (text, position) = try await desk.read(name)
            let order = ["turn", "walk", "stand"].map { text.firstRange(of: $0)?.lowerBound }
            #expect(order == order.compactMap { $0 }.sorted())
            let edited = text.replacing("walk", with: "run")
            let result = try await desk.put(edited, name, shown: Self.version(position))
            #expect(result.act == .changed, "\(result.rule ?? "")")
            #expect(try desk.site.number("SELECT count(*) FROM revision") == 1)
            let now = try await desk.read(name).text
            #expect(now.contains("run") && now.contains("turn") && !now.contains("walk"))
        }
    }

    @Test("who names no version replaces all that it wrote itself, shown or not")
    func ownFlagged() async throws {
        let desk = try await Desk.make()
        let name = "CarePlan"
        func titled(_ title: String) -> String {
            desk.plan([]).replacing(#""activity":[]"#, with: #""title":"\#(title)""#)
        }
        for number in 0..<3 {
            // What another source says in between is shown first.
            try await desk.feed(titled("feed \(number)"), name)
            _ = try await desk.put(titled("ward \(number)"), name, shown: .unsaid)
            #expect(try await desk.siblings("heading") == 2)
        }
    }

    @Test("who may not see what a part refers to changes that part, and the reference stays")
    func withheldLink() async throws {
        let desk = try await Desk.make()
        try await desk.site.importFile(
            TestBundles.observation("o", of: "Patient/p", labels: ["PSY"]))
        let plan = desk.plan([(Self.activity, "turn")]).replacing(
            #""description""#,
            with: #""reasonReference":[{"reference":"Observation/o"}],"description""#)
        try await desk.feed(plan.replacing("\(desk.patient)", with: "p"), "CarePlan")
        let (text, position) = try await desk.read("CarePlan")
        #expect(!text.contains("Observation/") && text.contains("urn:uuid:"))
        let edited = text.replacing("turn", with: "walk")
        #expect(
            try await desk.put(edited, "CarePlan", shown: Self.version(position)).act == .changed)
        var everything = desk.access(false)
        everything.compartments = Set(Compartment.known)
        let answer = try await desk.site.store.versions(
            of: ResourceAddress(
                type: "CarePlan", id: desk.id.description, sourceSystem: "records"),
            .newest, access: everything, actor: Self.actor)
        guard case .held(let versions, _) = answer,
            case .shown(let bytes)? = versions.first?.content
        else {
            Issue.record("not shown")
            return
        }
        let whole = String(decoding: bytes, as: UTF8.self)
        #expect(whole.contains("walk") && whole.contains(#""reference":"Observation/"#))
        #expect(!whole.contains("Observation/o\""))
    }
}
