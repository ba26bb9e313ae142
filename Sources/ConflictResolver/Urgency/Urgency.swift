import StrictJSON

/// Whether the value of a facet has content that raises class H to U (`merge.md` §3.2).
///
/// Codes and members are read, never text. What has no common code is left out: escalation
/// thresholds, swallowing and texture, moving and handling, oxygen.
public enum Urgency {
    /// Reads the value of one facet.
    ///
    /// - Parameters:
    ///   - value: canonical JSON of one facet.
    ///   - kind: the kind of entity.
    public static func isUrgent(_ value: [UInt8], kind: String) -> Bool {
        guard let document = JSONDocument.reading(value) else { return false }
        let root = document.root
        switch kind {
        case "CarePlan.activity":
            if refersToMedicine(root, in: document) { return true }
            return document.member("detail", of: root).map { detail in
                isProhibition(detail, in: document) || isCriticalDetail(detail, in: document)
            } ?? false
        case "MedicationRequest", "MedicationStatement":
            return isProhibition(root, in: document) || isCriticalMedicine(root, in: document)
                || hasLargestDose(root, in: document)
        case "AllergyIntolerance":
            return document.member("criticality", of: root)
                .map { document.stringEquals($0, "high") } ?? false
        default:
            // A resource that is one value.
            return isProhibition(root, in: document)
        }
    }

    private static func isProhibition(_ node: JSONNode, in document: JSONDocument) -> Bool {
        document.member("doNotPerform", of: node).flatMap { document.bool($0) } ?? false
    }

    /// An activity that is planned by a request for a medicine: which one is not known here.
    private static func refersToMedicine(_ node: JSONNode, in document: JSONDocument) -> Bool {
        guard let reference = document.member("reference", of: node) else { return false }
        let type = document.member("type", of: reference)
        if type.map({ document.stringEquals($0, "MedicationRequest") }) ?? false { return true }
        // Written as a text where R4 has an object, it still says what it is.
        return document.stringHasPrefix(
            document.member("reference", of: reference) ?? reference, "MedicationRequest/")
    }

    private static func isCriticalDetail(_ detail: JSONNode, in document: JSONDocument) -> Bool {
        if document.member("productReference", of: detail) != nil { return true }
        if let product = document.member("productCodeableConcept", of: detail) {
            return Medicines.isCritical(product, in: document)
        }
        let isMedicine =
            document.member("kind", of: detail)
            .map { document.stringEquals($0, "MedicationRequest") } ?? false
        guard isMedicine else { return false }
        return document.member("code", of: detail)
            .map { Medicines.isCritical($0, in: document) } ?? true
    }

    private static func isCriticalMedicine(_ node: JSONNode, in document: JSONDocument) -> Bool {
        if document.member("medicationReference", of: node) != nil { return true }
        return document.member("medicationCodeableConcept", of: node)
            .map { Medicines.isCritical($0, in: document) } ?? false
    }

    private static func hasLargestDose(_ node: JSONNode, in document: JSONDocument) -> Bool {
        for name in ["dosageInstruction", "dosage"] as [StaticString] {
            guard let doses = document.member(name, of: node) else { continue }
            for dose in document.items(of: doses) {
                let limits: [StaticString] = [
                    "maxDosePerPeriod", "maxDosePerAdministration", "maxDosePerLifetime",
                ]
                if limits.contains(where: { document.member($0, of: dose) != nil }) { return true }
            }
        }
        return false
    }
}
