import CareRecord
import ConflictResolver
import Testing

/// The pathologies of `merge.md` §11 that meet within one resource: what general merge libraries
/// get wrong, one by one.
@Suite("Pathologies of merging")
struct PathologyTests {
    private static let medicine = #"""
        {"coding":[{"system":"http://www.whocc.no/atc","code":"C03CA01"}],"text":"furosemide"}
        """#

    private static func plan(_ activities: String...) -> String {
        """
        {"resourceType":"CarePlan","id":"p","status":"active","intent":"plan",
        "activity":[\(activities.joined(separator: ","))]}
        """
    }

    private static func dose(_ text: String) -> String {
        """
        {"medicationCodeableConcept":\(medicine),"dosageInstruction":[{"text":"\(text)"}]}
        """
    }

    @Test("two doses that were changed apart are two siblings, never a third dose")
    func frankensteinDose() {
        var scenario = Scenario("MedicationRequest")
        let created = scenario.whole(
            by: 1,
            """
            {"resourceType":"MedicationRequest","status":"active","intent":"order",
            "medicationCodeableConcept":\(Self.medicine),
            "dosageInstruction":[{"text":"Give 5 mg once daily"}]}
            """)
        scenario.facet(by: 1, "body", Self.dose("Give 10 mg once daily"), shown: [created])
        scenario.facet(by: 2, "body", Self.dose("Give 5 mg twice daily"), shown: [created])

        let view = scenario.view
        let body = view.root.element(Facet("body"))
        #expect(view.letter("body") == "U")
        #expect(body?.shown == nil)
        #expect(view.texts("body").count == 2)
        #expect(view.texts("body")[0].contains("5 mg twice daily"))
        #expect(view.texts("body")[1].contains("10 mg once daily"))
        #expect(view.found == ["U siblings"])
    }

    @Test("an activity that ended stays in view when somebody else changed it")
    func editInsideAnEndedActivity() throws {
        var scenario = Scenario("CarePlan")
        let created = scenario.whole(
            by: 1, Self.plan(#"{"detail":{"status":"in-progress","description":"walk daily"}}"#))
        let activity = try #require(scenario.parts("CarePlan.activity").first)
        scenario.facet(
            by: 1, of: activity, "status", #"{"detail":{"status":"stopped"}}"#, shown: [created],
            covers: [created], .status)
        #expect(scenario.view.conflicts.isEmpty)

        scenario.facet(
            by: 2, of: activity, "body", #"{"detail":{"description":"walk; STOP if chest pain"}}"#,
            shown: [created])
        let view = scenario.view
        #expect(view.part(activity)?.presence == .present)
        #expect(view.texts("body", of: activity)[0].contains("STOP if chest pain"))
        #expect(view.found == ["H changedBesideEnding"])
    }

    @Test("what two sites create apart stands, both of it")
    func twoCreators() {
        var scenario = Scenario("CarePlan")
        scenario.whole(by: 1, #"{"resourceType":"CarePlan","status":"active","intent":"plan"}"#)
        for site in [1, 2] as [UInt64] {
            _ = scenario.write(
                by: site,
                Element(
                    entityType: "CarePlan.goal", entity: EntityID(Bits128(high: site, low: 7)),
                    facet: .whole), .create, #"{"reference":"Goal/\#(site)"}"#)
        }
        #expect(scenario.parts("CarePlan.goal").count == 2)
        #expect(scenario.view.conflicts.isEmpty)
    }

    @Test("a replica that forked has both its values shown, and neither is ended by a bare dot")
    func cloneDivergence() {
        var scenario = Scenario("AllergyIntolerance")
        let created = scenario.whole(
            by: 1, #"{"resourceType":"AllergyIntolerance","code":{"text":"penicillin"}}"#)
        let first = scenario.facet(
            by: 1, "substance", #"{"code":{"text":"penicillin"}}"#, shown: [created])
        scenario.facet(by: 2, "substance", #"{"code":{"text":"amoxicillin"}}"#, shown: [first])

        var history = scenario.history
        let other = HeldChange(
            name: HeadName(dot: first.dot, index: 0, event: Scenario.named(0, 0)),
            element: Element(
                entityType: "AllergyIntolerance", entity: scenario.entity,
                facet: Facet("substance")), operation: .assign,
            supersedes: [ChangeReference(dot: created.dot, index: 0)],
            author: Author(practitioner: "p", role: "r", organisation: "o"),
            time: HybridTime(milliseconds: 2, counter: 0),
            value: .given(Array(#"{"code":{"text":"latex"}}"#.utf8)))
        history.insert(other)
        history.noteFork(of: first.dot)
        let texts = history.view()?.texts("substance") ?? []
        #expect(texts.count == 3)
        #expect(history.view()?.letter("substance") == "H")

        var reversed = ResourceHistory(type: "AllergyIntolerance", entity: scenario.entity)
        reversed.noteFork(of: first.dot)
        for change in [other] + scenario.changes.reversed() { reversed.insert(change) }
        #expect(reversed.view()?.digest == history.view()?.digest)
    }

    @Test("a stop that meets a continue is disputed, and a resume that names both ends it")
    func stopContinueResume() throws {
        var scenario = Scenario("CarePlan")
        let created = scenario.whole(
            by: 1,
            Self.plan(
                """
                {"detail":{"kind":"MedicationRequest","status":"in-progress",
                "productCodeableConcept":{"text":"insulin"}}}
                """))
        let activity = try #require(scenario.parts("CarePlan.activity").first)
        let stop = scenario.facet(
            by: 1, of: activity, "status", #"{"detail":{"status":"stopped"}}"#, shown: [created],
            covers: [created], .status)
        let go = scenario.facet(
            by: 2, of: activity, "status", #"{"detail":{"status":"in-progress"}}"#,
            shown: [created], .status)
        #expect(scenario.view.found == ["U disputedStop"])
        #expect(scenario.view.part(activity)?.element(Facet("status"))?.shown == nil)
        #expect(
            scenario.view.texts("status", of: activity)[0] == #"{"detail":{"status":"stopped"}}"#)

        scenario.facet(
            by: 3, of: activity, "status", #"{"detail":{"status":"in-progress"}}"#,
            shown: [stop, go], .status)
        #expect(scenario.view.conflicts.isEmpty)
        #expect(scenario.view.texts("status", of: activity).count == 1)
    }

    @Test("a resolution ends what it lists: a sibling nobody saw stays, in every order of arrival")
    func pairwiseAuthority() {
        var scenario = Scenario("Goal")
        let created = scenario.whole(
            by: 9, #"{"resourceType":"Goal","lifecycleStatus":"active","description":{"text":"x"}}"#
        )
        let high = scenario.facet(
            by: 1, "description", #"{"description":{"text":"a"}}"#, shown: [created])
        scenario.facet(by: 2, "description", #"{"description":{"text":"b"}}"#, shown: [created])
        scenario.facet(by: 3, "description", #"{"description":{"text":"c"}}"#, shown: [high])

        let expected = [
            #"{"description":{"text":"c"}}"#, #"{"description":{"text":"b"}}"#,
        ]
        let (first, edits) = (scenario.changes[0], Array(scenario.changes[1...]))
        for order in [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]] {
            let view = scenario.history(of: order.map { edits[$0] } + [first]).view()
            #expect(view?.texts("description") == expected)
            #expect(view?.letter("description") == "H")
        }
    }

    @Test("a form that was opened before a change arrived and saved after it makes two siblings")
    func saveTimeContext() {
        var scenario = Scenario("Goal")
        let opened = scenario.whole(
            by: 1, #"{"resourceType":"Goal","lifecycleStatus":"active","description":{"text":"x"}}"#
        )
        scenario.facet(
            by: 2, "description", #"{"description":{"text":"arrived"}}"#, shown: [opened])
        scenario.facet(by: 1, "description", #"{"description":{"text":"saved"}}"#, shown: [opened])
        #expect(scenario.view.texts("description").count == 2)
    }

    @Test("a change beside the value that superseded an erased one does not bring it back")
    func shreddedSuperseder() {
        var scenario = Scenario("Goal")
        let created = scenario.whole(
            by: 1,
            #"{"resourceType":"Goal","lifecycleStatus":"active","description":{"text":"v1"}}"#)
        scenario.facet(by: 1, "description", #"{"description":{"text":"v2"}}"#, shown: [created])
        let changes = scenario.changes.map { change in
            guard change.name != created else { return change }
            return HeldChange(
                name: change.name, element: change.element, operation: change.operation,
                supersedes: change.supersedes, author: change.author, time: change.time,
                value: .erased)
        }
        #expect(scenario.history(of: changes).view()?.texts("description") == ["erased"])
    }
}
