import CareRecord

@testable import ConflictResolver

/// Every kind of conflict, and what must not be one.
enum ConflictCases {
    static var all: [MergeCase] {
        presences + retractions + EndingCases.all + plans + omissions + unmatched + targets
    }

    private static let plan =
        #"{"status":"active","activity":[{"detail":{"status":"in-progress","#
        + #""description":"walk"},"progress":[{"text":"p"}]}]}"#

    /// One writes a resource, one retracts it unseen by another who says that it is there.
    private static func presence(
        _ name: String, _ type: String, _ json: String, _ operation: Operation = .retract
    ) -> MergeCase {
        var item = MergeCase("presence-\(name)", "gone to one and there to another", type)
        let created = item.whole(1, json)
        item.end(2, nil, operation, ends: [created], sees: [created])
        item.whole(3, json, ends: [created])
        return item
    }

    private static var presences: [MergeCase] {
        var member = MergeCase("presence-member", "of a set: the member is shown", "CarePlan")
        let created = member.whole(1, #"{"addresses":[{"reference":"Condition/1"}]}"#)
        let link = member.part("CarePlan.addresses")
        member.end(2, link, .unlink, ends: [created])
        member.write(
            3, of: link, "*", #"{"reference":"Condition/1"}"#, .link, ends: [created])
        var said = MergeCase("presence-said", "texts of existence, one of them unknown", "Goal")
        let goal = said.whole(1, #"{"description":{"text":"a"}}"#)
        said.write(2, "existence", #""ended""#, .resolve, ends: [goal], sees: [goal])
        said.write(3, "existence", #""present""#, .assign, ends: [goal])
        said.write(4, "existence", #""Present""#, .assign, ends: [goal])
        return [
            presence("relied", "Goal", #"{"description":{"text":"a"}}"#),
            presence("relied-urgent", "Procedure", #"{"doNotPerform":true}"#),
            presence("medicine", "MedicationStatement", #"{"medicationReference":{}}"#),
            presence("allergy", "AllergyIntolerance", #"{"criticality":"low"}"#),
            presence("allergy-high", "AllergyIntolerance", #"{"criticality":"high"}"#),
            presence("kept", "Condition", #"{"code":{"text":"c"}}"#),
            presence("kept-relocated", "Condition", #"{"code":{"text":"c"}}"#, .relocate),
            presence("flag", "Flag", #"{"status":"active"}"#),
            member, said,
        ]
    }

    /// One retracts what was shown to it, another changes it.
    private static func retraction(
        _ name: String, _ type: String, _ json: String, _ facet: String, _ edit: String,
        isSeen: Bool = false
    ) -> MergeCase {
        var item = MergeCase(
            "retracted-\(name)", isSeen ? "with the edit in sight" : "beside an edit", type)
        let created = item.whole(1, json)
        let edited = item.write(2, facet, edit, ends: [created])
        item.end(3, ends: [created], sees: isSeen ? [created, edited] : [created])
        return item
    }

    private static var retractions: [MergeCase] {
        var inside = MergeCase(
            "retracted-inside", "a retraction of all is held against what is inside", "CarePlan")
        let created = inside.whole(1, plan)
        inside.end(1, ends: [created], sees: [created])
        inside.write(2, of: inside.part("CarePlan.activity.progress"), "item", #"{"text":"q"}"#)
        inside.write(2, of: inside.part("CarePlan.note", id: 3), "*", #"{"text":"n"}"#, .append)
        return [
            retraction(
                "medicine", "MedicationStatement", #"{"medicationReference":{}}"#, "status",
                #"{"status":"on-hold"}"#),
            retraction(
                "medicine-seen", "MedicationStatement", #"{"medicationReference":{}}"#, "status",
                #"{"status":"on-hold"}"#, isSeen: true),
            retraction(
                "allergy", "AllergyIntolerance", #"{"criticality":"low"}"#, "criticality",
                #"{"criticality":"high"}"#),
            retraction(
                "allergy-seen", "AllergyIntolerance", #"{"criticality":"low"}"#, "criticality",
                #"{"criticality":"high"}"#, isSeen: true),
            retraction(
                "condition", "Condition", #"{"severity":{"text":"mild"}}"#, "severity",
                #"{"severity":{"text":"severe"}}"#),
            besideStop,
            retraction(
                "presentation", "Condition", #"{"language":"de"}"#, "presentation",
                #"{"language":"en"}"#),
            inside,
        ]
    }

    private static var besideStop: MergeCase {
        var item = MergeCase(
            "retracted-and-there", "a stop is held against instructions alone", "MedicationRequest")
        let created = item.whole(1, #"{"status":"active","medicationReference":{}}"#)
        item.end(2, ends: [created], sees: [created])
        item.whole(3, #"{"status":"stopped"}"#, ends: [created])
        item.write(4, "reasons", #"{"reasonCode":[{"text":"a"}]}"#)
        item.write(5, "existence", #""present""#)
        return item
    }

    private static var plans: [MergeCase] {
        func revoked(_ name: String, _ what: String, seesActivity: Bool) -> MergeCase {
            var item = MergeCase("plan-\(name)", what, "CarePlan")
            let created = item.whole(1, #"{"status":"active"}"#)
            let added = item.write(
                2, of: item.part("CarePlan.activity", id: 1), "*",
                #"{"detail":{"status":"scheduled","description":"visit"}}"#, .create)
            item.write(
                3, "status", #"{"status":"revoked"}"#, .status, ends: [created],
                sees: seesActivity ? [added] : [])
            return item
        }
        var open = revoked("revoked-and-open", "who goes on does not undo it", seesActivity: false)
        open.write(4, "status", #"{"status":"on-hold"}"#, .status)
        open.write(
            5, of: open.part("CarePlan.activity"), "schedule",
            #"{"detail":{"scheduledString":"s"}}"#)
        var over = revoked("activity-over", "an activity that ended is none", seesActivity: false)
        over.write(
            4, of: over.part("CarePlan.activity"), "status",
            #"{"detail":{"status":"completed"}}"#, .status, ends: [over.changes[1].name])
        var whole = MergeCase("plan-in-one-piece", "an ending with what it ends", "CarePlan")
        whole.whole(1, plan.replacing("active", with: "revoked"))
        return [
            revoked("revoked", "beside an activity that was not shown", seesActivity: false),
            revoked("revoked-seen", "with the activity in sight", seesActivity: true), open, over,
            whole,
        ]
    }

    private static var omissions: [MergeCase] {
        var item = MergeCase("omitted", "left out is not deleted", "CarePlan")
        let created = item.whole(1, #"{"status":"active","title":"t"}"#)
        item.write(2, "heading", "{}", .omit, ends: [created])
        var over = item.named("omitted-over", "until somebody ends what was left out")
        over.write(3, "heading", #"{"title":"u"}"#, ends: [created])
        var all = MergeCase("omitted-whole", "of all facets at once", "CarePlan")
        let plan = all.whole(1, Self.plan)
        all.write(2, of: all.part("CarePlan.activity"), "*", nil, .omit, ends: [plan])
        all.write(3, "*", nil, .omit, ends: [plan])
        all.write(4, "rest", nil, .omit, ends: [plan])
        var alone = MergeCase("omitted-alone", "nothing is shown by it", "CarePlan")
        alone.write(1, "status", nil, .omit)
        return [item, over, all, alone]
    }

    private static var unmatched: [MergeCase] {
        func versions(_ name: String, _ what: String, _ texts: [[String]]) -> MergeCase {
            var item = MergeCase("unmatched-\(name)", what, "CarePlan")
            for (number, texts) in texts.enumerated() {
                let items = texts.map { text in
                    text.first == "#"
                        ? #"{"id":"\#(MergeCase.id(UInt64(number)))","detail":{"description":"a"}}"#
                        : #"{"detail":{"description":"\#(text)"}}"#
                }
                item.whole(
                    UInt64(number + 1), #"{"activity":[\#(items.joined(separator: ","))]}"#)
            }
            return item
        }
        var omitted = versions(
            "and-omitted", "beside what was left out", [["a", "c"], ["b"]])
        omitted.write(3, "*", nil, .omit, ends: [omitted.changes[0].name])
        var urgent = MergeCase("unmatched-urgent", "a medicine among them", "CarePlan")
        urgent.whole(1, #"{"activity":[{"detail":{"productReference":{}}}]}"#)
        urgent.whole(2, #"{"activity":[{"detail":{"description":"b"}}]}"#)
        var target = MergeCase("unmatched-target", "targets of a goal likewise", "Goal")
        target.whole(1, #"{"target":[{"detailString":"a"}]}"#)
        target.whole(2, #"{"target":[{"detailString":"b"}]}"#)
        var note = MergeCase("unmatched-note", "members of a set just stand", "Goal")
        note.whole(1, #"{"outcomeCode":[{"text":"a"}]}"#)
        note.whole(2, #"{"outcomeCode":[{"text":"b"}]}"#)
        return [
            versions(
                "equal", "what says the same is the same", [["walk", "swim"], ["swim", "walk"]]),
            versions("fewer", "one less is no conflict", [["walk", "swim"], ["swim"]]),
            versions(
                "more", "each has one that the other lacks", [["walk", "swim"], ["rest", "swim"]]),
            versions("twice", "how often says something", [["a", "a", "b"], ["a", "b", "b"]]),
            versions("ids-on-one-side", "ids in one version alone", [["#"], ["b"]]),
            versions("three", "one of three has another", [["a"], ["b"], ["a"]]), omitted,
            versions("ids", "other ids are other entities", [["#"], ["#"]]),
            urgent, target, note,
        ]
    }

    private static var targets: [MergeCase] {
        func measured(_ name: String, _ what: String, _ sites: [UInt64], _ measures: [String])
            -> MergeCase
        {
            var item = MergeCase("targets-\(name)", what, "Goal")
            item.whole(9, #"{"lifecycleStatus":"active"}"#)
            for (number, site) in sites.enumerated() {
                item.write(
                    site, of: item.part("Goal.target", id: UInt64(number)), "*",
                    #"{"measure":\#(measures[number]),"detailString":"\#(number)"}"#, .create)
            }
            return item
        }
        var one = measured(
            "one-target", "one target, edited at two sites", [1], [#"{"text":"weight"}"#])
        one.write(
            2, of: one.part("Goal.target"), "target",
            #"{"measure":{"text":"weight"},"detailString":"5"}"#)
        let weight = #"{"text":"weight"}"#
        return [
            one, measured("two-sites", "one measure, two sites", [1, 2], [weight, weight]),
            measured("one-site", "one measure, one site", [1, 1], [weight, weight]),
            measured("two-measures", "two measures", [1, 2], [weight, #"{"text":"height"}"#]),
            measured(
                "four", "two measures at two sites each", [1, 2, 3, 4],
                [weight, #"{"text":"height"}"#, #"{"text":"height"}"#, weight]),
        ]
    }
}
