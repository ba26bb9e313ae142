import CareRecord
import Testing

@testable import ConflictResolver

/// Which companions come, stay and go with conflicts. All content is invented.
@Suite("Companions of conflicts")
struct CompanionConflictTests {
    private static func trees(_ scenario: Scenario) throws -> [String: [ProjectionTree]] {
        let problem = CompanionCheck.problem(scenario.history)
        #expect(problem == nil)
        let companions = scenario.history.companions(of: scenario.view)
        let trees = try companions.map { try #require(ProjectionTree($0.json)) }
        return Dictionary(grouping: trees) { $0["resourceType"]?.string ?? "" }
    }

    private static func ids(_ scenario: Scenario) -> [Companion.Kind: Set<EntityID>] {
        let companions = scenario.history.companions(of: scenario.view)
        return Dictionary(grouping: companions, by: \.kind).mapValues { Set($0.map(\.id)) }
    }

    private static func medicine(_ subject: String, _ dose: String) -> String {
        #"{"resourceType":"MedicationRequest","status":"active","intent":"order","#
            + #""subject":\#(subject),"medicationCodeableConcept":{"text":"\#(dose)"}}"#
    }

    @Test("a warning is told to stand")
    func warning() throws {
        var scenario = Scenario("AllergyIntolerance")
        for (site, code) in [(1, "active"), (2, "inactive")] as [(UInt64, String)] {
            scenario.whole(
                by: site,
                #"{"resourceType":"AllergyIntolerance","patient":{"reference":"Patient/p"},"#
                    + #""criticality":"high","clinicalStatus":{"coding":[{"code":"\#(code)"}]}}"#)
        }
        #expect(scenario.view.found == ["U siblings"])
        let trees = try Self.trees(scenario)
        let stands = "What warns most is shown and stands until somebody decides."
        #expect(trees["Flag"]?[0]["code"]?["text"]?.string?.contains(stands) == true)
        #expect(trees["DetectedIssue"]?[0]["detail"]?.string?.contains(stands) == true)
        #expect(trees["DetectedIssue"]?[0]["patient"]?["reference"]?.string == "Patient/p")
    }

    @Test("of an advance decision the task asks for a new document")
    func advanceDecision() throws {
        var scenario = Scenario("ServiceRequest")
        for (site, status) in [(1, "active"), (2, "revoked")] as [(UInt64, String)] {
            scenario.whole(
                by: site,
                #"{"resourceType":"ServiceRequest","status":"\#(status)","#
                    + #""subject":{"reference":"Patient/p"},"code":{"coding":[{"#
                    + #""system":"http://snomed.info/sct","code":"304253006"}]}}"#)
        }
        let trees = try Self.trees(scenario)
        let task = try #require(trees["Task"]?.first)
        #expect(task["description"]?.string?.contains("Only a document") == true)
        let roles = task["performerType"]?.items.map { $0["text"]?.string }
        #expect(roles == ["patient", "senior-clinician"])
        #expect(trees["Flag"]?.count == 1)
    }

    @Test("who ended a part and who changed it are both evidence")
    func presence() throws {
        var scenario = Scenario("CarePlan")
        let created = scenario.whole(
            by: 1,
            ProjectionTests.plan(
                #","activity":[{"detail":{"status":"scheduled","description":"walk"}}]"#))
        let activity = try #require(scenario.parts("CarePlan.activity").first)
        scenario.end(by: 1, activity, .retract, shown: [created])
        scenario.facet(
            by: 2, of: activity, "body", #"{"detail":{"description":"sit"}}"#, shown: [created])
        let trees = try Self.trees(scenario)
        #expect(scenario.view.found.contains("H changedBesideEnding"))
        let issue = try #require(
            trees["DetectedIssue"]?.first { issue in
                issue["code"]?["coding"]?[1]?["code"]?.string == "changed-beside-ending"
            })
        let evidence = issue["evidence"]?[0]?["detail"]?.items.map { $0["reference"]?.string }
        let authors = (trees["Provenance"] ?? []).filter { tree in
            evidence?.contains("Provenance/\(tree["id"]?.string ?? "")") ?? false
        }.compactMap { $0["agent"]?[0]?["who"]?["display"]?.string }
        #expect(Set(authors).isSuperset(of: ["p1", "p2"]))
    }

    @Test("what a PUT left out has an issue, whose evidence names who left it out")
    func omitted() throws {
        var scenario = Scenario("CarePlan")
        let created = scenario.whole(by: 1, ProjectionTests.plan(#","title":"a""#))
        let element = Element(
            entityType: "CarePlan", entity: scenario.entity, facet: Facet("heading"))
        _ = scenario.write(by: 2, element, .omit, nil, shown: [created])
        #expect(scenario.view.found == ["F omitted"])
        let trees = try Self.trees(scenario)
        let whole = try #require(
            trees["Provenance"]?.first { $0["agent"]?[0]?["who"]?["display"]?.string == "p2" })
        #expect(whole["target"]?.items.count == 1 && whole["target"]?[0]?["extension"] == nil)
    }

    @Test("a conflict that was decided leaves a Provenance and nothing else")
    func resolved() throws {
        var scenario = Scenario("MedicationRequest")
        for site in [1, 2] as [UInt64] {
            scenario.whole(
                by: site, Self.medicine(#"{"reference":"Patient/p"}"#, "\(site) mg"))
        }
        #expect(Self.ids(scenario)[.task]?.count == 1)
        let heads = scenario.view.conflicts.flatMap(\.heads)
        scenario.whole(
            by: 3, Self.medicine(#"{"reference":"Patient/p"}"#, "2 mg"), shown: heads, .assign)
        let trees = try Self.trees(scenario)
        #expect(trees.keys.sorted() == ["Provenance"])
        #expect(trees["Provenance"]?.count == 1)
        #expect(trees["Provenance"]?[0]["entity"]?.items.count == 2)
    }

    @Test("ids are others when a head joins, and stay when something else changes")
    func ids() throws {
        var scenario = Scenario("MedicationRequest")
        let created = scenario.whole(
            by: 1, Self.medicine(#"{"reference":"Patient/p"}"#, "1 mg"))
        for site in [1, 2] as [UInt64] {
            scenario.facet(
                by: site, "body", #"{"medicationCodeableConcept":{"text":"\#(site)"}}"#,
                shown: [created])
        }
        let before = Self.ids(scenario)
        scenario.facet(by: 1, "reasons", #"{"reasonCode":[{"text":"r"}]}"#, shown: [created])
        let beside = Self.ids(scenario)
        for kind in [Companion.Kind.detectedIssue, .task, .flag] {
            #expect(beside[kind] == before[kind] && before[kind]?.count == 1)
        }
        #expect(beside[.provenance]?.isSuperset(of: before[.provenance] ?? []) == true)
        scenario.facet(
            by: 3, "body", #"{"medicationCodeableConcept":{"text":"3"}}"#, shown: [created])
        let after = Self.ids(scenario)
        for kind in [Companion.Kind.detectedIssue, .task, .flag] {
            #expect(after[kind]?.isDisjoint(with: before[kind] ?? []) == true)
        }
    }

    @Test(
        "a subject that is disputed, contained or absent is named nowhere, and no flag is raised",
        arguments: [
            (#"{"reference":"Patient/a"}"#, #"{"reference":"Patient/b"}"#),
            (##"{"reference":"#p"}"##, ##"{"reference":"#p"}"##),
            (#"{"display":"d"}"#, #"{"display":"d"}"#), (#""Patient/p""#, #""Patient/p""#),
        ])
    func noSubject(first: String, second: String) throws {
        var scenario = Scenario("MedicationRequest")
        scenario.whole(by: 1, Self.medicine(first, "1 mg"))
        scenario.whole(by: 2, Self.medicine(second, "2 mg"))
        let trees = try Self.trees(scenario)
        #expect(trees["Flag"] == nil)
        #expect(trees["DetectedIssue"]?.allSatisfy { $0["patient"] == nil } == true)
        #expect(trees["Task"]?.allSatisfy { $0["for"] == nil } == true)
    }

    @Test(
        "only a patient stands where R4 asks for one",
        arguments: [
            (#"{"reference":"Group/g"}"#, false),
            (#"{"reference":"urn:uuid:0","type":"Group"}"#, false),
            (#"{"reference":"http://h/fhir/Patient/p"}"#, true),
            (#"{"reference":"urn:uuid:0"}"#, true),
            (#"{"identifier":{"system":"s","value":"v"}}"#, true),
        ])
    func patient(subject: String, isPatient: Bool) throws {
        var scenario = Scenario("MedicationRequest")
        scenario.whole(by: 1, Self.medicine(subject, "1 mg"))
        scenario.whole(by: 2, Self.medicine(subject, "2 mg"))
        let trees = try Self.trees(scenario)
        #expect((trees["DetectedIssue"]?[0]["patient"] != nil) == isPatient)
        #expect(trees["Flag"]?[0]["subject"] == ProjectionTree(subject))
    }

    @Test("a patient who is dead to some is flagged on the patient")
    func deceased() throws {
        var scenario = Scenario("Patient")
        for site in [1, 2] as [UInt64] {
            scenario.whole(
                by: site, #"{"resourceType":"Patient","deceasedBoolean":\#(site == 1)}"#)
        }
        let flag = try #require(try Self.trees(scenario)["Flag"]?.first)
        #expect(flag["subject"]?["reference"]?.string == "Patient/\(scenario.entity)")
    }

    @Test("who said the same in another version is pointed at what is shown")
    func twins() throws {
        var scenario = Scenario("CarePlan")
        for site in [1, 2] as [UInt64] {
            scenario.whole(
                by: site,
                ProjectionTests.plan(
                    #","activity":[{"detail":{"status":"scheduled","description":"walk"}}]"#))
        }
        let id = try #require(ProjectionTests.tree(scenario)["activity"]?[0]?["id"])
        let found = try #require(try Self.trees(scenario)["Provenance"])
        #expect(found.count == 2)
        for tree in found {
            let isPointed = (tree["target"]?.items ?? []).contains { target in
                target["extension"]?[0]?["valueUri"] == id
            }
            #expect(isPointed)
        }
    }
}
