import AuditTrail
import CareRecord
import Interchange
import RecordStore
import Testing

/// Updates, deletions and creations that name a resource by its identifier.
@Suite struct ConditionalUpdateTests {
    private static let actor = AuditActor(id: "ward-3", role: "nurse", signInMethod: "token")
    private static let general = AccessView(
        compartments: [.identity, .general], isConflictAware: true)

    private static func entry(_ method: String, _ url: String, _ resource: String?) -> String {
        let body = resource.map { #""resource":\#($0),"# } ?? ""
        return #"{\#(body)"request":{"method":"\#(method)","url":"\#(url)"}}"#
    }

    private static func plan(
        of patient: PatientID, number: String, title: String, id: String? = nil,
        labels: String = ""
    ) -> String {
        let id = id.map { #""id":"\#($0)","# } ?? ""
        return #"{"resourceType":"CarePlan",\#(id)\#(labels)"identifier":[{"system":"urn:plan","#
            + #""value":"\#(number)"}],"status":"active","intent":"plan","title":"\#(title)","#
            + #""subject":{"reference":"Patient/\#(patient)"}}"#
    }

    private struct Desk {
        let site: TestSite
        let patient: PatientID

        static func make() async throws -> Desk {
            let site = try TestSite("practice")
            try await site.importFile(TestBundles.patient("p"))
            return Desk(site: site, patient: try await site.onlyPatient())
        }

        func apply(
            _ entries: [String], type: String = "batch", system: String = "ward",
            access: AccessView = general
        ) async throws -> [RequestOutcome] {
            let list = entries.joined(separator: ",")
            let units = try ImportFile.read(
                Array(#"{"resourceType":"Bundle","type":"\#(type)","entry":[\#(list)]}"#.utf8),
                format: .bundle)
            return try await site.store.applyRequest(
                units, sourceSystem: system, rules: RequestRules(access: access), actor: actor)
        }

        func put(
            _ title: String, number: String = "1", id: String? = nil, system: String = "ward",
            access: AccessView = general
        ) async throws -> (act: WrittenResource.Act?, id: EntityID?, rule: String?) {
            let plan = plan(of: patient, number: number, title: title, id: id)
            let query = "CarePlan?identifier=urn:plan%7C\(number)"
            return result(
                try await apply([entry("PUT", query, plan)], system: system, access: access))
        }

        func result(
            _ outcomes: [RequestOutcome]
        ) -> (act: WrittenResource.Act?, id: EntityID?, rule: String?) {
            switch outcomes.first {
            case .written(let resources)?: (resources.first?.act, resources.first?.entity, nil)
            case .refused(let refusal)?: (nil, nil, refusal.rule)
            case nil: (nil, nil, nil)
            }
        }
    }

    @Test("an update by identifier makes a resource once, then changes that one")
    func once() async throws {
        let desk = try await Desk.make()
        let first = try await desk.put("A")
        let second = try await desk.put("B")
        #expect(first.act == .created && second.act == .changed)
        #expect(first.id == second.id)
        #expect(try await desk.put("B").act == .found)
        #expect(try await desk.put("C", number: "2").act == .created)
        let gone = desk.result(
            try await desk.apply([
                Self.entry("DELETE", "CarePlan?identifier=urn:plan%7C1", nil)
            ]))
        #expect(gone.act == .retracted && gone.id == first.id)
        let again = desk.result(
            try await desk.apply([
                Self.entry("DELETE", "CarePlan?identifier=urn:plan%7C1", nil)
            ]))
        #expect(again.rule == "resource-not-held")
        // What was entered in error is not found: the next update makes another.
        let third = try await desk.put("D")
        #expect(third.act == .created && third.id != first.id)
    }

    @Test("an identifier that a resource got later finds it, one that it lost does not")
    func changed() async throws {
        let desk = try await Desk.make()
        let first = try #require(try await desk.put("A").id)
        let renamed = Self.plan(of: desk.patient, number: "7", title: "A", id: "\(first)")
        _ = try await desk.apply([Self.entry("PUT", "CarePlan/\(first)", renamed)])
        #expect(try await desk.put("B", number: "7").id == first)
        #expect(try await desk.put("C").act == .created)
    }

    @Test("an identifier of two resources is refused, and of none that another entry makes")
    func several() async throws {
        let desk = try await Desk.make()
        let plan = Self.plan(of: desk.patient, number: "1", title: "A")
        for _ in 0..<2 { _ = try await desk.apply([Self.entry("POST", "CarePlan", plan)]) }
        #expect(try await desk.put("B").rule == "conditional-reference-ambiguous")
        let query = "CarePlan?identifier=urn:plan%7C2"
        let new = Self.plan(of: desk.patient, number: "2", title: "A")
        let events = try await desk.site.store.counts().events
        let twice = try await desk.apply(
            [Self.entry("PUT", query, new), Self.entry("PUT", query, new)], type: "transaction")
        #expect(desk.result(twice).rule == "resource-twice")
        #expect(try await desk.site.store.counts().events == events)
    }

    @Test("an id in the body is that of the one that is found, or a free one")
    func ids() async throws {
        let desk = try await Desk.make()
        let chosen = try await desk.put("A", id: "mine")
        #expect(chosen.act == .created)
        #expect(try await desk.put("B", id: "mine").id == chosen.id)
        #expect(try await desk.put("B", id: "other").rule == "id-of-another")
        #expect(try await desk.put("B", number: "2", id: "mine").rule == "id-in-use")
        #expect(try await desk.put("B", id: "\(try #require(chosen.id))").act != nil)
    }

    @Test("what is too large for an event is found by its identifier as well")
    func large() async throws {
        let desk = try await Desk.make()
        let title = String(repeating: "x", count: 300_000)
        let first = try await desk.put(title)
        #expect(try desk.site.number("SELECT count(*) FROM blob") == 1)
        let second = try await desk.put(title + "y")
        #expect(second.act == .changed && second.id == first.id)
    }

    @Test("a reference by identifier leads into directories only")
    func references() async throws {
        let desk = try await Desk.make()
        _ = try await desk.put("A")
        let plan = Self.plan(of: desk.patient, number: "2", title: "B").replacing(
            #""status""#,
            with: #""basedOn":[{"reference":"CarePlan?identifier=urn:plan%7C1"}],"status""#)
        let outcomes = try await desk.apply([Self.entry("POST", "CarePlan", plan)])
        #expect(desk.result(outcomes).rule == "conditional-reference-not-found")
    }

    @Test("what a client may not see is not found by its identifier")
    func withheld() async throws {
        let desk = try await Desk.make()
        let labels =
            #""meta":{"security":[{"system":"http://terminology.hl7.org/CodeSystem/v3-ActCode","#
            + #""code":"PSY"}]},"#
        let hidden = Self.plan(of: desk.patient, number: "1", title: "A", labels: labels)
        let wide = AccessView(
            compartments: [.identity, .general, .mentalHealth], isConflictAware: true)
        let made = desk.result(
            try await desk.apply([Self.entry("POST", "CarePlan", hidden)], access: wide))
        #expect(made.act == .created)
        #expect(try await desk.put("B").act == .created)
        #expect(try await desk.put("C", access: wide).rule == "conditional-reference-ambiguous")
    }

    @Test("a conditional creation works for every type, and other queries are refused")
    func creations() async throws {
        let desk = try await Desk.make()
        let plan = Self.plan(of: desk.patient, number: "1", title: "A")
        func create(_ query: String) -> String {
            #"{"resource":\#(plan),"request":{"method":"POST","url":"CarePlan","#
                + #""ifNoneExist":"\#(query)"}}"#
        }
        let first = desk.result(try await desk.apply([create("identifier=urn:plan%7C1")]))
        let second = desk.result(try await desk.apply([create("identifier=urn:plan%7C1")]))
        #expect(first.act == .created && second.act == .found && first.id == second.id)
        for query in ["identifier=1", "title=A", "identifier=urn:plan%7C1,urn:plan%7C2"] {
            #expect(
                desk.result(try await desk.apply([create(query)])).rule == "condition-unsupported")
        }
    }

    @Test("a file may name a resource so too, and a patient is found by a number it got later")
    func files() async throws {
        let site = try TestSite("practice")
        func file(_ family: String, _ numbers: [String]) -> String {
            let list = numbers.map { #"{"system":"urn:n","value":"\#($0)"}"# }
            let patient =
                #"{"resourceType":"Patient","identifier":[\#(list.joined(separator: ","))],"#
                + #""name":[{"family":"\#(family)"}]}"#
            return TestBundles.transaction([
                Self.entry("PUT", "Patient?identifier=urn:n%7C\(numbers.last ?? "")", patient)
            ])
        }
        try await site.importFile(file("A", ["1"]))
        try await site.importFile(file("B", ["2", "1"]))
        try await site.importFile(file("C", ["1", "2"]))
        #expect(try await site.store.counts().resources == 1)
    }
}
