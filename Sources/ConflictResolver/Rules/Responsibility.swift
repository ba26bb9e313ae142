/// Who may resolve a conflict (`merge.md` §7), by what it is about.
public enum Responsibility: String, Sendable, Hashable, CaseIterable {
    /// Medicines and allergies.
    case prescriber = "prescriber or pharmacist"
    /// Activities, goals and the plan itself.
    case custodian = "clinician of the custodian organisation"
    /// An advance decision: whoever is responsible for the care, or who made it, by a new document.
    case seniorClinician = "responsible senior clinician or the maker, with a new document"
    /// Consent and labels.
    case privacy = "patient or privacy officer"
    /// Who somebody is.
    case records = "records office"
    /// Everything else.
    case clinician = "clinician"

    /// The roles in which somebody may decide, by the codes that an author's role has.
    public var roles: Set<String> {
        switch self {
        case .prescriber: ["prescriber", "pharmacist"]
        case .custodian: ["clinician", "prescriber", "performer-lead"]
        case .seniorClinician: ["patient", "senior-clinician"]
        case .privacy: ["patient", "privacy-officer"]
        case .records: ["records-officer"]
        case .clinician: ["clinician", "prescriber", "pharmacist"]
        }
    }

    /// Who decides about an element of a resource of a type.
    public static func of(resourceType: String) -> Responsibility {
        switch resourceType {
        case "MedicationRequest", "MedicationStatement", "MedicationAdministration",
            "MedicationDispense", "AllergyIntolerance":
            .prescriber
        case "CarePlan", "CareTeam", "Goal": .custodian
        case "Consent": .privacy
        case "Patient", "RelatedPerson": .records
        default: .clinician
        }
    }
}

extension ResourceHistory {
    /// Who decides about conflicts of this resource.
    public var responsibility: Responsibility {
        isAdvanceDecision ? .seniorClinician : .of(resourceType: shape.entityType)
    }
}

extension ConflictClass {
    /// How long a conflict may stay open, in hours from when it first could be shown at a node
    /// (`merge.md` §8); a deadline escalates and never decides.
    ///
    /// U: the figure of NICE NG5 for reconciling medicines in acute care. F: the longest time to the
    /// next review.
    public var hoursToResolve: Int {
        switch self {
        case .automatic, .flagged: 90 * 24
        case .human: 7 * 24
        case .urgent: 24
        }
    }
}
