import StrictJSON

extension ImportRefusal.Rule {
    /// Every rule; those of the JSON reader first.
    public static let allCases: [ImportRefusal.Rule] =
        JSONRefusal.Rule.allCases.map { .json($0) } + ownRules

    private static let ownRules: [ImportRefusal.Rule] = [
        .formatMismatch, .bundleTypeMissing, .bundleTypeUnsupported, .entriesNotAnArray,
        .bundleInLines, .entryNotAnObject, .fullURLInvalid, .resourceMissing, .resourceNotAnObject,
        .resourceUnexpected, .resourceTypeMissing, .resourceTypeInvalid, .resourceIDInvalid,
        .arrayItems, .requestMissing, .methodInvalid, .methodUnsupported, .requestURLInvalid,
        .requestTypeMismatch, .requestIDMismatch, .versionConditionUnsupported, .ifNoneExistInvalid,
        .sourceIDTooLong, .duplicateIdentity, .referenceToNothing, .resourceTooLarge,
        .tooManyReferences, .patientsDisagree, .directoryNamesPatient,
    ]

    /// Finds a rule by its name.
    public init?(rawValue: String) {
        guard let rule = Self.allCases.first(where: { $0.rawValue == rawValue }) else { return nil }
        self = rule
    }

    /// The name, in lower case with hyphens.
    public var rawValue: String {
        switch self {
        case .json(let rule): "json-" + rule.rawValue
        case .formatMismatch: "format-mismatch"
        case .bundleTypeMissing: "bundle-type-missing"
        case .bundleTypeUnsupported: "bundle-type-unsupported"
        case .entriesNotAnArray: "entries-not-an-array"
        case .bundleInLines: "bundle-in-lines"
        case .entryNotAnObject: "entry-not-an-object"
        case .fullURLInvalid: "full-url-invalid"
        case .resourceMissing: "resource-missing"
        case .resourceNotAnObject: "resource-not-an-object"
        case .resourceUnexpected: "resource-unexpected"
        case .resourceTypeMissing: "resource-type-missing"
        case .resourceTypeInvalid: "resource-type-invalid"
        case .resourceIDInvalid: "resource-id-invalid"
        case .arrayItems: "array-items"
        case .requestMissing: "request-missing"
        case .methodInvalid: "method-invalid"
        case .methodUnsupported: "method-unsupported"
        case .requestURLInvalid: "request-url-invalid"
        case .requestTypeMismatch: "request-type-mismatch"
        case .requestIDMismatch: "request-id-mismatch"
        case .versionConditionUnsupported: "version-condition-unsupported"
        case .ifNoneExistInvalid: "if-none-exist-invalid"
        case .sourceIDTooLong: "source-id-too-long"
        case .duplicateIdentity: "duplicate-identity"
        case .referenceToNothing: "reference-to-nothing"
        case .resourceTooLarge: "resource-too-large"
        case .tooManyReferences: "too-many-references"
        case .patientsDisagree: "patients-disagree"
        case .directoryNamesPatient: "directory-names-patient"
        }
    }
}
