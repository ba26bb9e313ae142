public import Interchange

/// What an import unit did; answered again when the same bytes come again.
public struct ImportReceipt: Sendable, Hashable {
    /// Entries that were read.
    public var entries = 0
    /// Resources that were new.
    public var created = 0
    /// Resources that changed.
    public var changed = 0
    /// Resources whose content was held already.
    public var unchanged = 0
    /// Patients that were registered.
    public var patients = 0
    /// Resources kept in patient-private until the privacy officer has looked at their labels.
    public var awaitingPrivacyOfficer = 0

    /// A receipt of nothing.
    public init() {}

    /// The numbers as text, as they are stored: zeros at the end are left out.
    var stored: String {
        let numbers = [entries, created, changed, unchanged, patients, awaitingPrivacyOfficer]
        let last = numbers.lastIndex { $0 != 0 } ?? 0
        return numbers[...last].map(String.init).joined(separator: " ")
    }

    /// Reads the stored form.
    init?(stored: String) {
        let words = stored.split(separator: " ")
        var numbers = words.compactMap { Int($0) }
        guard numbers.count == words.count, (1...6).contains(numbers.count) else { return nil }
        numbers += repeatElement(0, count: 6 - numbers.count)
        entries = numbers[0]
        created = numbers[1]
        changed = numbers[2]
        unchanged = numbers[3]
        patients = numbers[4]
        awaitingPrivacyOfficer = numbers[5]
    }
}

/// What became of an import unit.
public enum ImportOutcome: Sendable, Hashable {
    /// Durable now.
    case applied(ImportReceipt)
    /// The same bytes were applied before; their first receipt.
    case alreadyImported(ImportReceipt)
    /// Nothing of it was stored.
    case refused(ImportUnitRefusal)
}

/// Why an import unit was refused after it was read; no content.
public struct ImportUnitRefusal: Error, Sendable, Hashable {
    /// The rule, by its stable name.
    public let rule: String
    /// The index in `Bundle.entry`, or `nil` if the unit as a whole is meant.
    public let entry: Int?
    /// The FHIR path of the element, where the reader of the unit names one.
    public let path: String?
    /// Bytes from the start of what was read, where the reader names them.
    public let offset: Int?
    /// Where and what, and what to do next.
    public let message: String

    /// Wraps what reading the unit said.
    public init(_ refusal: ImportRefusal) {
        rule = refusal.rule.rawValue
        entry = refusal.entry
        path = refusal.path
        offset = refusal.offset
        message = refusal.message
    }

    init(_ rule: Rule, entry: Int, type: String? = nil) {
        self.rule = rule.rawValue
        self.entry = entry
        path = nil
        offset = nil
        let missing = type.map { " of type \($0)" } ?? ""
        message = "Bundle.entry[\(entry)]: \(rule.sentence(missing))"
    }

    /// Rules that only the store can judge.
    enum Rule: String {
        case patientUnresolved = "patient-unresolved"
        case referenceNotFound = "conditional-reference-not-found"
        case referenceAmbiguous = "conditional-reference-ambiguous"
        case conditionUnsupported = "condition-unsupported"
        case notHeld = "resource-not-held"
        case otherRecord = "resource-in-another-record"
        case resourceTwice = "resource-twice"
        case tooManyChanges = "too-many-changes"
        case sourceSystemInvalid = "source-system-invalid"
        case idInUse = "id-in-use"
        case notAllowed = "compartment-not-allowed"
        case versionNotCurrent = "version-not-current"
        case versionCondition = "version-condition-unsupported"
        case idMismatch = "id-of-another"
        case subset = "resource-is-subset"
        case computed = "resource-is-computed"
        case unmatchedInstruction = "unmatched-instruction"
        case identityChanged = "identity-changed"

        func sentence(_ detail: String) -> String {
            switch self {
            case .patientUnresolved:
                "its patient is not held here. Import the patient first, or in the same Bundle."
            case .referenceNotFound:
                "a conditional reference\(detail) matches nothing. Import the Bundle that holds "
                    + "the resource first, or use --defer."
            case .referenceAmbiguous:
                "a conditional reference\(detail) matches several resources. Make the identifier "
                    + "unique, then import again."
            case .conditionUnsupported:
                "a condition is read as one identifier only. Write identifier=SYSTEM|VALUE, or name "
                    + "the resource by its id."
            case .notHeld:
                "the resource to retract is not held here. Check the type and the id."
            case .otherRecord:
                "the resource is in another record or compartment now. Moving it is the privacy "
                    + "officer's act."
            case .resourceTwice:
                "an earlier entry is the same resource with other content. Keep one of them."
            case .tooManyChanges:
                "the unit changes more of one record than a chain may hold. Cut it into several."
            case .sourceSystemInvalid:
                "the name of the source system is longer than 1,024 bytes. Choose a shorter one."
            case .idInUse:
                "the id is in use. Choose another, or leave If-None-Match out and read it first."
            case .versionNotCurrent:
                "If-Match does not name the present version. Read the resource again, then decide."
            case .versionCondition:
                "a file cannot depend on a version. Send the entry to the FHIR interface, or leave "
                    + "its condition out."
            case .idMismatch:
                "its id is not that of the one resource that the query finds. Leave the id out, or name "
                    + "the resource by it."
            case .subset:
                "it is tagged SUBSETTED, so parts of it are missing. Read the whole resource, change "
                    + "that, and send it without the tag."
            case .computed:
                "it is computed from another resource. Write to that one, or decide its conflict "
                    + "with $resolve."
            case .unmatchedInstruction:
                "it is not certain which of its items is which. Read it again and send the element "
                    + "ids back."
            case .identityChanged:
                "subject, patient or intent differ from what is stored. Retract it, and store a new "
                    + "resource."
            case .notAllowed:
                "its security labels put it into a compartment that this client may not use. Have "
                    + "the compartment added to the client's registration, or leave the entry out."
            }
        }
    }
}
