import CareRecord
import Testing

@testable import ConflictResolver

@Suite("Projection of what ended, and of warnings")
struct ProjectionPresenceTests {
    private static let allergy = #"""
        {"resourceType":"AllergyIntolerance","patient":{"reference":"Patient/p"},
        "code":{"text":"penicillin"},
        "clinicalStatus":{"coding":[{"code":"active"}]},
        "verificationStatus":{"coding":[{"code":"confirmed"}]}}
        """#

    private static func standing(_ clinical: String, _ verified: String) -> String {
        #"{"clinicalStatus":{"coding":[{"code":"\#(clinical)"}]},"#
            + #""verificationStatus":{"coding":[{"code":"\#(verified)"}]}}"#
    }

    private static func codes(_ tree: ProjectionTree, _ member: String) -> [String?] {
        tree[member]?["coding"]?.items.map { $0["code"]?.string } ?? []
    }

    @Test("a retracted plan is entered in error, and its status stays readable")
    func retractedPlan() throws {
        var scenario = Scenario("CarePlan")
        let created = scenario.whole(by: 1, ProjectionTests.plan(#","title":"t""#))
        scenario.end(by: 1, shown: [created], covers: [created])
        let projected = try #require(scenario.history.projected())
        let tree = try ProjectionTests.tree(scenario)
        #expect(!projected.isDisputed)
        #expect(tree["status"]?.string == "entered-in-error")
        #expect(tree["title"]?.string == "t")
        let siblings = tree.extensions(.retracted).flatMap { $0.parts("sibling") }
        #expect(siblings.map { $0.said(as: "CarePlan")?["status"]?.string } == ["active"])
    }

    @Test(
        "a retracted warning or problem is so by its verification alone",
        arguments: [
            "AllergyIntolerance", "Condition",
        ])
    func retractedStanding(type: String) throws {
        var scenario = Scenario(type)
        let created = scenario.whole(
            by: 1,
            #"""
            {"resourceType":"\#(type)","subject":{"reference":"Patient/p"},
            "patient":{"reference":"Patient/p"},"code":{"text":"c"},
            "clinicalStatus":{"coding":[{"code":"resolved"}]},"abatementString":"x",
            "verificationStatus":{"coding":[{"code":"confirmed"}]}}
            """#)
        scenario.end(by: 1, shown: [created], covers: [created])
        let tree = try ProjectionTests.tree(scenario)
        #expect(Self.codes(tree, "verificationStatus") == ["entered-in-error"])
        // ait-2 and con-5; con-4 if the end of the problem went with it.
        #expect(tree["clinicalStatus"] == nil)
        #expect(type != "Condition" || tree["abatementString"] == nil)
        let said = tree.extensions(.retracted).first?.parts("sibling").first?.said(as: type)
        #expect(said?["clinicalStatus"]?["coding"]?[0]?["code"]?.string == "resolved")
    }

    @Test("a resource whose type has no such status says so beside it")
    func retractedPatient() throws {
        var scenario = Scenario("Patient")
        let created = scenario.whole(by: 1, #"{"resourceType":"Patient","gender":"other"}"#)
        scenario.end(by: 1, shown: [created], covers: [created])
        let tree = try ProjectionTests.tree(scenario)
        #expect(tree.modifiers.map { $0["url"]?.string } == [AccordExtension.retracted.url])
        #expect(tree["gender"]?.string == "other")
    }

    @Test("a retraction against a live head shows no status and both who did what")
    func contestedMedicine() throws {
        var scenario = Scenario("MedicationRequest")
        let created = scenario.whole(
            by: 1,
            #"""
            {"resourceType":"MedicationRequest","status":"active","intent":"order",
            "subject":{"reference":"Patient/p"},"medicationCodeableConcept":{"text":"m"}}
            """#)
        scenario.end(by: 1, shown: [created], covers: [created])
        scenario.facet(
            by: 2, "body", #"{"medicationCodeableConcept":{"text":"n"}}"#, shown: [created])
        let projected = try #require(scenario.history.projected())
        let tree = try ProjectionTests.tree(scenario)
        #expect(projected.isDisputed)
        #expect(tree["status"]?.string == "unknown")
        #expect(tree["medicationCodeableConcept"]?["text"]?.string == "n")
        let kinds = tree.extensions(.disputed).map { $0.value("kind")?.string }
        #expect(kinds == ["siblings", "changed-beside-ending"])
        let status = tree.extensions(.disputed)[0].parts("sibling")[0].said(as: "MedicationRequest")
        #expect(status?["status"]?.string == "active")
        let deeds = tree.extensions(.disputed)[1].parts("sibling").map { $0.value("did")?.string }
        #expect(Set(deeds) == ["retracted", "changed"])
    }

    @Test("what ended is left out; what somebody changed beside the ending stays")
    func endedActivities() throws {
        var scenario = Scenario("CarePlan")
        let created = scenario.whole(
            by: 1,
            ProjectionTests.plan(
                #"""
                ,"activity":[{"detail":{"status":"scheduled","description":"walk"}},
                {"detail":{"status":"scheduled","description":"rest"}}]
                """#))
        let parts = scenario.parts("CarePlan.activity")
        for part in parts {
            scenario.end(by: 1, part, .unlink, shown: [created], covers: [created])
        }
        #expect(try ProjectionTests.tree(scenario)["activity"] == nil)
        scenario.facet(
            by: 2, of: parts[1], "body", #"{"detail":{"description":"rest; STOP if dizzy"}}"#,
            shown: [created])
        let activities = try #require(try ProjectionTests.tree(scenario)["activity"]?.items)
        #expect(activities.count == 1)
        #expect(activities[0]["detail"]?["description"]?.string == "rest; STOP if dizzy")
        #expect(activities[0]["detail"]?["status"]?.string == "unknown")
        let kinds = activities[0].extensions(.disputed).map { $0.value("kind")?.string }
        #expect(kinds.contains("changed-beside-ending"))
        #expect(activities[0]["modifierExtension"] != nil)
    }

    @Test("a retracted activity is entered in error; one that refers to a request says so beside")
    func retractedActivities() throws {
        var scenario = Scenario("CarePlan")
        let created = scenario.whole(
            by: 1,
            ProjectionTests.plan(
                #"""
                ,"activity":[{"detail":{"status":"scheduled"}},
                {"reference":{"reference":"ServiceRequest/1"}}],"note":[{"text":"n"}]
                """#))
        for part in scenario.view.parts.dropFirst().map(\.part) {
            scenario.end(by: 1, part, shown: [created], covers: [created])
        }
        let tree = try ProjectionTests.tree(scenario)
        let activities = try #require(tree["activity"]?.items)
        #expect(activities[0]["detail"]?["status"]?.string == "entered-in-error")
        #expect(activities[1]["detail"] == nil)
        #expect(activities[1].modifiers[0]["url"]?.string == AccordExtension.retracted.url)
        // An annotation can carry no modifier, so it stands with the plan.
        #expect(tree["note"] == nil)
        let note = tree.extensions(.retracted).first?.parts("sibling").first
        #expect(note?.said(as: "CarePlan.note")?["text"]?.string == "n")
    }

    @Test("a live activity of an ended plan is marked where it stands")
    func activityOfEndedPlan() throws {
        var scenario = Scenario("CarePlan")
        let created = scenario.whole(
            by: 1,
            ProjectionTests.plan(
                #","activity":[{"detail":{"status":"scheduled","description":"a"}}]"#))
        let activity = try #require(scenario.parts("CarePlan.activity").first)
        scenario.facet(
            by: 3, of: activity, "body", #"{"detail":{"description":"b"}}"#, shown: [created])
        scenario.facet(by: 2, "status", #"{"status":"revoked"}"#, shown: [created], .status)
        let tree = try ProjectionTests.tree(scenario)
        #expect(tree["status"]?.string == "revoked")
        let shown = tree["activity"]?[0]
        #expect(
            shown?.extensions(.disputed).map { $0.value("kind")?.string } == [
                "activity-of-ended-plan"
            ])
    }

    @Test("a retracted note of which a head cannot be read is disputed all the same")
    func retractedAndUnreadable() throws {
        var scenario = Scenario("CarePlan")
        let created = scenario.whole(by: 1, ProjectionTests.plan(#","note":[{"text":"n"}]"#))
        let note = try #require(scenario.parts("CarePlan.note").first)
        let unread = scenario.facet(by: 2, of: note, "item", "[", shown: [])
        scenario.end(by: 1, note, shown: [created], covers: [created, unread])
        #expect(scenario.view.part(note)?.presence == .retracted)
        let tree = try ProjectionTests.tree(scenario)
        #expect(tree["note"] == nil)
        #expect(tree.extensions(.disputed).count == 1 && tree.extensions(.retracted).count == 1)
    }

    // MARK: - Warnings

    @Test("of an allergy the most warning value stays, and nothing lets a reader skip it")
    func allergyStays() throws {
        var scenario = Scenario("AllergyIntolerance")
        let created = scenario.whole(by: 1, Self.allergy)
        let values = [
            (
                "substance", #"{"code":{"text":"penicillin"}}"#,
                #"{"code":{"coding":[{"code":"716186003"}]}}"#
            ),
            (
                "standing",
                Self.standing("inactive", "confirmed"),
                Self.standing("active", "refuted")
            ), ("criticality", #"{"criticality":"high"}"#, #"{"criticality":"low"}"#),
        ]
        for (facet, warning, other) in values {
            scenario.facet(by: 1, facet, warning, shown: [created])
            scenario.facet(by: 2, facet, other, shown: [created])
        }
        let projected = try #require(scenario.history.projected())
        let tree = try ProjectionTests.tree(scenario)
        #expect(projected.isDisputed)
        #expect(tree["modifierExtension"] == nil)
        #expect(tree["code"]?["text"]?.string == "penicillin")
        #expect(Self.codes(tree, "verificationStatus") == ["confirmed"])
        #expect(tree["criticality"]?.string == "high")
        #expect(tree.extensions(.disputed).count == 2 && tree.extensions(.siblings).count == 1)
        #expect(tree["meta"]?["tag"]?[0]?["code"]?.string == "unresolved-conflict")
    }

    @Test("an allergy that somebody retracted beside an edit stays a warning")
    func retractedBesideEdit() throws {
        var scenario = Scenario("AllergyIntolerance")
        let created = scenario.whole(by: 1, Self.allergy)
        scenario.facet(by: 2, "criticality", #"{"criticality":"high"}"#, shown: [created])
        scenario.end(by: 1, shown: [created], covers: [created])
        let tree = try ProjectionTests.tree(scenario)
        #expect(Self.codes(tree, "clinicalStatus") == ["active"])
        #expect(tree["modifierExtension"] == nil)
        #expect(tree.extensions(.disputed).count == 1)
    }

    @Test("a warning that cannot be read beside one that can is shown as the one that can")
    func unreadableWarning() throws {
        var scenario = Scenario("AllergyIntolerance")
        let created = scenario.whole(by: 1, Self.allergy)
        scenario.facet(by: 1, "substance", #"{"code":{"text":"latex"}}"#, shown: [created])
        scenario.facet(by: 2, "substance", "[", shown: [created])
        let tree = try ProjectionTests.tree(scenario)
        #expect(tree["code"]?["text"]?.string == "latex")
        let states = tree.extensions(.disputed)[0].parts("sibling").map {
            $0.value("state")?.string
        }
        #expect(states.contains("opaque"))
    }

    @Test(
        "a flag warns unless its category is of another kind",
        arguments: [
            ("safety", true), ("", true), ("admin", false), ("advance-directive", false),
        ])
    func flags(category: String, isWarning: Bool) throws {
        var scenario = Scenario("Flag")
        let created = scenario.whole(
            by: 1,
            #"""
            {"resourceType":"Flag","status":"active","code":{"text":"falls"},
            "subject":{"reference":"Patient/p"},
            "category":[{"coding":[{"code":"\#(category)"}]}]}
            """#.replacing(#","category":[{"coding":[{"code":""}]}]"#, with: ""))
        scenario.facet(by: 1, "status", #"{"status":"entered-in-error"}"#, shown: [created])
        scenario.facet(by: 2, "status", "[", shown: [created])
        let tree = try ProjectionTests.tree(scenario)
        #expect((tree["modifierExtension"] == nil) == isWarning)
        #expect((tree["status"] != nil) == isWarning)
        #expect((tree["_status"] == nil) == isWarning)
    }
}
