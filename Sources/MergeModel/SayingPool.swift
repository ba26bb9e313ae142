import TestSupport

/// Draws values for the facets of synthetic resources, from pools so small that equal values meet.
struct SayingPool {
    var random: SeededGenerator

    /// The facets of each kind of entity that people change, as `EntityShape` names them.
    static let facets: [String: [String]] = [
        "CarePlan": ["status", "heading", "custodian", "extensions", "rest", "presentation"],
        "CarePlan.activity": ["body", "status", "schedule", "performer", "location", "extensions"],
        "MedicationRequest": ["status", "body", "reasons"],
        "Goal": ["status", "description", "achievement", "priority", "start"],
        "Goal.target": ["target"],
        "AllergyIntolerance": ["substance", "standing", "criticality", "onset"],
        "Observation": ["item"],
    ]

    /// The members whose items are entities.
    static let members: [String: [String]] = [
        "CarePlan": ["activity", "activity", "goal", "note"],
        "CarePlan.activity": ["progress"], "MedicationRequest": ["note"],
        "Goal": ["target", "target", "note"], "AllergyIntolerance": ["note", "reaction"],
    ]

    private static let codes: [String: [String]] = [
        "CarePlan": ["revoked", "completed", "on-hold", "active", "draft", "entered-in-error"],
        "CarePlan.activity": [
            "stopped", "cancelled", "on-hold", "completed", "in-progress", "not-started",
            "scheduled", "unknown", "entered-in-error",
        ],
        "MedicationRequest": ["stopped", "on-hold", "completed", "active", "draft", "cancelled"],
        "Goal": ["rejected", "cancelled", "on-hold", "completed", "active", "planned"],
    ]

    /// Codes of the WHO's ATC classification, and whether `merge.md` §3.2 calls them critical.
    private static let medicines: [(code: String, isCritical: Bool)] = [
        ("A10AE04", true), ("B01AF02", true), ("N03AX14", true), ("N02AA01", true),
        ("N04BA02", true), ("N05AH02", true), ("H02AB06", true), ("N02BE01", false),
        ("J01CA04", false), ("C07AB07", false), ("N05AH04", false),
    ]

    mutating func pick<T>(_ items: [T]) -> T { items[number(items.count)] }

    /// A number below another one, the same on every machine for the same seed.
    mutating func number(_ count: Int) -> Int {
        Int(random.next().multipliedFullWidth(by: UInt64(count)).high)
    }

    /// True once in so many times.
    mutating func chance(_ one: Int) -> Bool { number(one) == 0 }

