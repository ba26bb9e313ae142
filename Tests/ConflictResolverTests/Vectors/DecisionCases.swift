import CareRecord

@testable import ConflictResolver

/// Decisions by people (`resolve`), and advance decisions.
enum DecisionCases {
    static var all: [MergeCase] { values + presences + entities + documents }

    private static func medicine(_ dose: String, status: String = "active") -> String {
        #"{"resourceType":"MedicationRequest","status":"\#(status)","intent":"order","#
            + #""medicationCodeableConcept":{"text":"m"},"#
            + #""dosageInstruction":[{"text":"\#(dose)"}]}"#
    }

    private static func twoDoses(_ name: String, _ what: String) -> (MergeCase, [HeadName]) {
        var item = MergeCase(name, what, "MedicationRequest")
        let names = [item.whole(1, medicine("5")), item.whole(2, medicine("10"))]
        return (item, names)
    }

    private static func body(_ dose: String) -> String {
        #"{"dosageInstruction":[{"text":"\#(dose)"}],"medicationCodeableConcept":{"text":"m"}}"#
    }

    private static var values: [MergeCase] {
        var (chosen, _) = twoDoses("chosen", "a value that is chosen is the only one")
        chosen.decide(3, .siblings)
        var (unseen, seen) = twoDoses("unseen", "a sibling that was not shown stays")
        unseen.whole(3, medicine("20"))
        unseen.write(4, "body", body("5"), .resolve, ends: seen)
        var (equal, both) = twoDoses("decided-alike", "equal decisions are one")
        var (apart, _) = twoDoses("decided-apart", "others conflict again")
        for site in [3, 4] as [UInt64] {
            equal.write(site, "body", body("5"), .resolve, ends: both)
            apart.write(
                site, "body", body("\(site)"), .resolve, ends: apart.changes.prefix(2).map(\.name))
        }
        var stop = MergeCase("stop-then-dose", "decided one after the other", "MedicationRequest")
        let first = stop.whole(1, medicine("5"))
        stop.whole(1, medicine("5", status: "stopped"), ends: [first])
        stop.whole(2, medicine("10"))
        stop.decide(3, .disputedStop)
        stop.decide(4, .siblings, option: 0)
        var alone = MergeCase(
            "status-alone", "a decision has in sight only what it covers", "CarePlan")
        let activity = #","activity":[{"detail":{"status":"scheduled","description":"a"}}]}"#
        let plans = [
            alone.whole(1, #"{"status":"revoked""# + activity),
            alone.whole(2, #"{"status":"active""# + activity),
        ]
        alone.write(3, "status", #"{"status":"revoked"}"#, .resolve, ends: plans)
        return [chosen, unseen, equal, apart, stop, alone]
    }

    private static var presences: [MergeCase] {
        func retracted(_ option: Int, _ name: String, _ what: String) -> MergeCase {
            var item = MergeCase(name, what, "MedicationRequest")
            let first = item.whole(1, medicine("5"))
            item.write(2, "body", body("10"), ends: [first])
            item.end(3, ends: [first], sees: [first])
            item.decide(4, .changedBesideEnding, option: option)
            return item
        }
        var present = MergeCase("presence-decided", "that it is there", "Goal")
        let goal = present.whole(1, #"{"description":{"text":"a"}}"#)
        present.end(2, ends: [goal], sees: [goal])
        present.whole(3, #"{"description":{"text":"a"}}"#, ends: [goal])
        present.decide(4, .presence)
        return [
            retracted(0, "retraction-undone", "what was retracted is there"),
            retracted(1, "retraction-seen", "it goes in sight of the edit"), present,
        ]
    }

    private static var entities: [MergeCase] {
        func plans(_ option: Int, _ name: String, _ what: String) -> MergeCase {
            var item = MergeCase(name, what, "CarePlan")
            for (site, text) in [(1, "swim"), (2, "rest")] as [(UInt64, String)] {
                item.whole(
                    site,
                    #"{"status":"active","activity":[{"detail":{"description":"walk"}},"#
                        + #"{"detail":{"description":"\#(text)"}}]}"#)
            }
            item.decide(3, .unmatched, option: option)
            return item
        }
        func revoked(_ option: Int, _ name: String, _ what: String) -> MergeCase {
            var item = MergeCase(name, what, "CarePlan")
            let first = item.whole(
                1, #"{"status":"active","activity":[{"detail":{"description":"walk"}}]}"#)
            item.write(
                2, of: item.part("CarePlan.activity"), "body",
                #"{"detail":{"description":"walk far"}}"#, ends: [first])
            item.write(3, "status", #"{"status":"revoked"}"#, ends: [first], sees: [first])
            item.decide(4, .activityOfEndedPlan, option: option)
            return item
        }
        var targets = MergeCase("one-target", "of two targets one stays", "Goal")
        targets.whole(1, #"{"lifecycleStatus":"active"}"#)
        for site in [2, 3] as [UInt64] {
            targets.write(
                site, of: targets.part("Goal.target", id: site), "*",
                #"{"measure":{"text":"m"},"detailString":"\#(site)"}"#, .create)
        }
        targets.decide(4, .targetsOfOneMeasure, option: 1)
        var kept = MergeCase("omission-confirmed", "what was left out is said again", "CarePlan")
        let plan = kept.whole(1, #"{"status":"active","title":"t"}"#)
        kept.write(2, "heading", nil, .omit, ends: [plan])
        kept.decide(3, .omitted)
        return [
            plans(0, "one-version", "the entities of one version stay"),
            plans(2, "all-versions", "all stay, as different things"),
            revoked(0, "plan-ends", "the plan ends in sight of the activity"),
            revoked(1, "activity-ends", "the activity ends with the plan"), targets, kept,
        ]
    }

    private static var documents: [MergeCase] {
        let code = #"{"coding":[{"system":"http://snomed.info/sct","code":"304253006"}]}"#
        func json(_ type: String, _ member: String, _ status: String) -> String {
            #"{"resourceType":"\#(type)","status":"\#(status)","\#(member)":\#(code)}"#
        }
        let kinds = [
            ("DocumentReference", "type", "current", "superseded"),
            ("ServiceRequest", "category", "active", "revoked"),
            ("Flag", "code", "active", "inactive"),
            ("Observation", "valueCodeableConcept", "final", "cancelled"),
            ("Consent", "scope", "active", "inactive"),
        ]
        let apart = kinds.map { type, member, current, cancelled in
            var item = MergeCase(
                "advance-\(type)", "current against cancelled", type)
            item.whole(1, json(type, member, current))
            item.whole(2, json(type, member, cancelled))
            return item
        }
        var retracted = MergeCase(
            "advance-retracted", "retracted beside an edit", "DocumentReference")
        let first = retracted.whole(1, json("DocumentReference", "type", "current"))
        retracted.whole(2, json("DocumentReference", "category", "superseded"), ends: [first])
        retracted.end(3, ends: [first], sees: [first])
        var again = MergeCase(
            "advance-issued-again", "a new document ends both", "DocumentReference")
        let both = [
            again.whole(1, json("DocumentReference", "type", "current")),
            again.whole(2, json("DocumentReference", "type", "superseded")),
        ]
        again.whole(3, json("DocumentReference", "type", "entered-in-error"), ends: both)
        var system = MergeCase("advance-no-system", "a code without its system is none", "Consent")
        for (site, status) in [(1, "active"), (2, "inactive")] as [(UInt64, String)] {
            system.whole(
                site,
                #"{"status":"\#(status)","scope":{"coding":[{"code":"adr"}]},"meta":{}}"#)
        }
        var shown = MergeCase(
            "advance-presentation", "how it is shown is no conflict", "DocumentReference")
        for site in [1, 2] as [UInt64] {
            shown.whole(site, #"{"type":\#(code),"meta":{"source":"\#(site)"}}"#)
        }
        var member = MergeCase(
            "advance-no-member", "a code elsewhere makes no decision", "Consent")
        member.whole(1, json("Consent", "subject", "active"))
        member.whole(2, json("Consent", "subject", "inactive"))
        return apart + [retracted, again, system, member, shown]
    }
}
