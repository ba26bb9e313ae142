import CareRecord

@testable import ConflictResolver

/// The pathologies of `merge.md` §11 that meet within one resource.
enum PathologyCases {
    static var all: [MergeCase] {
        [
            dose, endedActivity, twoCreators, clone, stopContinue, resume, authority, saveTime,
            swap, documents, shredded, classA, notes, disjoint,
        ]
    }

    private static let medicine =
        #"{"coding":[{"system":"http://www.whocc.no/atc","code":"C03CA01"}],"text":"furosemide"}"#

    private static func dose(_ text: String) -> String {
        #"{"medicationCodeableConcept":\#(medicine),"dosageInstruction":[{"text":"\#(text)"}]}"#
    }

    private static var dose: MergeCase {
        var item = MergeCase(
            "frankenstein-dose", "two doses are two siblings, never a third", "MedicationRequest")
        item.showsR4 = true
        let created = item.whole(
            1,
            #"{"resourceType":"MedicationRequest","status":"active","intent":"order","#
                + dose("Give 5 mg once daily").dropFirst())
        item.write(1, "body", dose("Give 10 mg once daily"), ends: [created])
        item.write(2, "body", dose("Give 5 mg twice daily"), ends: [created])
        return item
    }

    private static var endedActivity: MergeCase {
        var item = MergeCase(
            "edit-in-ended-activity", "it stays in view: ended by X, changed by Y", "CarePlan")
        item.showsR4 = true
        let created = item.whole(
            1,
            #"{"resourceType":"CarePlan","status":"active","intent":"plan","activity":["#
                + #"{"detail":{"status":"in-progress","description":"walk daily"}}]}"#)
        let activity = item.part("CarePlan.activity")
        item.write(
            1, of: activity, "status", #"{"detail":{"status":"stopped"}}"#, .status,
            ends: [created], sees: [created])
        item.write(
            2, of: activity, "body",
            #"{"detail":{"description":"walk daily; STOP if chest pain"}}"#,
            ends: [created])
        return item
    }

    private static var twoCreators: MergeCase {
        var item = MergeCase("two-creators", "what two create apart stands, both", "CarePlan")
        item.showsR4 = true
        item.whole(1, #"{"resourceType":"CarePlan","status":"active","intent":"plan"}"#)
        for site in [1, 2] as [UInt64] {
            item.write(
                site, of: item.part("CarePlan.goal", id: site), "*",
                #"{"reference":"Goal/\#(site)"}"#, .create)
        }
        return item
    }

    private static var clone: MergeCase {
        var item = MergeCase(
            "clone-divergence", "a backup that is restored: both values kept", "AllergyIntolerance")
        item.showsR4 = true
        let created = item.whole(1, #"{"code":{"text":"unknown"},"criticality":"high"}"#)
        let first = item.write(
            1, "substance", #"{"code":{"text":"penicillin"}}"#, ends: [created])
        item.write(2, "substance", #"{"code":{"text":"amoxicillin"}}"#, ends: [first])
        item.write(
            1, "substance", #"{"code":{"text":"latex"}}"#, ends: [created], forking: first)
        return item
    }

    private static func insulin(_ name: String, _ what: String) -> (MergeCase, Part, [HeadName]) {
        var item = MergeCase(name, what, "CarePlan")
        let created = item.whole(
            1,
            #"{"resourceType":"CarePlan","status":"active","intent":"plan","activity":[{"detail":"#
                + #"{"kind":"MedicationRequest","status":"in-progress","#
                + #""productCodeableConcept":{"text":"insulin"}}}]}"#)
        let activity = item.part("CarePlan.activity")
        let stop = item.write(
            1, of: activity, "status", #"{"detail":{"status":"stopped"}}"#, .status,
            ends: [created], sees: [created])
        let go = item.write(
            2, of: activity, "status", #"{"detail":{"status":"in-progress"}}"#, .status,
            ends: [created])
        return (item, activity, [stop, go])
    }

    private static var stopContinue: MergeCase {
        var (item, _, _) = insulin("stop-continue", "a disputed stop, and no status")
        item.showsR4 = true
        return item
    }

    private static var resume: MergeCase {
        var (item, activity, both) = insulin("stop-continue-resume", "a resume that names both")
        item.write(
            3, of: activity, "status", #"{"detail":{"status":"in-progress"}}"#, .status, ends: both)
        return item
    }

    private static var authority: MergeCase {
        var item = MergeCase(
            "pairwise-authority", "who ends A ends nothing of B, whoever ranks higher", "Goal")
        let created = item.whole(9, #"{"description":{"text":"x"}}"#)
        let high = item.write(1, "description", #"{"description":{"text":"a"}}"#, ends: [created])
        item.write(2, "description", #"{"description":{"text":"b"}}"#, ends: [created])
        item.write(3, "description", #"{"description":{"text":"c"}}"#, ends: [high])
        return item
    }

    private static var saveTime: MergeCase {
        var item = MergeCase(
            "save-time-context", "saved after a change arrived that was not shown", "Goal")
        let opened = item.whole(1, #"{"description":{"text":"x"}}"#)
        item.write(2, "description", #"{"description":{"text":"arrived"}}"#, ends: [opened])
        item.write(1, "description", #"{"description":{"text":"saved"}}"#, ends: [opened])
        return item
    }

    private static var swap: MergeCase {
        var item = MergeCase(
            "swap", "A stops and B starts in one event; A's dose changes", "CarePlan")
        let created = item.whole(
            1,
            #"{"status":"active","activity":[{"detail":{"kind":"MedicationRequest","#
                + #""status":"in-progress","description":"A 5 mg"}}]}"#)
        let first = item.part("CarePlan.activity")
        let stop = item.write(
            1, of: first, "status", #"{"detail":{"status":"stopped"}}"#, .status, ends: [created],
            sees: [created])
        item.write(
            1, of: item.part("CarePlan.activity", id: 2), "*",
            #"{"detail":{"kind":"MedicationRequest","status":"scheduled","description":"B"}}"#,
            .create, with: stop)
        item.write(
            2, of: first, "body",
            #"{"detail":{"kind":"MedicationRequest","description":"A 10 mg"}}"#, ends: [created])
        return item
    }

    private static var documents: MergeCase {
        var item = MergeCase(
            "dnacpr-cancelled", "current against cancelled: no plain statement", "DocumentReference"
        )
        item.showsR4 = true
        let code = #"{"coding":[{"system":"http://snomed.info/sct","code":"304253006"}]}"#
        for (site, status) in [(1, "current"), (2, "superseded")] as [(UInt64, String)] {
            item.whole(
                site,
                #"{"resourceType":"DocumentReference","status":"\#(status)","type":\#(code)}"#)
        }
        return item
    }

    private static var shredded: MergeCase {
        var item = MergeCase(
            "shredded-superseder", "what a destroyed value replaced does not come back", "Goal")
        let created = item.whole(1, #"{"description":{"text":"v1"}}"#)
        item.write(1, "description", nil, ends: [created], held: .erased)
        return item
    }

    // MARK: - Class A: what merge libraries give, too

    private static var classA: MergeCase {
        var item = MergeCase("class-a-set", "each adds a member to a set", "CarePlan")
        item.whole(1, #"{"status":"active"}"#)
        for site in 1...3 as ClosedRange<UInt64> {
            item.write(
                site, of: item.part("CarePlan.addresses", id: site), "*",
                #"{"reference":"Condition/\#(site)"}"#, .link)
        }
        return item
    }

    private static var notes: MergeCase {
        var item = MergeCase("class-a-notes", "each adds a note", "CarePlan")
        item.whole(1, #"{"status":"active","note":[{"text":"n0"}]}"#)
        for site in 1...3 as ClosedRange<UInt64> {
            item.write(
                site, of: item.part("CarePlan.note", id: site), "*", #"{"text":"n\#(site)"}"#,
                .append)
        }
        return item
    }

    private static var disjoint: MergeCase {
        var item = MergeCase("class-a-elements", "each writes another element", "Goal")
        let created = item.whole(1, #"{"lifecycleStatus":"active","description":{"text":"x"}}"#)
        item.write(1, "description", #"{"description":{"text":"y"}}"#, ends: [created])
        item.write(2, "priority", #"{"priority":{"text":"high"}}"#)
        item.write(3, "start", #"{"startDate":"2026-01-01"}"#)
        return item
    }
}