    /// A value of a facet.
    mutating func saying(_ facet: String, of kind: String) -> FacetSaying {
        switch (kind, facet) {
        case (_, "extensions"):
            return text("extension", list: #"{"url":"urn:x","valueString":"#, "}")
        case (_, "rest"):
            return text("modifierExtension", list: #"{"url":"urn:m","valueString":"#, "}")
        case (_, "presentation"): return text("language")
        case ("CarePlan", "heading"): return text("title")
        case ("CarePlan", "custodian"): return text("author", list: #"{"display":"#, "}", "")
        case ("CarePlan.activity", "body"): return activityBody()
        case ("CarePlan.activity", "schedule"): return text("detail.scheduledString")
        case ("CarePlan.activity", "performer"):
            if chance(2) { return FacetSaying() }
            return text("detail.performer", list: #"{"display":"#, "}")
        case ("CarePlan.activity", "location"):
            return text("detail.location", list: #"{"display":"#, "}", "")
        case ("MedicationRequest", "body"): return medicineBody()
        case ("MedicationRequest", "reasons"):
            return text("reasonCode", list: #"{"text":"#, "}")
        case ("Goal", "description"): return text("description", list: #"{"text":"#, "}", "")
        case ("Goal", "achievement"):
            return text("achievementStatus", list: #"{"text":"#, "}", "")
        case ("Goal", "priority"): return text("priority", list: #"{"text":"#, "}", "")
        case ("Goal", "start"): return FacetSaying(members: ["startDate": "\"2026-01-0\(digit)\""])
        case ("Goal.target", _): return target()
        case ("AllergyIntolerance", "substance"): return text("code", list: #"{"text":"#, "}", "")
        case ("AllergyIntolerance", "standing"): return standing()
        case ("AllergyIntolerance", "criticality"):
            let code = pick(["high", "low", "unable-to-assess"])
            return FacetSaying(members: ["criticality": "\"\(code)\""], criticality: code)
        case ("AllergyIntolerance", "onset"): return text("onsetString")
        case (_, "status"): return status(of: kind)
        case ("Observation", _):
            // Other digits of one number are another value.
            let number = pick(["5", "5.0", "5.00"])
            return FacetSaying(
                members: [
                    "status": "\"final\"", "valueQuantity": "{\"value\":\(number)}",
                ])
        case (_, "item"): return text("text")
        default: return text("unlisted")
        }
    }

    private var digit: Int { mutating get { 1 + number(3) } }

    private mutating func text(
        _ member: String, list open: String = "", _ close: String = "", _ bracket: String = "[]"
    ) -> FacetSaying {
        let item = open + "\"\(digit)\"" + close
        let isList = !open.isEmpty && !bracket.isEmpty
        return FacetSaying(members: [member: isList ? "[\(item)]" : item])
    }

    private mutating func status(of kind: String) -> FacetSaying {
        let code = pick(Self.codes[kind] ?? ["active"])
        switch kind {
        case "Goal": return FacetSaying(members: ["lifecycleStatus": "\"\(code)\""], code: code)
        case "CarePlan.activity":
            var members = ["detail.status": "\"\(code)\""]
            if chance(4) { members["detail.statusReason"] = #"{"text":"r"}"# }
            return FacetSaying(members: members, code: code)
        default: return FacetSaying(members: ["status": "\"\(code)\""], code: code)
        }
    }

    private mutating func concept() -> (json: String, isCritical: Bool) {
        // Text is not parsed: without a code it counts as critical.
        if chance(4) { return (#"{"text":"aspirin"}"#, true) }
        let medicine = pick(Self.medicines)
        return (
            #"{"coding":[{"code":"\#(medicine.code)","system":"http://www.whocc.no/atc"}]}"#,
            medicine.isCritical
        )
    }

    private mutating func activityBody() -> FacetSaying {
        switch number(5) {
        case 0:
            return FacetSaying(
                members: ["reference": #"{"reference":"MedicationRequest/m\#(digit)"}"#],
                isCriticalMedicine: true)
        case 1:
            return FacetSaying(
                members: ["reference": #"{"reference":"ServiceRequest/s\#(digit)"}"#])
        case 2:
            let medicine = concept()
            return FacetSaying(
                members: [
                    "detail.kind": #""MedicationRequest""#,
                    "detail.productCodeableConcept": medicine.json,
                    "detail.description": "\"\(digit)\"",
                ], isCriticalMedicine: medicine.isCritical)
        case 3 where chance(3):
            return FacetSaying(
                members: ["detail.doNotPerform": "true", "detail.description": "\"\(digit)\""],
                isProhibition: true)
        default: return FacetSaying(members: ["detail.description": "\"\(digit)\""])
        }
    }

    private mutating func medicineBody() -> FacetSaying {
        let medicine = concept()
        let hasLargestDose = chance(5)
        let dose =
            hasLargestDose
            ? #"{"maxDosePerAdministration":{"value":\#(digit)}}"# : #"{"text":"\#(digit)"}"#
        var members = [
            "medicationCodeableConcept": medicine.json, "dosageInstruction": "[\(dose)]",
        ]
        let isProhibition = chance(5)
        if isProhibition { members["doNotPerform"] = "true" }
        return FacetSaying(
            members: members, isProhibition: isProhibition,
            isCriticalMedicine: medicine.isCritical, hasLargestDose: hasLargestDose)
    }

    private mutating func target() -> FacetSaying {
        var members = ["detailString": "\"\(digit)\""]
        if !chance(4) { members["measure"] = #"{"text":"m\#(digit)"}"# }
        return FacetSaying(members: members, measure: members["measure"])
    }

    private mutating func standing() -> FacetSaying {
        let code = pick(["active", "inactive", "resolved"])
        let verification = pick(["confirmed", "unconfirmed", "refuted"])
        return FacetSaying(
            members: [
                "clinicalStatus": #"{"coding":[{"code":"\#(code)"}]}"#,
                "verificationStatus": #"{"coding":[{"code":"\#(verification)"}]}"#,
            ], code: code, verification: verification)
    }

    /// A whole entity with some of its facets.
    mutating func whole(_ kind: String, inner: [InnerSaying] = []) -> WholeSaying {
        guard let facets = Self.facets[kind] else {
            return WholeSaying(facets: ["item": saying("item", of: kind)], inner: inner)
        }
        var members: [String: FacetSaying] = [:]
        for facet in facets where !chance(4) || facet == "status" || facet == "body" {
            let saying = saying(facet, of: kind)
            if !saying.members.isEmpty { members[facet] = saying }
        }
        return WholeSaying(facets: members, inner: inner)
    }
}
