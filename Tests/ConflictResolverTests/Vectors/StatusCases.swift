import CareRecord

@testable import ConflictResolver

/// Concurrent statuses, and what raises a class.
enum StatusCases {
    static var all: [MergeCase] {
        plans + [oneEnding, codings] + activities + others + allergies + urgent + medicines + [
            performers
        ]
    }

    /// One site writes the resource, and two others its status.
    private static func met(
        _ type: String, _ member: String, _ pairs: [(String, String)], _ rest: String = ""
    ) -> [MergeCase] {
        pairs.map { left, right in
            var item = MergeCase("\(type)-\(left)-\(right)", "two statuses, apart", type)
            let created = item.whole(1, #"{"resourceType":"\#(type)"\#(rest)}"#)
            item.write(2, "status", #"{"\#(member)":"\#(left)"}"#, .status, ends: [created])
            item.write(3, "status", #"{"\#(member)":"\#(right)"}"#, .status, ends: [created])
            return item
        }
    }

    private static var plans: [MergeCase] {
        met(
            "CarePlan", "status",
            [
                ("active", "on-hold"), ("active", "completed"), ("revoked", "completed"),
                ("draft", "active"), ("entered-in-error", "active"), ("unknown", "unheard-of"),
                ("revoked", "unheard-of"),
            ])
    }

    private static var oneEnding: MergeCase {
        var item = MergeCase("CarePlan-one-ending", "one ending, said twice", "CarePlan")
        item.write(1, "status", #"{"status":"revoked"}"#, .status)
        item.write(2, "status", #"{"status":"revoked","_status":{"id":"s"}}"#, .status)
        return item
    }

    private static var codings: MergeCase {
        var item = MergeCase(
            "codings", "the code of the first coding, if there is one", "AllergyIntolerance")
        for (number, concept) in [
            #"{"coding":[]}"#, #"{"coding":{"code":"active"}}"#, #"{"coding":[{}]}"#,
            #"{"coding":[{"code":"inactive"},{"code":"active"}]}"#, #""resolved""#,
            #"["active"]"#, #"{"text":"active"}"#,
        ].enumerated() {
            item.write(UInt64(number), "standing", #"{"clinicalStatus":\#(concept)}"#)
        }
        return item
    }

    private static var others: [MergeCase] {
        met("CareTeam", "status", [("inactive", "active"), ("suspended", "proposed")])
            + met(
                "Goal", "lifecycleStatus",
                [
                    ("active", "completed"), ("rejected", "cancelled"), ("planned", "accepted"),
                    ("on-hold", "active"), ("entered-in-error", "proposed"),
                ])
            + met("Flag", "status", [("active", "inactive"), ("entered-in-error", "active")])
            + met(
                "MedicationRequest", "status",
                [
                    ("stopped", "active"), ("stopped", "cancelled"), ("on-hold", "draft"),
                    ("active", "draft"), ("entered-in-error", "active"),
                ])
            + met("MedicationStatement", "status", [("not-taken", "intended")])
    }

    /// One site writes a plan with one activity, and two others the activity's status.
    private static func activity(
        _ name: String, _ body: String, _ left: String, _ right: String
    ) -> MergeCase {
        var item = MergeCase(name, "two statuses of an activity, apart", "CarePlan")
        let created = item.whole(1, #"{"status":"active","activity":[\#(body)]}"#)
        let part = item.part("CarePlan.activity")
        for (site, code) in [(2, left), (3, right)] as [(UInt64, String)] {
            item.write(
                site, of: part, "status", #"{"detail":{"status":"\#(code)"}}"#, .status,
                ends: [created], sees: [created])
        }
        return item
    }

    private static var activities: [MergeCase] {
        [
            ("on-hold", "in-progress"), ("completed", "scheduled"), ("stopped", "cancelled"),
            ("in-progress", "scheduled"), ("entered-in-error", "in-progress"),
            ("not-started", "unknown"), ("stopped", "entered-in-error"),
        ].map { left, right in
            activity(
                "activity-\(left)-\(right)", #"{"detail":{"kind":"Task"}}"#, left, right)
        }
    }

    private static func atc(_ code: String) -> String {
        #"{"coding":[{"system":"http://www.whocc.no/atc","code":"\#(code)"}]}"#
    }

    private static var urgent: [MergeCase] {
        [
            ("kind", #""kind":"MedicationRequest""#),
            ("kind-critical", #""kind":"MedicationRequest","code":\#(atc("A10AB01"))"#),
            ("kind-other", #""kind":"MedicationRequest","code":\#(atc("N02BE01"))"#),
            ("product-critical", #""productCodeableConcept":\#(atc("N05AH02"))"#),
            ("product-other", #""productCodeableConcept":\#(atc("A02BC01"))"#),
            ("product-small-letters", #""productCodeableConcept":\#(atc("a10ab01"))"#),
            ("product-group", #""productCodeableConcept":\#(atc("A10"))"#),
            ("product-text", #""productCodeableConcept":{"text":"unheard of"}"#),
            (
                "product-other-system",
                #""productCodeableConcept":{"coding":[{"system":"http://snomed.info/sct","#
                    + #""code":"A02"},{"system":"http://www.whocc.no/atc"}]}"#
            ),
            ("product-reference", #""productReference":{"reference":"Medication/1"}"#),
            ("prohibition", #""kind":"Task","doNotPerform":true"#),
            ("prohibition-text", #""kind":"Task","doNotPerform":"true""#),
        ].map { name, detail in
            activity("urgent-\(name)", #"{"detail":{\#(detail)}}"#, "on-hold", "in-progress")
        }
            + [
                ("request", #"{"reference":"MedicationRequest/1"}"#),
                ("other-request", #"{"reference":"ServiceRequest/1"}"#),
                ("type", #"{"type":"MedicationRequest","reference":"urn:uuid:1"}"#),
                ("text", #""MedicationRequest/1""#),
            ].map { name, reference in
                activity(
                    "urgent-reference-\(name)", #"{"reference":\#(reference)}"#, "on-hold",
                    "in-progress")
            }
    }

    /// Reasons for a medicine, of which one head names a largest dose, a prohibition or a medicine.
    private static var medicines: [MergeCase] {
        [
            ("dose", #""dosageInstruction":[{"maxDosePerPeriod":{}}]"#),
            ("no-dose", #""dosageInstruction":[{"text":"5 mg"}]"#),
            ("prohibition", #""doNotPerform":true"#),
            ("reference", #""medicationReference":{}"#),
            ("other", #""medicationCodeableConcept":\#(atc("C07AB07"))"#),
            ("critical", #""medicationCodeableConcept":\#(atc("B01AF02"))"#),
        ].map { name, body in
            var item = MergeCase(
                "reasons-beside-\(name)", "urgent content raises class H", "MedicationRequest")
            let created = item.whole(1, #"{"status":"active",\#(body)}"#)
            item.write(2, "reasons", #"{"reasonCode":[{"text":"a"}]}"#, ends: [created])
            item.write(3, "reasons", #"{"reasonCode":[{"text":"b"}]}"#, ends: [created])
            return item
        }
    }

    private static func standing(_ clinical: String?, _ verified: String?) -> String {
        let members = [("clinicalStatus", clinical), ("verificationStatus", verified)]
        return "{"
            + members.compactMap { name, code in
                code.map { #""\#(name)":{"coding":[{"code":"\#($0)"}]}"# }
            }.joined(separator: ",") + "}"
    }

    private static var allergies: [MergeCase] {
        [("high", "resolved", "refuted"), ("low", "active", "unconfirmed"), ("low", nil, nil)].map {
            criticality, clinical, verified in
            var item = MergeCase(
                "allergy-\(criticality)-\(clinical ?? "none")", "a warning is shown first",
                "AllergyIntolerance")
            let created = item.whole(
                1, #"{"criticality":"\#(criticality)","code":{"text":"x"}}"#)
            item.write(2, "standing", standing("active", "confirmed"))
            item.write(3, "standing", standing(clinical, verified))
            item.write(2, "substance", #"{"code":{"text":"y"}}"#, ends: [created])
            item.write(3, "substance", #"{"code":{"text":"z"}}"#, ends: [created])
            return item
        }
    }

    private static var performers: MergeCase {
        var item = MergeCase(
            "performers", "work that one head leaves to nobody is for a human", "CarePlan")
        let created = item.whole(1, #"{"activity":[{"detail":{"kind":"Task"}}]}"#)
        let part = item.part("CarePlan.activity")
        for (site, value) in [(2, #"{"detail":{"performer":[{"display":"n"}]}}"#), (3, "{}")]
            as [(UInt64, String)]
        {
            item.write(site, of: part, "performer", value, ends: [created])
        }
        return item
    }
}
