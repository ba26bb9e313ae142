import CareRecord
import Testing

@testable import ConflictResolver

/// What a merged resource looks like in R4 (`merge.md` §10). All content is invented.
@Suite("Projection to R4")
struct ProjectionTests {
    static func plan(_ more: String) -> String {
        #"{"resourceType":"CarePlan","status":"active","intent":"plan","#
            + #""subject":{"reference":"Patient/p"}\#(more)}"#
    }

    static func tree(_ scenario: Scenario) throws -> ProjectionTree {
        let projected = try #require(scenario.history.projected())
        return try #require(ProjectionTree(projected.json))
    }

    private static let request = #"""
        {"resourceType":"MedicationRequest","status":"active","intent":"order",
        "subject":{"reference":"Patient/p"},
        "medicationCodeableConcept":{"text":"furosemide"},
        "dosageInstruction":[{"text":"once","doseAndRate":[{"doseQuantity":{"value":5.0}}]}]}
        """#

    @Test("a single version keeps its members, its numbers and what nobody knows")
    func singleVersion() throws {
        var scenario = Scenario("CarePlan")
        scenario.whole(
            by: 1,
            Self.plan(
                #"""
                ,"id":"other","text":{"status":"generated","div":"<div>x</div>"},
                "meta":{"versionId":"3","lastUpdated":"2026-01-01T00:00:00Z","profile":["u:p"]},
                "unheardOf":5.00,
                "activity":[{"id":"a","detail":{"status":"in-progress","description":"walk"}}],
                "goal":[{"reference":"Goal/1"}]
                """#))
        let projected = try #require(scenario.history.projected())
        let text = String(decoding: projected.json, as: UTF8.self)
        #expect(!projected.isDisputed)
        let start = #"{"resourceType":"CarePlan","id":"\#(scenario.entity)","#
        #expect(text.hasPrefix(start))
        #expect(text.contains(#""unheardOf":5.00"#))
        let tree = try Self.tree(scenario)
        #expect(tree["meta"] == ProjectionTree(#"{"profile":["u:p"]}"#))
        #expect(tree["text"]?["div"]?.string == "<div>x</div>")
        #expect(tree["goal"] == ProjectionTree(#"[{"reference":"Goal/1"}]"#))
        let activity = try #require(scenario.parts("CarePlan.activity").first)
        #expect(tree["activity"]?[0]?["id"]?.string == activity.entity.description)
        #expect(tree["activity"]?[0]?["detail"]?["description"]?.string == "walk")
        #expect(tree["extension"] == nil && tree["modifierExtension"] == nil)
    }

    @Test("two doses are both in one modifier extension, and the base shows neither")
    func twoDoses() throws {
        var scenario = Scenario("MedicationRequest")
        let created = scenario.whole(by: 1, Self.request)
        for (site, dose) in [(1, "5.0"), (2, "10.00")] as [(UInt64, String)] {
            let body = #"""
                {"medicationCodeableConcept":{"text":"furosemide"},"doNotPerform":false,
                "dispenseRequest":{"numberOfRepeatsAllowed":2,"validityPeriod":{"start":"2026"}},
                "dosageInstruction":[{"doseAndRate":[{"doseQuantity":{"value":\#(dose)}}]},
                {"text":"b"}]}
                """#
            scenario.facet(by: site, "body", body, shown: [created])
        }
        let projected = try #require(scenario.history.projected())
        let tree = try Self.tree(scenario)
        #expect(projected.isDisputed)
        #expect(tree["dosageInstruction"] == nil && tree["dispenseRequest"] == nil)
        let reason = tree["medicationCodeableConcept"]?["extension"]?[0]
        #expect(reason?["url"]?.string == AccordExtension.absentReason)
        #expect(reason?["valueCode"]?.string == "unknown")
        #expect(tree["status"]?.string == "active")
        let disputed = try #require(tree.extensions(.disputed).first)
        #expect(tree.modifiers.count == 1)
        #expect(disputed.value("element")?.string == "MedicationRequest/body")
        #expect(disputed.value("class")?.string == "U")
        let siblings = disputed.parts("sibling")
        let doses = siblings.map { sibling in
            sibling.said(as: "MedicationRequest")?["dosageInstruction"]?[0]?["doseAndRate"]?[0]?[
                "doseQuantity"]?["value"]
        }
        #expect(doses == [.number("10.00"), .number("5.0")])
        let writers = siblings.compactMap { $0.parts("written").first }
        #expect(writers.map { $0.value("author")?.string } == ["p2", "p1"])
        #expect(writers.map { $0.value("organisation")?.string } == ["o2", "o1"])
        #expect(writers[0].value("recorded")?.string == "1970-01-01T00:00:00.003Z")
        #expect(writers[0].value("dot")?.string?.hasSuffix("#1.0") == true)
        // Each member under its own name and type.
        let value = try #require(siblings[0].parts("value").first)
        let types = Set(
            value.objects.flatMap { object -> [String] in
                let name = object["url"]?.string ?? ""
                return object.members.keys.filter { $0.hasPrefix("value") }
                    .map { "\(name) \($0)" }
            })
        #expect(
            types.isSuperset(of: [
                "medicationCodeableConcept valueCodeableConcept", "doNotPerform valueBoolean",
                "dosageInstruction valueDosage", "numberOfRepeatsAllowed valueUnsignedInt",
                "validityPeriod valuePeriod",
            ]))
        let tag = tree["meta"]?["tag"]?[0]
        #expect(tag?["code"]?.string == "unresolved-conflict")
        let div = tree["text"]?["div"]?.string ?? ""
        #expect(div.hasPrefix(#"<div xmlns="http://www.w3.org/1999/xhtml"><p>DISPUTED"#))
        #expect(div.contains("10.00") && div.contains("p1 (r, o1)"))
    }

    @Test("of class F the first in display order is shown, the others beside it")
    func flagged() throws {
        var scenario = Scenario("CarePlan")
        let created = scenario.whole(by: 1, Self.plan(#","title":"a""#))
        scenario.facet(by: 1, "heading", #"{"title":"first"}"#, shown: [created])
        scenario.facet(by: 2, "heading", #"{"title":"later"}"#, shown: [created])
        let projected = try #require(scenario.history.projected())
        let tree = try Self.tree(scenario)
        #expect(!projected.isDisputed)
        #expect(tree["title"]?.string == "later")
        #expect(tree["modifierExtension"] == nil && tree["meta"] == nil && tree["text"] == nil)
        let siblings = tree.extensions(.siblings).flatMap { $0.parts("sibling") }
        #expect(siblings.map { $0.said(as: "CarePlan")?["title"]?.string } == ["first"])
    }

    @Test("a disputed status is unknown where its value set allows it, else absent with a reason")
    func disputedStatus() throws {
        var plan = Scenario("CarePlan")
        let created = plan.whole(
            by: 1, Self.plan(#","activity":[{"detail":{"status":"scheduled"}}]"#))
        let activity = try #require(plan.parts("CarePlan.activity").first)
        for (site, code) in [(1, "stopped"), (2, "in-progress")] as [(UInt64, String)] {
            plan.facet(
                by: site, of: activity, "status", #"{"detail":{"status":"\#(code)"}}"#,
                shown: [created])
            plan.facet(
                by: site, "status", #"{"status":"\#(site == 1 ? "revoked" : "active")"}"#,
                shown: [created])
        }
        let tree = try Self.tree(plan)
        #expect(tree["status"]?.string == "unknown")
        #expect(tree["activity"]?[0]?["detail"]?["status"]?.string == "unknown")
        let stop = try #require(tree["activity"]?[0]?.extensions(.disputed).first)
        #expect(stop.value("kind")?.string == "disputed-stop")
        let codes = stop.parts("sibling").map {
            $0.said(as: "CarePlan.activity")?["detail"]?["status"]?.string
        }
        #expect(codes == ["stopped", "in-progress"])
        let div = tree["text"]?["div"]?.string ?? ""
        #expect(div.contains("STOP <q>") && div.contains("CONTINUE <q>"))
        #expect(div.contains("Do not assume either. ") || div.contains("Do not assume either.<"))

        var goal = Scenario("Goal")
        let shown = goal.whole(
            by: 1,
            #"""
            {"resourceType":"Goal","lifecycleStatus":"active","description":{"text":"walk"},
            "subject":{"reference":"Patient/p"}}
            """#)
        for (site, code) in [(1, "cancelled"), (2, "accepted")] as [(UInt64, String)] {
            goal.facet(by: site, "status", #"{"lifecycleStatus":"\#(code)"}"#, shown: [shown])
            goal.facet(
                by: site, "description", #"{"description":{"text":"\#(site)"}}"#, shown: [shown])
        }
        let merged = try Self.tree(goal)
        #expect(merged["lifecycleStatus"] == nil)
        for name in ["_lifecycleStatus", "description"] {
            let reason = merged[name]?["extension"]?[0]
            #expect(reason?["url"]?.string == AccordExtension.absentReason)
        }
        #expect(merged.modifiers.count == 2)
        #expect(merged["subject"]?["reference"]?.string == "Patient/p")
    }

    @Test("of what nothing else lists, whose record it is stays while everybody says the same")
    func restKeepsItsSubject() throws {
        var scenario = Scenario("CarePlan")
        scenario.whole(by: 1, Self.plan(#","created":"2026-01-01""#))
        scenario.whole(by: 2, Self.plan(#","created":"2026-01-02""#))
        let tree = try Self.tree(scenario)
        #expect(tree["subject"]?["reference"]?.string == "Patient/p")
        #expect(tree["intent"]?.string == "plan")
        #expect(tree["created"] == nil)
        let siblings = tree.extensions(.disputed).flatMap { $0.parts("sibling") }
        #expect(
            siblings.map { $0.said(as: "CarePlan")?["created"]?.string }
                == ["2026-01-02", "2026-01-01"])
    }

    @Test("versions that name different patients show neither")
    func differentSubjects() throws {
        var scenario = Scenario("Goal")
        for site in [1, 2] as [UInt64] {
            scenario.whole(
                by: site,
                #"""
                {"resourceType":"Goal","lifecycleStatus":"active","description":{"text":"d"},
                "subject":{"reference":"Patient/\#(site)"}}
                """#)
        }
        let tree = try Self.tree(scenario)
        #expect(tree["subject"]?["reference"] == nil)
        #expect(tree["subject"] == ProjectionTree(R4Value.absent.bytes))
        #expect(tree.extensions(.disputed).flatMap { $0.parts("sibling") }.count == 2)
    }

    @Test("labels of every version stay, whichever is shown")
    func labelsAreUnited() throws {
        var scenario = Scenario("CarePlan")
        for (site, code) in [(1, "R"), (2, "N")] as [(UInt64, String)] {
            scenario.whole(
                by: site,
                Self.plan(
                    #","text":{"div":"x"},"meta":{"security":[{"code":"\#(code)"}],"#
                        + #""source":"s\#(site)"}"#
                ))
        }
        let tree = try Self.tree(scenario)
        let expected = #"{"security":[{"code":"N"},{"code":"R"}],"source":"s2"}"#
        #expect(tree["meta"] == ProjectionTree(expected))
        #expect(tree["text"] == nil)
    }

    @Test("whole versions whose entities carry no ids show both, what is equal once")
    func unmatched() throws {
        var scenario = Scenario("CarePlan")
        for (site, dose) in [(1, "5 mg"), (2, "10 mg")] as [(UInt64, String)] {
            scenario.whole(
                by: site,
                Self.plan(
                    #"""
                    ,"activity":[{"detail":{"status":"scheduled","description":"\#(dose)"}},
                    {"detail":{"status":"scheduled","description":"walk"}}],
                    "goal":[{"reference":"Goal/1"}]
                    """#))
        }
        #expect(scenario.view.found == ["H unmatched"])
        let tree = try Self.tree(scenario)
        let texts = tree["activity"]?.items.map { $0["detail"]?["description"]?.string }
        #expect(texts == ["5 mg", "walk", "10 mg"])
        #expect(tree["goal"]?.items.count == 1)
        let disputed = try #require(tree.modifiers.first)
        #expect(disputed.value("kind")?.string == "unmatched")
        let entities = disputed.parts("entity").map { $0["valueId"] }
        #expect(entities == [tree["activity"]?[0]?["id"], tree["activity"]?[2]?["id"]])
        #expect(disputed.parts("sibling").count == 2)
    }

    @Test("equal activities within one version are as many as it has")
    func repeatedActivities() throws {
        var scenario = Scenario("CarePlan")
        let item = #"{"detail":{"status":"scheduled","description":"walk"}}"#
        scenario.whole(by: 1, Self.plan(",\"activity\":[\(item),\(item)]"))
        scenario.whole(by: 2, Self.plan(",\"activity\":[\(item)]"))
        #expect(try Self.tree(scenario)["activity"]?.items.count == 2)
    }

    @Test("plain references get an id only if two say the same")
    func idsOfPlainMembers() throws {
        var scenario = Scenario("CarePlan")
        scenario.whole(
            by: 1,
            Self.plan(
                #","goal":[{"reference":"Goal/1"},{"reference":"Goal/2"},{"reference":"Goal/1"}]"#)
        )
        let goals = try #require(try Self.tree(scenario)["goal"]?.items)
        #expect(goals.map { $0["id"] != nil } == [true, false, true])
    }
}
