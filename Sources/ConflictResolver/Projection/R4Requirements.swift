/// What R4 requires of a resource or backbone element in every state, also while somebody has to
/// decide what it is (HL7 FHIR 4.0.1, cardinalities, required value sets, invariants).
struct R4Requirements: Sendable {
    /// Members that must be there.
    let members: [Member]
    /// The member that says `entered-in-error`, if the type has one.
    let status: Status?

    /// A member that must be there.
    struct Member: Sendable, Hashable {
        /// Its name; with `[x]` for a choice.
        let path: MemberPath
        /// The name that it gets if nobody wrote it, or if it is disputed.
        let name: String
        let stand: Stand
    }

    /// What stands for a member that has no value.
    enum Stand: String, Sendable, Hashable {
        /// The code `unknown` of its required value set.
        case unknown
        /// A primitive without value, with a reason.
        case primitive
        /// An object without value, with a reason.
        case object
        /// A list of one such object.
        case list
    }

    /// The member that says that a resource was entered in error.
    struct Status: Sendable, Hashable {
        let path: MemberPath
        /// The code system if it is a concept; `nil` if it is a code.
        let system: String?
    }

    /// - Parameter text: `name=stand`, separated by spaces; `medication[x]:CodeableConcept` of a
    ///   choice says which type stands for it.
    init(_ text: String, status: String? = "status", system: String? = nil) {
        members = text.split(separator: " ").map { item in
            let parts = item.split(separator: "=")
            let choice = parts[0].split(separator: ":")
            let path = MemberPath(String(choice[0]))
            let name = choice.count > 1 ? path.name.dropLast(3) + choice[1] : path.name[...]
            return Member(
                path: path, name: String(name),
                stand: Stand(rawValue: String(parts.last ?? "")) ?? .primitive)
        }
        self.status = status.map { Status(path: MemberPath($0), system: system) }
    }

    /// What is required of a kind of resource or entity; nothing if it is not listed.
    static func of(_ kind: String) -> R4Requirements {
        table[kind] ?? R4Requirements("", status: nil)
    }

    private static let event = "status=unknown"
    private static let request = "status=unknown intent=primitive subject=object"
    private static let terminology = "http://terminology.hl7.org/CodeSystem/"

    private static let table: [String: R4Requirements] = [
        "CarePlan": R4Requirements(request),
        "CarePlan.activity": R4Requirements("detail.status=unknown", status: "detail.status"),
        "Goal": R4Requirements(
            "lifecycleStatus=primitive description=object subject=object",
            status: "lifecycleStatus"),
        "CareTeam": R4Requirements(""),
        "MedicationRequest": R4Requirements(request + " medication[x]:CodeableConcept=object"),
        "MedicationStatement": R4Requirements(
            "status=unknown subject=object medication[x]:CodeableConcept=object"),
        "AllergyIntolerance": R4Requirements(
            "patient=object", status: "verificationStatus",
            system: terminology + "allergyintolerance-verification"),
        "AllergyIntolerance.reaction": R4Requirements("manifestation=list", status: nil),
        "Condition": R4Requirements(
            "subject=object", status: "verificationStatus",
            system: terminology + "condition-ver-status"),
        "Flag": R4Requirements("status=primitive code=object subject=object"),
        "Patient.communication": R4Requirements("language=object", status: nil),
        "Observation": R4Requirements(event + " code=object"),
        "DiagnosticReport": R4Requirements(event + " code=object"),
        "Communication": R4Requirements(event),
        "Procedure": R4Requirements(event + " subject=object"),
        "Immunization": R4Requirements(
            "status=primitive vaccineCode=object patient=object"
                + " occurrence[x]:DateTime=primitive"),
        "Composition": R4Requirements(
            "status=primitive type=object date=primitive author=list title=primitive"),
        "MedicationAdministration": R4Requirements(
            event + " medication[x]:CodeableConcept=object subject=object"
                + " effective[x]:DateTime=primitive"),
        "MedicationDispense": R4Requirements(event + " medication[x]:CodeableConcept=object"),
        "QuestionnaireResponse": R4Requirements("status=primitive"),
        "DocumentReference": R4Requirements("status=primitive content=list"),
        "ImagingStudy": R4Requirements(event + " subject=object"),
        "Media": R4Requirements(event + " content=object"),
        "Consent": R4Requirements("status=primitive scope=object category=list"),
        "ServiceRequest": R4Requirements(request),
        "CommunicationRequest": R4Requirements(event),
        "DeviceRequest": R4Requirements(
            "intent=primitive code[x]:CodeableConcept=object subject=object"),
        "NutritionOrder": R4Requirements(
            event + " intent=primitive patient=object dateTime=primitive"),
        "Encounter": R4Requirements(event + " class=object"),
        "EpisodeOfCare": R4Requirements("status=primitive patient=object"),
        "RiskAssessment": R4Requirements(event + " subject=object"),
        "ClinicalImpression": R4Requirements("status=primitive subject=object"),
        "FamilyMemberHistory": R4Requirements(
            "status=primitive patient=object relationship=object"),
        "Appointment": R4Requirements("status=primitive participant=list"),
        "Task": R4Requirements("status=primitive intent=primitive"),
        "List": R4Requirements("status=primitive mode=primitive"),
    ]
}
