/// What kind of AuditEvent a kind of entry becomes: one row for each.
struct AuditEventShape {
    let type: FHIRCoding
    let subtypes: [FHIRCoding]
    let action: String
    /// The BALP profile of an entry that names a patient.
    let profile: String?

    private init(
        _ type: FHIRCoding, _ subtypes: [FHIRCoding] = [], action: String, profile: String? = nil
    ) {
        self.type = type
        self.subtypes = subtypes
        self.action = action
        self.profile = profile
    }

    /// The row of a kind; one that is not known is an act of the application.
    static func of(kind: String) -> AuditEventShape {
        switch kind {
        case "disclose-out":
            AuditEventShape(
                export, [disclose], action: "R", profile: "PrivacyDisclosure.Source")
        case "disclose-in":
            AuditEventShape(
                importing, [disclose], action: "C", profile: "PrivacyDisclosure.Recipient")
        case "read":
            AuditEventShape(rest, [restful("read")], action: "R", profile: "PatientRead")
        case "search":
            AuditEventShape(rest, [restful("search")], action: "E", profile: "PatientQuery")
        case "export": AuditEventShape(export, action: "R")
        case "write", "link", "resolve": AuditEventShape(importing, action: "C")
        case "unlink", "retract", "erase", "prune":
            AuditEventShape(activity, action: "D")
        case "review", "witness":
            AuditEventShape(FHIRCoding(.dicom, "110101", "Audit Log Used"), action: "R")
        case "session", "resync", "reconcile", "courier":
            AuditEventShape(FHIRCoding(.dicom, "110108", "Network Entry"), action: "E")
        case "start":
            AuditEventShape(
                activity, [FHIRCoding(.dicom, "110120", "Application Start")], action: "E")
        case "stop":
            AuditEventShape(
                activity, [FHIRCoding(.dicom, "110121", "Application Stop")], action: "E")
        case "sign-in":
            AuditEventShape(authentication, [FHIRCoding(.dicom, "110122", "Login")], action: "E")
        case "sign-out":
            AuditEventShape(authentication, [FHIRCoding(.dicom, "110123", "Logout")], action: "E")
        case "break-glass":
            AuditEventShape(
                alert, [FHIRCoding(.dicom, "110127", "Emergency Override Started")], action: "E")
        case "refuse", "quarantine", "conflict", "alarm": AuditEventShape(alert, action: "E")
        case "permit", "withhold", "withdraw", "access-role", "peer", "key", "agreement",
            "directive", "config", "hold":
            AuditEventShape(alert, action: "U")
        default: AuditEventShape(activity, action: "E")
        }
    }

    private static let rest = FHIRCoding(.eventType, "rest", "Restful Operation")
    private static let export = FHIRCoding(.dicom, "110106", "Export")
    private static let importing = FHIRCoding(.dicom, "110107", "Import")
    private static let activity = FHIRCoding(.dicom, "110100", "Application Activity")
    private static let authentication = FHIRCoding(.dicom, "110114", "User Authentication")
    private static let alert = FHIRCoding(.dicom, "110113", "Security Alert")
    private static let disclose = FHIRCoding(
        .lifecycle, "disclose", "Disclose Record Lifecycle Event")

    private static func restful(_ code: String) -> FHIRCoding {
        FHIRCoding(.interaction, code, code)
    }
}

/// A code with its system.
struct FHIRCoding {
    /// The systems that occur.
    enum System: String {
        case actReason = "http://terminology.hl7.org/CodeSystem/v3-ActReason"
        case auditEntity = "https://profiles.ihe.net/ITI/BALP/CodeSystem/BasicAuditEntityType"
        case auditKind = "urn:accord:audit-kind"
        case auditPart = "urn:accord:audit-part"
        case dicom = "http://dicom.nema.org/resources/ontology/DCM"
        case entityType = "http://terminology.hl7.org/CodeSystem/audit-entity-type"
        case eventType = "http://terminology.hl7.org/CodeSystem/audit-event-type"
        case interaction = "http://hl7.org/fhir/restful-interaction"
        case lifecycle = "http://terminology.hl7.org/CodeSystem/iso-21089-lifecycle"
        case objectRole = "http://terminology.hl7.org/CodeSystem/object-role"
        case participation = "http://terminology.hl7.org/CodeSystem/v3-ParticipationType"
        case sourceType = "http://terminology.hl7.org/CodeSystem/security-source-type"
    }

    private let system: System
    private let code: String
    private let display: String?

    init(_ system: System, _ code: String, _ display: String? = nil) {
        self.system = system
        self.code = code
        self.display = display
    }

    /// As a Coding.
    var json: OrderedJSON {
        .object([
            ("system", .text(system.rawValue)), ("code", .text(code)),
            ("display", display.map { .text($0) }),
        ])
    }

    /// As a CodeableConcept.
    var concept: OrderedJSON { .object([("coding", .array([json]))]) }
}
