import CareRecord
import ConflictResolver
import Testing

/// What raises or lowers a class, and what a resource comes apart into.
@Suite("Rules of merging")
struct RuleTests {
    private static func activity(_ detail: String) -> String {
        #"{"resourceType":"CarePlan","status":"active","activity":[{"detail":{\#(detail)}}]}"#
    }

    private static func atc(_ code: String) -> String {
        #"{"coding":[{"system":"http://www.whocc.no/atc","code":"\#(code)"}]}"#
    }

    /// The class when the activity's status is changed in two ways.
    private static func met(
        _ resource: String, _ left: String = "on-hold", _ right: String = "in-progress"
    ) throws -> [String] {
        var scenario = Scenario("CarePlan")
        let created = scenario.whole(by: 1, resource)
        let activity = try #require(scenario.parts("CarePlan.activity").first)
        for (site, status) in [(1, left), (2, right)] as [(UInt64, String)] {
            scenario.facet(
                by: site, of: activity, "status", #"{"detail":{"status":"\#(status)"}}"#,
                shown: [created], covers: [created], .status)
        }
        return scenario.view.found
    }

    @Test(
        "what makes a disputed stop urgent: a medicine that is critical or unknown, a prohibition",
        arguments: [
            (#""kind":"Task""#, "H"), (#""kind":"MedicationRequest""#, "U"),
            (#""kind":"MedicationRequest","code":\#(atc("A10AB01"))"#, "U"),
            (#""kind":"MedicationRequest","code":\#(atc("N02BE01"))"#, "H"),
            (#""productCodeableConcept":\#(atc("N05AH02"))"#, "U"),
            (#""productCodeableConcept":\#(atc("A02BC01"))"#, "H"),
            (#""productCodeableConcept":\#(atc("a10ab01"))"#, "U"),
            (#""productCodeableConcept":\#(atc("A10"))"#, "U"),
            (#""productCodeableConcept":{"text":"unheard of"}"#, "U"),
            (#""productReference":{"reference":"Medication/1"}"#, "U"),
            (#""kind":"Task","doNotPerform":true"#, "U"),
        ])
    func urgency(detail: String, letter: String) throws {
        #expect(try Self.met(Self.activity(detail)) == ["\(letter) disputedStop"])
    }

    @Test("an activity that is planned by a request for a medicine is urgent")
    func reference() throws {
        for (name, letter) in [("MedicationRequest/1", "U"), ("ServiceRequest/1", "H")] {
            let plan = #"{"activity":[{"reference":{"reference":"\#(name)"}}]}"#
            #expect(try Self.met(plan) == ["\(letter) disputedStop"])
        }
    }

    @Test(
        "which statuses of an activity are a stop and a continue",
        arguments: [
            ("on-hold", "in-progress", "H disputedStop"),
            ("completed", "scheduled", "H disputedStop"),
            ("stopped", "cancelled", "F siblings"), ("in-progress", "scheduled", "F siblings"),
            ("entered-in-error", "in-progress", "H siblings"),
        ])
    func activityStatuses(left: String, right: String, found: String) throws {
        #expect(try Self.met(Self.activity(#""kind":"Task""#), left, right).first == found)
    }

    @Test("work that one head leaves to nobody is for a human")
    func performers() throws {
        var scenario = Scenario("CarePlan")
        let created = scenario.whole(by: 1, Self.activity(#""kind":"Task""#))
        let activity = try #require(scenario.parts("CarePlan.activity").first)
        let someone = #"{"detail":{"performer":[{"reference":"Practitioner/1"}]}}"#
        scenario.facet(by: 1, of: activity, "performer", someone, shown: [created])
        scenario.facet(
            by: 2, of: activity, "performer",
            #"{"detail":{"performer":[{"reference":"Practitioner/2"}]}}"#, shown: [created])
        #expect(scenario.view.letter("performer", of: activity) == "F")
        scenario.facet(by: 3, of: activity, "performer", "{}", shown: [created])
        #expect(scenario.view.letter("performer", of: activity) == "H")
    }

    @Test("an ending in one piece with what it ends is no conflict")
    func endedAsAWhole() {
        var scenario = Scenario("CarePlan")
        scenario.whole(
            by: 1,
            #"{"resourceType":"CarePlan","status":"revoked","activity":[{"detail":"#
                + #"{"status":"scheduled","description":"visit"}}]}"#)
        #expect(scenario.view.conflicts.isEmpty)
    }

    @Test("a critical allergy that one retracted and another confirmed is urgent, another is not")
    func allergies() {
        for (criticality, letter) in [("high", "U"), ("low", "F")] {
            var scenario = Scenario("AllergyIntolerance")
            let allergy = #"{"criticality":"\#(criticality)","code":{"text":"x"}}"#
            let created = scenario.whole(by: 1, allergy)
            scenario.end(by: 1, shown: [created])
            scenario.whole(by: 2, allergy, .assign)
            #expect(scenario.view.found.first == "\(letter) presence")
            #expect(scenario.view.root.presence == .disputed)
        }
    }

    @Test("what cannot be read is for a human beside another value, whatever the facet")
    func unreadable() {
        var scenario = Scenario("CarePlan")
        scenario.facet(by: 1, "heading", #"{"title":"a"}"#, shown: [])
        scenario.facet(by: 2, "heading", #"{"title":"#, shown: [])
        #expect(scenario.view.found == ["H siblings"])
        #expect(scenario.view.texts("heading").count == 2)
    }

    @Test("every member belongs to one facet, a choice of types to the facet of the choice")
    func members() {
        var scenario = Scenario("MedicationRequest")
        scenario.whole(
            by: 1,
            #"{"resourceType":"MedicationRequest","id":"x","status":"active","intent":"order","#
                + #""medicationReference":{"reference":"Medication/1"},"_status":{"id":"s"},"#
                + #""unheardOf":5.00,"extension":[{"url":"u"}],"note":[{"text":"n"}]}"#)
        let facets = scenario.view.root.elements.map(\.element.facet.name)
        #expect(facets == ["body", "extensions", "rest", "status"])
        #expect(
            scenario.view.texts("body") == [
                #"{"medicationReference":{"reference":"Medication/1"}}"#
            ]
        )
        #expect(scenario.view.texts("rest") == [#"{"intent":"order","unheardOf":5.00}"#])
        #expect(scenario.view.texts("status") == [#"{"_status":{"id":"s"},"status":"active"}"#])
        #expect(scenario.parts("MedicationRequest.note").count == 1)
    }

    @Test("what a medicine contains is part of it, and of another resource for a human")
    func contained() {
        for (type, letter) in [("MedicationRequest", "U"), ("CarePlan", "H")] {
            var scenario = Scenario(type)
            for (site, text) in [(1, "a"), (2, "b")] as [(UInt64, String)] {
                scenario.whole(
                    by: site, #"{"contained":[{"id":"m","code":{"text":"\#(text)"}}]}"#)
            }
            #expect(scenario.view.found == ["\(letter) siblings"])
        }
    }

    @Test("activities of which one version gives ids and the other none are for a human")
    func idsOnOneSide() {
        var scenario = Scenario("CarePlan")
        let id = EntityID(Bits128(high: 6, low: 6))
        scenario.whole(by: 1, #"{"activity":[{"id":"\#(id)","detail":{"description":"a"}}]}"#)
        scenario.whole(by: 2, #"{"activity":[{"detail":{"description":"b"}}]}"#)
        #expect(scenario.view.found == ["H unmatched"])
    }

    @Test("an id that one value uses twice names two entities")
    func idTwice() {
        var scenario = Scenario("CarePlan")
        let id = EntityID(Bits128(high: 5, low: 5))
        scenario.whole(
            by: 1,
            #"{"activity":[{"id":"\#(id)","detail":{"description":"a"}},"#
                + #"{"id":"\#(id)","detail":{"description":"b"}}]}"#)
        #expect(scenario.parts("CarePlan.activity").count == 2)
    }

    @Test("two plans of one shape by two writers keep all their activities")
    func positions() {
        var scenario = Scenario("CarePlan")
        scenario.whole(by: 1, Self.activity(#""description":"a""#))
        scenario.whole(by: 2, Self.activity(#""description":"b""#))
        #expect(scenario.parts("CarePlan.activity").count == 2)
    }

    @Test("entities stand in the order in which they were written, not in that of arrival")
    func order() {
        var scenario = Scenario("CarePlan")
        let created = scenario.whole(
            by: 1,
            #"{"activity":[{"detail":{"description":"a"}},{"detail":{"description":"b"}}]}"#)
        let activities = scenario.parts("CarePlan.activity")
        scenario.facet(
            by: 2, of: activities[0], "body", #"{"detail":{"description":"c"}}"#, shown: [created])
        let reversed = scenario.history(of: scenario.changes.reversed()).view()
        #expect(reversed?.parts.map(\.part) == [scenario.view.root.part] + activities)
        #expect(reversed?.digest == scenario.view.digest)
    }

    @Test("a viewer shows after each change what a fresh look shows, in any order of arrival")
    func incremental() throws {
        var scenario = Scenario("CarePlan")
        let created = scenario.whole(
            by: 1,
            #"{"status":"active","activity":[{"detail":{"description":"a"},"#
                + #""progress":[{"text":"p"}]},{"detail":{"description":"b"}}]}"#)
        let activities = scenario.parts("CarePlan.activity")
        #expect(activities.count == 2)
        for site in [1, 2] as [UInt64] {
            scenario.facet(
                by: site, of: activities[0], "body",
                #"{"detail":{"description":"\#(site)"}}"#, shown: [created])
            scenario.facet(by: site, "heading", #"{"title":"\#(site)"}"#, shown: [created])
        }
        scenario.whole(by: 1, #"{"status":"revoked"}"#, shown: [created], .assign)
        let end = scenario.view.digest
        for order in [scenario.changes, scenario.changes.reversed()] {
            var viewer = ResourceViewer(
                ResourceHistory(type: "CarePlan", entity: scenario.entity))
            for (number, change) in order.enumerated() {
                viewer.insert(change)
                let fresh = scenario.history(of: Array(order[...number])).view()
                #expect(viewer.view()?.digest == fresh?.digest)
            }
            #expect(viewer.view()?.digest == end)
        }
    }

    @Test("a view that is kept sees what comes late into a part that was entered in error")
    func incrementalInsideRetracted() {
        var scenario = Scenario("CarePlan")
        let created = scenario.whole(
            by: 1,
            #"{"status":"active","activity":[{"detail":{"description":"a"},"#
                + #""progress":[{"text":"p"}]}]}"#)
        let parts = ["CarePlan.activity", "CarePlan.activity.progress"].flatMap {
            scenario.parts($0)
        }
        scenario.end(by: 1, shown: [created])
        for (part, facet) in zip(parts, ["body", "item"]) {
            scenario.facet(by: 2, of: part, facet, #"{"text":"late"}"#, shown: [created])
        }
        var viewer = ResourceViewer(ResourceHistory(type: "CarePlan", entity: scenario.entity))
        for (number, change) in scenario.changes.enumerated() {
            viewer.insert(change)
            let fresh = scenario.history(of: Array(scenario.changes[...number])).view()
            #expect(viewer.view() == fresh)
        }
        #expect(
            viewer.view()?.conflicts.first { $0.kind == .changedBesideEnding }?.heads.count == 3)
    }
}
