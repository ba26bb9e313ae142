extension ImportRefusal {
    /// The refusal in a sentence for people: where, what is wrong, what to do next, and in
    /// parentheses the rule and the offset.
    public var message: String {
        var text = place
        if !text.isEmpty { text += ": " }
        text += rule.finding + "; " + rule.nextStep + " (" + rule.rawValue
        if let offset { text += ", byte \(offset)" }
        return text + ")"
    }

    private var place: String {
        var parts: [String] = []
        if let line { parts.append("line \(line)") }
        if let path {
            parts.append(path)
        } else if let entry {
            parts.append("Bundle.entry[\(entry)]")
        }
        return parts.joined(separator: ", ")
    }
}

extension ImportRefusal.Rule {
    /// What is wrong.
    var finding: String {
        switch self {
        case .json: "this is not JSON that every reader understands alike"
        case .formatMismatch: "the file does not hold what its format says"
        case .bundleTypeMissing: "the Bundle does not say its type"
        case .bundleTypeUnsupported: "a Bundle of this type cannot be imported"
        case .entriesNotAnArray: "the entries of the Bundle are not an array"
        case .bundleInLines: "the line is a Bundle"
        case .entryNotAnObject: "the entry is not an object"
        case .fullURLInvalid: "fullUrl is not a string that names something"
        case .resourceMissing: "the entry has no resource"
        case .resourceNotAnObject: "what should be a resource is not an object"
        case .resourceUnexpected: "a DELETE carries a resource"
        case .resourceTypeMissing: "the resource does not say its type as a string"
        case .resourceTypeInvalid: "this cannot be the name of a resource type"
        case .resourceIDInvalid: "the resource's id is not a FHIR id"
        case .arrayItems: "an array has more items than a record may hold"
        case .requestMissing: "the entry does not say what to do with its resource"
        case .methodInvalid: "the request's method is absent or unknown"
        case .methodUnsupported: "GET, HEAD and PATCH are not supported by import"
        case .requestURLInvalid: "the request's url does not fit its method"
        case .requestTypeMismatch: "the request's url names another type than the resource"
        case .requestIDMismatch: "the request's url and the resource do not have one id"
        case .versionConditionUnsupported: "conditions on versions are not supported by import"
        case .ifNoneExistInvalid: "ifNoneExist is not the query of a POST"
        case .sourceIDTooLong: "what the file calls the resource is too long"
        case .duplicateIdentity: "an earlier entry has the same identity"
        case .referenceToNothing: "a reference names an entry that the transaction does not have"
        case .resourceTooLarge: "the resource is larger than 10 MiB"
        case .tooManyReferences: "the resource has more references than a record may hold"
        case .patientsDisagree: "two elements say that it belongs to different patients"
        case .directoryNamesPatient: "a directory resource refers to a patient's record"
        }
    }

    /// What to do about it.
    var nextStep: String {
        switch self {
        case .json:
            "correct the text at the given byte, or have its producer write it again"
        case .formatMismatch:
            "state the format that fits, or none"
        case .bundleTypeMissing, .bundleTypeUnsupported:
            "if its resources are to be stored, make it a transaction, batch or collection"
        case .bundleInLines:
            "import the Bundle as a file of its own"
        case .methodUnsupported, .versionConditionUnsupported:
            "send this entry to the FHIR interface, and import the others without it"
        case .arrayItems, .resourceTooLarge, .tooManyReferences:
            "split the resource, then import again"
        case .duplicateIdentity:
            "keep one of the two entries, or import them one after the other"
        case .referenceToNothing:
            "add the entry, or take the reference out, then import the whole transaction again"
        case .patientsDisagree:
            "find out whose record it is before importing it again"
        case .directoryNamesPatient:
            "remove what names the patient, since peers receive the directory"
        default:
            "correct the entry at its source, then import again"
        }
    }
}
