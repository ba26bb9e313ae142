import CareRecord
import StrictJSON

/// Reads security labels (FHIR R4 `security-labels.html`; HL7 Healthcare Privacy and Security
/// Classification System) into compartments.
public enum SecurityLabels {
    /// Levels of confidentiality: U, L, M, N, R, V.
    public static let confidentialitySystem =
        "http://terminology.hl7.org/CodeSystem/v3-Confidentiality"
    /// Kinds of sensitive information: PSY, HIV, ETH, …
    public static let sensitivitySystem = "http://terminology.hl7.org/CodeSystem/v3-ActCode"
    /// The project's own system. Its one code is `social-care`, for which HL7 has none; another
    /// code in it counts as unknown.
    public static let ownSystem = "urn:accord:compartment"

    /// The compartment that one label stands for; `nil` if the label narrows nothing or only
    /// restricts.
    static func meaning(system: String?, code: String?) -> Meaning {
        switch system {
        case confidentialitySystem:
            switch code {
            case "U", "L", "M", "N": return .nothing
            case "R": return .restricted
            case "V": return .narrows(.patientPrivate)
            default: return .unknown
            }
        case sensitivitySystem:
            switch code {
            case "PSY", "PSYTHPN", "BH": return .narrows(.mentalHealth)
            case "SEX", "STD", "HIV": return .narrows(.sexualHealth)
            case "SUD", "ETH", "OPIOIDUD": return .narrows(.substanceUse)
            case "PRS": return .narrows(.patientPrivate)
            default: return .unknown
            }
        case ownSystem:
            return code == "social-care" ? .narrows(.socialCare) : .unknown
        case "http://terminology.hl7.org/CodeSystem/v3-ActReason",
            "http://terminology.hl7.org/CodeSystem/v3-ObservationValue":
            // Purposes of use and statements of integrity: no sensitivity.
            return code == nil ? .unknown : .nothing
        default:
            return .unknown
        }
    }

    /// What one label says.
    enum Meaning: Equatable {
        /// Nothing that narrows.
        case nothing
        /// Restricted, for a reason that another label must give.
        case restricted
        /// One compartment.
        case narrows(Compartment)
        /// Sensitive in a way this version does not know, or not readable.
        case unknown
    }

    /// Decides by the labels of a resource, and of a Consent also by those that it is about.
    static func decide(
        _ resource: JSONNode, type: String, of document: JSONDocument
    ) -> CompartmentDecision {
        let base: Compartment
        switch type {
        case "Patient", "RelatedPerson", "Consent": base = .identity
        default: base = .general
        }
        var gathering = Gathering()
        if let meta = document.member("meta", of: resource) {
            if let labels = document.member("security", of: meta) {
                gathering.add(labels, of: document)
            } else if meta.kind != .object {
                gathering.isUnknown = true
            }
        }
        let restrictsAlone = gathering.isRestricted && gathering.compartments.isEmpty
        if type == "Consent" { addProvisions(of: resource, of: document, to: &gathering) }
        if gathering.isUnknown || restrictsAlone || gathering.compartments.count > 1 {
            return .privacyOfficer
        }
        return .compartment(gathering.compartments.first ?? base)
    }

    /// Adds the labels of every provision, however nested (R4 `Consent.provision.securityLabel`).
    private static func addProvisions(
        of consent: JSONNode, of document: JSONDocument, to gathering: inout Gathering
    ) {
        var open: [JSONNode] = []
        if let first = document.member("provision", of: consent) { open.append(first) }
        while let provision = open.popLast() {
            if let labels = document.member("securityLabel", of: provision) {
                gathering.add(labels, of: document)
            }
            guard let nested = document.member("provision", of: provision) else { continue }
            open.append(contentsOf: document.items(of: nested))
        }
    }

    /// What the labels of one resource say together.
    private struct Gathering {
        /// Without repetitions, in the order met.
        var compartments: [Compartment] = []
        var isRestricted = false
        var isUnknown = false

        mutating func add(_ labels: JSONNode, of document: JSONDocument) {
            guard labels.kind == .array else {
                isUnknown = true
                return
            }
            for label in document.items(of: labels) {
                let system = document.member("system", of: label).flatMap { document.string($0) }
                let code = document.member("code", of: label).flatMap { document.string($0) }
                switch SecurityLabels.meaning(system: system, code: code) {
                case .nothing: break
                case .restricted: isRestricted = true
                case .unknown: isUnknown = true
                case .narrows(let compartment):
                    if !compartments.contains(compartment) { compartments.append(compartment) }
                }
            }
        }
    }
}
