import CareRecord
import MergeComparison
import MergeModel
import Testing

@testable import ConflictResolver

/// Rules of `merge.md` that the resolver once broke: each a history of a few steps.
@Suite("Rules at the edges")
struct EdgeTests {
    private static func code(_ member: String, _ code: String) -> FacetSaying {
        Story.text(member, code)
    }

    // MARK: - §2.1, display order and rule 10

    @Test("an unreadable value among ranked ones leaves one display order for each set of heads")
    func displayOrderIsTotal() {
        // Ranked, the stop is before the start, whatever the times; the unreadable value may stand
        // anywhere, but its place must not depend on the order of arrival.
        for round in 0..<20 as Range<UInt64> {
            var digests: Set<[UInt8]?> = []
            var story = Story("MedicationRequest")
            story.write(1, story.root, "status", .assign, .facet(Self.code("status", "stopped")))
            story.write(2, story.root, "status", .unknown(77), .unreadable("{\"x\":\(round)}"))
            story.write(3, story.root, "status", .assign, .facet(Self.code("status", "active")))
            story.write(4, story.root, "status", .assign, .facet(Self.code("status", "draft")))
            story.write(5, story.root, "status", .unknown(77), .unreadable("{\"y\":\(round)}"))
            let siblings = story.element(story.root, "status")?.siblings ?? []
            let codes = siblings.compactMap { sibling -> String? in
                guard case .value(let bytes) = sibling.content else { return nil }
                return String(decoding: bytes, as: UTF8.self)
            }
            #expect(
                codes == [
                    #"{"status":"stopped"}"#, #"{"status":"active"}"#, #"{"status":"draft"}"#,
                ], "round \(round)")
            for order in [story.changes, story.changes.reversed()] {
                digests.insert(EngineSide(story.root, order).history.view()?.digest)
            }
            #expect(digests.count == 1)
        }
    }

    @Test("review items of one element have one order, whatever came first")
    func omissionsHaveOneOrder() {
        var digests: Set<[UInt8]?> = []
        var story = Story("CarePlan")
        let created = story.create(1, ["status": Self.code("status", "active")])
        for site in 2..<8 {
            story.write(site, story.root, "*", .omit, .nothing, replacing: [created])
        }
        for first in story.changes.indices {
            let order = story.changes[first...] + story.changes[..<first]
            digests.insert(EngineSide(story.root, Array(order)).history.view()?.digest)
            digests.insert(EngineSide(story.root, order.reversed()).history.view()?.digest)
        }
        let listed = story.view?.conflicts.map(\.heads) ?? []
        #expect(digests.count == 1)
        let ordered = listed.sorted { $0.lexicographicallyPrecedes($1) }
        #expect(listed.count == 6 && listed == ordered)
    }

    @Test("targets of several measures give conflicts in one order")
    func measuresHaveOneOrder() {
        var digests: Set<[UInt8]?> = []
        var story = Story("Goal")
        _ = story.create(1, ["description": Story.text("description", "g")])
        for number in 1..<7 as Range<UInt64> {
            let saying = Story.text("measure", "m\(number)")
            let part = story.root.inner("target", Story.entity(100))
            story.write(1, part, "target", .assign, .facet(saying))
            let other = story.root.inner("target", Story.entity(100 + number))
            story.write(2, other, "target", .assign, .facet(saying))
        }
        for first in story.changes.indices {
            let order = story.changes[first...] + story.changes[..<first]
            digests.insert(EngineSide(story.root, Array(order)).history.view()?.digest)
            digests.insert(EngineSide(story.root, order.reversed()).history.view()?.digest)
        }
        #expect(digests.count == 1)
    }

    // MARK: - Endings and retractions

    @Test("a plan retracted beside an activity that was not shown is in conflict with it")
    func retractedPlanMeetsNewActivity() {
        var story = Story("CarePlan")
        let created = story.create(1, ["status": Self.code("status", "active")])
        let body = Story.medicine("A10AE04", "4 units")
        let added = story.write(
            2, story.activity(5), "*", .create, .whole(WholeSaying(facets: ["body": body])))
        story.write(
            1, story.root, "existence", .retract, .nothing, replacing: [created],
            covering: [created])
        #expect(story.conflicts(of: added).contains { $0.conflictClass >= .human })
    }

    @Test("an activity unlinked beside an edit that was not shown stays visible")
    func unlinkedActivityMeetsEdit() {
        var story = Story("CarePlan")
        _ = story.create(1, ["status": Self.code("status", "active")])
        let part = story.activity(5)
        let first = Story.text("detail.description", "walk")
        let added = story.write(1, part, "*", .create, .whole(WholeSaying(facets: ["body": first])))
        let edit = story.write(
            2, part, "body", .assign, .facet(Story.text("detail.description", "stop if dizzy")),
            replacing: [added])
        story.write(1, part, "existence", .unlink, .nothing, replacing: [added], covering: [added])
        #expect(story.conflicts(of: edit).contains { $0.conflictClass >= .human })
    }

    @Test("a warning retracted beside an edit that was not shown is still a warning")
    func retractedWarningMeetsEdit() {
        var story = Story("AllergyIntolerance")
        let created = story.create(
            1,
            ["substance": Story.text("code", "c"), "criticality": Self.code("criticality", "low")])
        let edit = story.write(
            2, story.root, "criticality", .assign, .facet(Self.code("criticality", "high")),
            replacing: [created])
        story.write(
            1, story.root, "existence", .retract, .nothing, replacing: [created],
            covering: [created])
        #expect(!story.conflicts(of: edit).isEmpty)
        #expect([.present, .disputed].contains(story.presence(story.root)))
    }

    @Test("a condition retracted beside an edit that was not shown is in conflict with it")
    func retractedConditionMeetsEdit() {
        var story = Story("Condition")
        let created = story.create(1, ["severity": Story.text("severity", "mild")])
        let edit = story.write(
            2, story.root, "severity", .assign, .facet(Story.text("severity", "severe")),
            replacing: [created])
        story.write(
            1, story.root, "existence", .retract, .nothing, replacing: [created],
            covering: [created])
        #expect(story.conflicts(of: edit).contains { $0.conflictClass >= .human })
    }

    @Test("who reopens an ended plan does not hide an activity that was not shown")
    func disputedPlanMeetsNewActivity() {
        var story = Story("CarePlan")
        let created = story.create(1, ["status": Self.code("status", "active")])
        story.write(
            1, story.root, "status", .status, .facet(Self.code("status", "revoked")),
            replacing: [created])
        let body = Story.text("detail.description", "walk")
        let added = story.write(
            2, story.activity(5), "*", .create, .whole(WholeSaying(facets: ["body": body])))
        #expect(story.conflicts(of: added).map(\.conflictClass) == [.urgent])
        story.write(
            3, story.root, "status", .status, .facet(Self.code("status", "on-hold")),
            replacing: [created])
        #expect(story.conflicts(of: added).map(\.conflictClass) == [.urgent])
    }

    @Test("a bare reference to a forked dot covers neither branch")
    func forkedCoversNeither() {
        var story = Story("CarePlan")
        _ = story.create(1, ["status": Self.code("status", "active")])
        let part = story.activity(5)
        let created = story.write(
            1, part, "*", .create,
            .whole(
                WholeSaying(facets: [
                    "body": Story.text("detail.description", "walk"),
                    "status": Self.code("detail.status", "in-progress"),
                ])))
        let shown = story.write(
            2, part, "body", .assign, .facet(Story.text("detail.description", "walk slowly")),
            replacing: [created])
        let hidden = story.write(
            2, part, "body", .assign, .facet(Story.text("detail.description", "stop if dizzy")),
            replacing: [created], forking: shown)
        story.write(
            1, part, "status", .status, .facet(Self.code("detail.status", "stopped")),
            replacing: [created], covering: [shown])
        #expect(story.conflicts(of: hidden).contains { $0.kind == .changedBesideEnding })
    }

    // MARK: - Values that cannot be read

    @Test(
        "two values on their way are two, since nobody knows them to be equal",
        arguments: [
            Saying.onItsWay, Saying.erased,
        ])
    func unreadValuesStayApart(saying: Saying) {
        var story = Story("MedicationRequest")
        let created = story.create(1, ["body": Story.text("medicationString", "m")])
        for site in [2, 3] {
            story.write(site, story.root, "body", .assign, saying, replacing: [created])
        }
        #expect(story.element(story.root, "body")?.siblings.count == 2)
        #expect(story.view?.conflicts.map(\.conflictClass) == [.urgent])
    }

    @Test("two unknown operations with equal bytes are two")
    func unknownOperationsStayApart() {
        var story = Story("Goal")
        _ = story.create(1, ["description": Story.text("description", "g")])
        story.write(2, story.root, "start", .unknown(77), .nothing)
        story.write(3, story.root, "start", .unknown(78), .nothing)
        #expect(story.element(story.root, "start")?.siblings.count == 2)
    }

    @Test("an unknown operation on all of a resource ends the one that it names")
    func unknownOperationEndsAnother() {
        var story = Story("Goal")
        _ = story.create(1, ["description": Story.text("description", "g")])
        let first = story.write(2, story.root, "*", .unknown(77), .unreadable("{\"x\":1}"))
        let second = story.write(
            2, story.root, "*", .unknown(77), .unreadable("{\"x\":2}"), replacing: [first])
        let heads = story.element(story.root, "*")?.siblings.flatMap(\.heads)
        #expect(heads == [HeadName(second)])
    }

    // MARK: - Classes

    @Test("urgent content raises every class H of an activity")
    func urgentContentRaises() {
        var story = Story("CarePlan")
        _ = story.create(1, [:])
        let part = story.activity(5)
        let added = story.write(
            1, part, "*", .create,
            .whole(
                WholeSaying(facets: [
                    "body": Story.medicine("A10AE04", "4 units"),
                    "performer": FacetSaying(members: ["detail.performer": #"[{"display":"n"}]"#]),
                ])))
        for (site, saying) in [(2, "[]"), (3, #"[{"display":"m"}]"#)] {
            let value = saying == "[]" ? [:] : ["detail.performer": saying]
            story.write(
                site, part, "performer", .assign, .facet(FacetSaying(members: value)),
                replacing: [added])
        }
        #expect(story.element(part, "performer")?.conflictClass == .urgent)
        story.write(2, part, "status", .assign, .facet(Self.code("detail.status", "scheduled")))
        story.write(3, part, "status", .unknown(77), .unreadable("{}"))
        #expect(story.element(part, "status")?.conflictClass == .urgent)
    }

    @Test("high criticality raises presence and not what the warning is of")
    func criticalityRaisesPresence() {
        var story = Story("AllergyIntolerance")
        let created = story.create(1, ["criticality": Self.code("criticality", "high")])
        for site in [2, 3] {
            story.write(
                site, story.root, "substance", .assign, .facet(Story.text("code", "c\(site)")),
                replacing: [created])
        }
        #expect(story.element(story.root, "substance")?.conflictClass == .human)
    }

    @Test(
        "opioids, anti-epileptics and controlled medicines are critical in every group",
        arguments: [
            "N07BC02", "N02BF01", "N05CD08", "N05BA01", "N06BA04", "R05DA04",
        ])
    func controlledMedicinesAreCritical(code: String) {
        var story = Story("CarePlan")
        _ = story.create(1, [:])
        let part = story.activity(5)
        for dose in ["1", "2"] {
            story.write(1, part, "body", .assign, .facet(Story.medicine(code, dose)))
        }
        #expect(story.element(part, "body")?.conflictClass == .urgent)
    }

    @Test("entities of different ids in two versions of a resource both stand")
    func differentEntitiesStand() {
        var story = Story("CarePlan")
        for site in [1, 2] {
            let body = Story.text("detail.description", "walk \(site)")
            let item = InnerSaying(
                member: "activity", id: Story.entity(UInt64(site) + 10),
                whole: WholeSaying(facets: ["body": body]))
            _ = story.create(site, ["status": Self.code("status", "active")], [item])
        }
        let conflicts = story.view?.conflicts.map(\.kind)
        #expect(conflicts == [])
    }

    // MARK: - What is compared, and what absence says

    @Test("how a resource is shown does not make two of it", arguments: ["meta", "text"])
    func presentationIsNotCompared(member: String) {
        var story = Story("Observation")
        for (site, text) in [(1, "a"), (2, "b")] {
            let value = FacetSaying(members: [
                "status": "\"final\"", member: #"{"source":"\#(text)"}"#,
            ])
            _ = story.create(site, ["item": value])
        }
        let conflicts = story.view?.conflicts.map(\.kind)
        #expect(conflicts == [])
    }

    @Test("an omission alone shows nothing")
    func omissionAloneShowsNothing() {
        var story = Story("CarePlan")
        story.write(1, story.root, "status", .omit, .nothing)
        #expect(story.view == nil)
    }
}
