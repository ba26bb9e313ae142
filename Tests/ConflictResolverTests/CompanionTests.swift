import CareRecord
import Testing

@testable import ConflictResolver

/// What is computed beside a resource (`merge.md` §10). All content is invented.
@Suite("Companions")
struct CompanionTests {
    /// The companions of a scenario as JSON, by type.
    private static func trees(
        _ scenario: Scenario, firstShown: Int64? = nil
    ) throws -> [String: [ProjectionTree]] {
        let problem = CompanionCheck.problem(scenario.history)
        #expect(problem == nil)
        let companions = scenario.history.companions(of: scenario.view) { _ in firstShown }
        let trees = try companions.map { try #require(ProjectionTree($0.json)) }
        return Dictionary(grouping: trees) { $0["resourceType"]?.string ?? "" }
    }

    private static func plan(_ title: String, _ more: String = "") -> String {
        ProjectionTests.plan(#","title":"\#(title)"\#(more)"#)
    }

    /// Two doses of one medicine, as two sites changed the same version.
    private static func twoDoses() -> Scenario {
        var scenario = Scenario("MedicationRequest")
        let created = scenario.whole(
            by: 1,
            #"""
            {"resourceType":"MedicationRequest","status":"active","intent":"order",
            "subject":{"reference":"Patient/p","display":"Ada Example"},
            "medicationCodeableConcept":{"text":"furosemide"},
            "dosageInstruction":[{"text":"once"}]}
            """#)
        for site in [1, 2] as [UInt64] {
            let body = #"""
                {"medicationCodeableConcept":{"text":"furosemide"},
                "dosageInstruction":[{"text":"dose \#(site)"}]}
                """#
            scenario.facet(by: site, "body", body, shown: [created])
        }
        return scenario
    }

    @Test("one version has one Provenance, which points at every facet")
    func provenance() throws {
        var scenario = Scenario("CarePlan")
        scenario.whole(
            by: 1,
            Self.plan(
                "a",
                #","activity":[{"detail":{"status":"scheduled","scheduledString":"d"}}]"#
                    + #","goal":[{"reference":"Goal/1"}]"#))
        let trees = try Self.trees(scenario)
        #expect(trees.keys.sorted() == ["Provenance"])
        let found = try #require(trees["Provenance"])
        #expect(found.count == 1)
        #expect(found[0]["recorded"]?.string == "1970-01-01T00:00:00.001Z")
        #expect(found[0]["agent"]?[0]?["who"]?["display"]?.string == "p1")
        #expect(found[0]["agent"]?[0]?["role"]?[0]?["text"]?.string == "r")
        #expect(found[0]["agent"]?[0]?["onBehalfOf"]?["display"]?.string == "o1")
        #expect(found[0]["entity"] == nil && found[0]["signature"] == nil)
        let activity = try #require(scenario.parts("CarePlan.activity").first)
        let pointers = (found[0]["target"]?.items ?? []).map { target in
            (target["extension"]?.items ?? []).compactMap {
                $0["valueString"]?.string ?? $0["valueUri"]?.string
            }
        }
        let id = activity.entity.description
        #expect(
            Set(pointers) == [
                [], ["CarePlan.title"], ["CarePlan.status"], [id],
                ["CarePlan.intent", "CarePlan.subject"],
                [id, "CarePlan.activity[0].detail.scheduled"],
                [id, "CarePlan.activity[0].detail.status"], ["CarePlan.goal[0]"],
            ])
    }

    @Test("a later change names what it replaced, and takes its facet over")
    func revision() throws {
        var scenario = Scenario("CarePlan")
        let created = scenario.whole(by: 1, Self.plan("a"))
        scenario.facet(by: 2, "heading", #"{"title":"b"}"#, shown: [created])
        let found = try #require(try Self.trees(scenario)["Provenance"])
        let later = try #require(found.first { $0["entity"] != nil })
        #expect(later["agent"]?[0]?["who"]?["display"]?.string == "p2")
        #expect(later["entity"]?.items.count == 1)
        #expect(later["entity"]?[0]?["role"]?.string == "revision")
        let replaced = later["entity"]?[0]?["what"]?["identifier"]?["value"]?.string
        #expect(replaced == created.dot.description)
        for tree in found {
            let isTitle = (tree["target"]?.items ?? []).contains { target in
                target["extension"]?[0]?["valueString"]?.string == "CarePlan.title"
            }
            #expect(isTitle == (tree == later))
        }
    }

    @Test("an author who acts for somebody is an agent for both; who is unnamed has a reason")
    func agents() throws {
        var history = ResourceHistory(type: "Goal", entity: EntityID(Bits128(high: 1, low: 1)))
        let authors = [
            Author(practitioner: "p", role: "proxy", organisation: "o", onBehalfOf: "q"),
            Author(practitioner: "", role: "", organisation: ""),
        ]
        for (number, author) in authors.enumerated() {
            let dot = Dot(
                replica: Replica(
                    site: Scenario.site(UInt64(number)), incarnation: Incarnation(1)), counter: 1)
            history.insert(
                HeldChange(
                    name: HeadName(
                        dot: dot, index: 0, event: Scenario.named(1, UInt64(number))),
                    element: Element(
                        entityType: "Goal", entity: history.entity, facet: Facet("start")),
                    operation: .assign, author: author,
                    time: HybridTime(bits: UInt64.max),
                    value: .given(Array(#"{"startDate":"2026-01-01"}"#.utf8))))
        }
        let view = try #require(history.view())
        let trees = history.companions(of: view).compactMap { ProjectionTree($0.json) }
        #expect(trees.count == 2)
        // R4 cannot say a time after the year 9999.
        #expect(trees.allSatisfy { $0["recorded"] == nil && $0["_recorded"] != nil })
        let agents = trees.compactMap { $0["agent"]?.items }.sorted { $0.count < $1.count }
        #expect(agents[0] == [.object(["who": try #require(ProjectionTree(R4Value.absent.bytes))])])
        #expect(agents[1].map { $0["who"]?["display"]?.string } == ["p", "p"])
        #expect(agents[1].map { $0["onBehalfOf"]?["display"]?.string } == ["o", "q"])
    }

    @Test("two doses are an issue of high severity, with a task and a flag, and no dose in them")
    func urgent() throws {
        let scenario = Self.twoDoses()
        let trees = try Self.trees(scenario, firstShown: 1_700_000_000_000)
        let conflict = try #require(scenario.view.conflicts.first)
        let issue = try #require(trees["DetectedIssue"]?.first)
        #expect(trees["DetectedIssue"]?.count == 1 && trees["Task"]?.count == 1)
        #expect(issue["status"]?.string == "preliminary")
        #expect(issue["severity"]?.string == "high")
        #expect(issue["code"]?["text"]?.string == "Conflict of class U, siblings")
        #expect(issue["code"]?["coding"]?.items.map { $0["code"]?.string } == ["U", "siblings"])
        #expect(issue["identifiedDateTime"]?.string == "2023-11-14T22:13:20.000Z")
        #expect(issue["patient"] == ProjectionTree(#"{"reference":"Patient/p"}"#))
        #expect(issue["evidence"]?[0]?["detail"]?.items.count == 2)
        let task = try #require(trees["Task"]?.first)
        #expect(task["status"]?.string == "requested" && task["intent"]?.string == "order")
        #expect(task["priority"]?.string == "urgent")
        #expect(task["for"]?["reference"]?.string == "Patient/p")
        let roles = task["performerType"]?.items.map { $0["text"]?.string }
        #expect(roles == ["pharmacist", "prescriber"])
        #expect(task["restriction"]?["period"]?["end"]?.string == "2023-11-15T22:13:20.000Z")
        let next = "Next: accord conflict show \(conflict.id)"
        #expect(task["description"]?.string?.hasSuffix(next) == true)
        let flag = try #require(trees["Flag"]?.first)
        #expect(trees["Flag"]?.count == 1 && flag["status"]?.string == "active")
        #expect(flag["subject"]?["reference"]?.string == "Patient/p")
        #expect(flag["period"]?["start"]?.string == "2023-11-14T22:13:20.000Z")
        let basis = flag["extension"]?[0]?["valueReference"]?["reference"]?.string
        #expect(basis == "DetectedIssue/\(issue["id"]?.string ?? "")")
        for tree in [issue, task, flag] {
            for word in ["dose 1", "dose 2", "furosemide", "Ada"] {
                #expect(!"\(tree)".contains(word))
            }
        }
    }

    @Test("ids are those that other implementations compute")
    func names() throws {
        let trees = try Self.trees(Self.twoDoses())
        let ids = ["DetectedIssue", "Task", "Flag"].map { trees[$0]?[0]["id"]?.string }
        #expect(
            ids == [
                "aec13ea4-ce4e-88ae-a102-6f7cf07f87de", "5219ecc7-9361-88f2-9c9c-65a891b6a46a",
                "4eac2c6c-e945-82da-a969-6ddca161203a",
            ])
    }

    @Test("without a first time nothing says since when, nor until when")
    func untimed() throws {
        let trees = try Self.trees(Self.twoDoses())
        #expect(trees["DetectedIssue"]?[0]["identifiedDateTime"] == nil)
        #expect(trees["Task"]?[0]["restriction"] == nil && trees["Task"]?[0]["authoredOn"] == nil)
        #expect(trees["Flag"]?[0]["period"] == nil)
    }

    @Test("of class F there are a look of low severity and no flag, of class H no flag either")
    func otherClasses() throws {
        var plan = Scenario("CarePlan")
        let created = plan.whole(by: 1, Self.plan("a"))
        plan.facet(by: 1, "heading", #"{"title":"b"}"#, shown: [created])
        plan.facet(by: 2, "heading", #"{"title":"c"}"#, shown: [created])
        let flagged = try Self.trees(plan, firstShown: 0)
        #expect(flagged["DetectedIssue"]?.map { $0["severity"]?.string } == ["low"])
        #expect(flagged["Task"]?[0]["code"]?["text"]?.string == "Review what is shown")
        #expect(flagged["Task"]?[0]["priority"]?.string == "routine")
        let due = flagged["Task"]?[0]["restriction"]?["period"]?["end"]?.string
        #expect(due == "1970-04-01T00:00:00.000Z")
        #expect(flagged["Flag"] == nil)

        plan.facet(by: 1, "status", #"{"status":"revoked"}"#, shown: [created])
        plan.facet(by: 2, "status", #"{"status":"on-hold"}"#, shown: [created])
        let decided = try Self.trees(plan, firstShown: 0)
        let severities = decided["DetectedIssue"]?.compactMap { $0["severity"]?.string }
        #expect(severities?.sorted() == ["low", "moderate"])
        let ends = decided["Task"]?.compactMap { task in
            task["restriction"]?["period"]?["end"]?.string
        }
        #expect(ends?.sorted().first == "1970-01-08T00:00:00.000Z")
        #expect(decided["Flag"] == nil)
    }
}
