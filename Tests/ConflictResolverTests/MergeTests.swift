import CareRecord
import ConflictResolver
import Testing

/// Rows of the table in `merge.md` §3.2 that no pathology covers.
@Suite("Merging of elements")
struct MergeTests {
    private static let plan =
        #"{"resourceType":"CarePlan","status":"active","intent":"plan","title":"t"}"#

    @Test("equal values are one value with all its authors, whatever the order of members")
    func equalValues() {
        var scenario = Scenario("CarePlan")
        scenario.whole(
            by: 1, #"{"status":"active","title":"t","period":{"start":"2026","end":"2027"}}"#)
        scenario.whole(
            by: 2, #"{"period":{"end":"2027", "start":"2026"},"title":"t","status":"active"}"#,
            .assign)
        let view = scenario.view
        #expect(view.conflicts.isEmpty)
        #expect(view.root.elements.allSatisfy { $0.siblings.count == 1 })
        #expect(view.root.element(Facet("heading"))?.siblings[0].heads.count == 2)
    }

    @Test("a change that names itself, as no honest author can, is still there")
    func namesItself() {
        var scenario = Scenario("CarePlan")
        let own = scenario.whole(by: 1, Self.plan)
        let change = scenario.changes[0]
        let hostile = HeldChange(
            name: own, element: change.element, operation: .create,
            supersedes: [ChangeReference(dot: own.dot, index: 0)], author: change.author,
            time: change.time, value: change.value)
        #expect(scenario.history(of: [hostile]).view()?.texts("heading") == [#"{"title":"t"}"#])
        let heading = HeldChange(
            name: own,
            element: Element(
                entityType: "CarePlan", entity: scenario.entity, facet: Facet("heading")),
            operation: .assign, supersedes: [ChangeReference(dot: own.dot, index: 0)],
            author: change.author, time: change.time, value: .given(Array(#"{"title":"u"}"#.utf8)))
        #expect(scenario.history(of: [heading]).view()?.texts("heading") == [#"{"title":"u"}"#])
    }

    @Test("numbers that are written differently differ")
    func numbersAreTexts() {
        var scenario = Scenario("Observation")
        scenario.whole(by: 1, #"{"resourceType":"Observation","valueQuantity":{"value":5.0}}"#)
        scenario.whole(by: 2, #"{"resourceType":"Observation","valueQuantity":{"value":5.00}}"#)
        #expect(scenario.view.found == ["H siblings"])
    }

    @Test("of two headings the later is shown, and the other beside it")
    func headings() {
        var scenario = Scenario("CarePlan")
        let created = scenario.whole(by: 1, Self.plan)
        scenario.facet(by: 1, "heading", #"{"title":"a"}"#, shown: [created])
        scenario.facet(by: 2, "heading", #"{"title":"b"}"#, shown: [created])
        #expect(scenario.view.found == ["F siblings"])
        #expect(scenario.view.texts("heading") == [#"{"title":"b"}"#, #"{"title":"a"}"#])
        #expect(
            scenario.view.root.element(Facet("heading"))?.shown
                == .value(Array(#"{"title":"b"}"#.utf8)))
    }

    @Test(
        "statuses of a plan by rank, with the class of what met",
        arguments: [
            ("active", "on-hold", "F", "on-hold"), ("active", "completed", "H", "completed"),
            ("revoked", "completed", "H", "revoked"), ("draft", "active", "F", "active"),
            ("entered-in-error", "active", "H", "active"),
        ])
    func planStatuses(left: String, right: String, letter: String, first: String) {
        var scenario = Scenario("CarePlan")
        let created = scenario.whole(by: 1, Self.plan)
        scenario.facet(by: 1, "status", #"{"status":"\#(left)"}"#, shown: [created], .status)
        scenario.facet(by: 2, "status", #"{"status":"\#(right)"}"#, shown: [created], .status)
        #expect(scenario.view.letter("status") == letter)
        #expect(scenario.view.texts("status")[0] == #"{"status":"\#(first)"}"#)
    }

    @Test("a plan that ended while an activity was added elsewhere is urgent")
    func activityOfEndedPlan() {
        var scenario = Scenario("CarePlan")
        let created = scenario.whole(by: 1, Self.plan)
        scenario.facet(by: 1, "status", #"{"status":"revoked"}"#, shown: [created], .status)
        _ = scenario.write(
            by: 2,
            Element(
                entityType: "CarePlan.activity", entity: EntityID(Bits128(high: 2, low: 2)),
                facet: .whole), .create,
            #"{"detail":{"status":"scheduled","description":"visit"}}"#)
        #expect(scenario.view.found == ["U activityOfEndedPlan"])
    }

    @Test("a member of a set that one ended and another confirmed is shown")
    func memberOfASet() throws {
        var scenario = Scenario("CarePlan")
        let created = scenario.whole(
            by: 1,
            #"{"resourceType":"CarePlan","status":"active","addresses":[{"reference":"Condition/1"}]}"#
        )
        let link = try #require(scenario.parts("CarePlan.addresses").first)
        scenario.end(by: 2, link, .unlink, shown: [created])
        #expect(scenario.view.part(link)?.presence == .ended)

        _ = scenario.write(
            by: 1, Element(entityType: link.kind, entity: link.entity, facet: .whole), .link,
            #"{"reference":"Condition/1"}"#, shown: [created])
        #expect(scenario.view.part(link)?.presence == .disputed)
        #expect(scenario.view.found == ["F presence"])
    }

    @Test("a medicine that was retracted stays in view when another site changed it")
    func retractedMedicine() {
        var scenario = Scenario("MedicationStatement")
        let created = scenario.whole(
            by: 1,
            #"{"resourceType":"MedicationStatement","status":"active","medicationReference":{}}"#)
        scenario.end(by: 1, shown: [created])
        #expect(scenario.view.root.presence == .retracted)
        #expect(scenario.view.conflicts.isEmpty)

        scenario.facet(
            by: 2, "status", #"{"status":"on-hold"}"#, shown: [created], .status)
        #expect(scenario.view.found == ["U changedBesideEnding"])
    }

    @Test("an allergy is a warning as long as any head says so")
    func allergyStanding() {
        var scenario = Scenario("AllergyIntolerance")
        func standing(_ clinical: String, _ verified: String) -> String {
            """
            {"clinicalStatus":{"coding":[{"code":"\(clinical)"}]},
            "verificationStatus":{"coding":[{"code":"\(verified)"}]}}
            """
        }
        let created = scenario.whole(
            by: 1,
            #"{"resourceType":"AllergyIntolerance","criticality":"low","code":{"text":"x"}}"#)
        scenario.facet(by: 1, "standing", standing("active", "confirmed"), shown: [])
        scenario.facet(by: 2, "standing", standing("resolved", "refuted"), shown: [])
        scenario.facet(by: 2, "criticality", #"{"criticality":"high"}"#, shown: [created])
        scenario.facet(by: 1, "criticality", #"{"criticality":"low"}"#, shown: [created])
        #expect(scenario.view.texts("standing")[0].contains("active"))
        #expect(scenario.view.texts("criticality")[0].contains("high"))
        #expect(scenario.view.found == ["U siblings", "F siblings"])
    }

    @Test("what a later version writes is opaque: kept, shown, and for a human if it differs")
    func opaqueChanges() {
        var scenario = Scenario("Goal")
        scenario.whole(by: 1, #"{"resourceType":"Goal","lifecycleStatus":"active"}"#)
        let element = Element(
            entityType: "Goal", entity: scenario.entity, facet: Facet("of-a-later-version"))
        _ = scenario.write(by: 1, element, .unknown(77), #"{"a":1}"#)
        #expect(scenario.view.conflicts.isEmpty)
        _ = scenario.write(by: 2, element, .unknown(77), #"{"a":2}"#)
        #expect(scenario.view.found == ["H siblings"])
    }

    @Test("what a PUT left out stays, with an item for review until somebody supersedes it")
    func omissions() {
        var scenario = Scenario("CarePlan")
        let created = scenario.whole(by: 1, Self.plan)
        scenario.facet(by: 2, "heading", "{}", shown: [created], .omit)
        #expect(scenario.view.texts("heading") == [#"{"title":"t"}"#])
        #expect(scenario.view.found == ["F omitted"])
        scenario.facet(by: 1, "heading", #"{"title":"u"}"#, shown: [created])
        #expect(scenario.view.conflicts.isEmpty)
    }

    @Test("two sites' targets for one measure of a goal are both shown, for a human")
    func targets() {
        var scenario = Scenario("Goal")
        scenario.whole(by: 1, #"{"resourceType":"Goal","lifecycleStatus":"active"}"#)
        for site in [1, 2] as [UInt64] {
            _ = scenario.write(
                by: site,
                Element(
                    entityType: "Goal.target", entity: EntityID(Bits128(high: site, low: 3)),
                    facet: .whole), .create,
                #"{"measure":{"text":"weight"},"dueDate":"2026-0\#(site)-01"}"#)
        }
        #expect(scenario.view.found == ["H targetsOfOneMeasure"])
    }

    @Test("versions whose activities have no ids: equal ones are the same, others are for a human")
    func unmatched() {
        func plan(_ texts: String...) -> String {
            let activities = texts.map { #"{"detail":{"description":"\#($0)"}}"# }
            return #"{"resourceType":"CarePlan","status":"active","activity":["#
                + activities.joined(separator: ",") + "]}"
        }
        var scenario = Scenario("CarePlan")
        let first = scenario.whole(by: 1, plan("walk", "swim"))
        scenario.whole(by: 2, plan("swim", "walk"))
        #expect(scenario.view.conflicts.isEmpty)

        // One more is an addition, one less is none.
        let second = scenario.whole(by: 2, plan("swim"), shown: [scenario.changes[1].name])
        #expect(scenario.view.conflicts.isEmpty)

        let third = scenario.whole(by: 2, plan("walk twice", "swim"), shown: [second])
        #expect(scenario.view.found == ["H unmatched"])
        #expect(scenario.view.conflicts[0].heads == [first, third])
    }

    @Test("activities that are sent back with their ids are the same, wherever they stand")
    func identified() throws {
        var scenario = Scenario("CarePlan")
        scenario.whole(
            by: 1,
            #"{"resourceType":"CarePlan","activity":[{"detail":{"description":"walk"}}]}"#)
        let activity = try #require(scenario.parts("CarePlan.activity").first)
        scenario.whole(
            by: 2,
            #"{"resourceType":"CarePlan","activity":[{"detail":{"description":"new"}},"#
                + #"{"id":"\#(activity.entity)","detail":{"description":"walk twice"}}]}"#)
        #expect(scenario.parts("CarePlan.activity").count == 2)
        #expect(scenario.view.texts("body", of: activity).count == 2)
        #expect(scenario.view.found == ["H siblings"])
    }

    @Test("a conflict has one name at every site, and another once its heads change")
    func namesOfConflicts() throws {
        var scenario = Scenario("Goal")
        let created = scenario.whole(by: 1, #"{"resourceType":"Goal","priority":{"text":"x"}}"#)
        scenario.facet(by: 1, "priority", #"{"priority":{"text":"a"}}"#, shown: [created])
        scenario.facet(by: 2, "priority", #"{"priority":{"text":"b"}}"#, shown: [created])
        let first = try #require(scenario.view.conflicts.first)
        let reversed = scenario.history(of: scenario.changes.reversed()).view()
        #expect(reversed?.conflicts.map(\.id) == [first.id])
        scenario.facet(by: 3, "priority", #"{"priority":{"text":"c"}}"#, shown: [created])
        #expect(scenario.view.conflicts.first?.id != first.id)
    }
}
