import StrictJSON

/// Recognises advance decisions by a list of codes (`merge.md` §6): refusals of treatment,
/// resuscitation status, treatment escalation plans, and who decides in the patient's place.
enum AdvanceDecisions {
    /// A code with the system that defines it.
    typealias Code = (system: StaticString, code: StaticString)

    private static let loinc: StaticString = "http://loinc.org"
    private static let snomed: StaticString = "http://snomed.info/sct"
    private static let consentCategory: StaticString =
        "http://terminology.hl7.org/CodeSystem/consentcategorycodes"
    private static let consentScope: StaticString =
        "http://terminology.hl7.org/CodeSystem/consentscope"

    /// Codes of LOINC, SNOMED CT (as in the HL7 PACIO guide, *Documentation Types*) and HL7
    /// Terminology.
    static let codes: [Code] = [
        (loinc, "42348-3"),  // Advance healthcare directives
        (loinc, "75320-2"),  // Advance directive
        (loinc, "81334-5"),  // Personal advance care plan
        (loinc, "81351-9"),  // An order not to resuscitate is in place
        (loinc, "81352-7"),  // An order for life-sustaining treatment is in place
        (loinc, "92664-0"),  // Power of attorney and living will
        (snomed, "304253006"),  // Not for resuscitation
        (snomed, "425392003"),  // Active advance directive
        (snomed, "714748000"),  // Has advance care plan
        (consentCategory, "acd"),  // Advance directive
        (consentCategory, "dnr"),  // Do not resuscitate
        (consentCategory, "hcd"),  // Health care directive
        (consentCategory, "polst"),  // Order for life-sustaining treatment
        (consentScope, "adr"),  // Consent to an advance care directive
        (consentScope, "treatment"),  // Consent to, or refusal of, a treatment
    ]

    /// The types whose resources are such documents themselves.
    static let documents: Set<String> = [
        "DocumentReference", "Consent", "ServiceRequest", "Flag", "Observation",
    ]

    /// Whether the resource is an advance decision, in whatever status.
    static func isOne(type: String, _ resource: JSONNode, in document: JSONDocument) -> Bool {
        members(of: type).contains { member in
            document.objects(member, of: resource).contains { concept in
                document.objects("coding", of: concept).contains { isListed($0, in: document) }
            }
        }
    }

    /// Where resources of a type carry the codes.
    static func members(of type: String) -> [StaticString] {
        switch type {
        case "DocumentReference": ["type", "category"]
        case "Consent": ["scope", "category"]
        case "CarePlan": ["category"]
        case "ServiceRequest": ["code", "category"]
        case "Flag": ["code", "category"]
        case "Observation": ["code", "valueCodeableConcept"]
        default: []
        }
    }

    private static func isListed(_ coding: JSONNode, in document: JSONDocument) -> Bool {
        guard let system = document.member("system", of: coding),
            let code = document.member("code", of: coding)
        else { return false }
        return codes.contains { listed in
            document.stringEquals(code, listed.code)
                && document.stringEquals(system, listed.system)
        }
    }
}
