public import StrictJSON

/// Why a file or a unit was refused, and where. It never holds content of the file, so it may be
/// logged, audited and shown as it is.
public struct ImportRefusal: Error, Sendable, Equatable, CustomStringConvertible {
    /// The rule that is broken.
    public let rule: Rule
    /// The index in `Bundle.entry`, from 0; `nil` outside a Bundle or where it cannot be told.
    public let entry: Int?
    /// The number of the line in an NDJSON file, from 1.
    public let line: Int?
    /// Bytes from the start of the file, from 0.
    public let offset: Int?
    /// The FHIR path of the element, made of names of this target's tables only.
    public let path: String?

    /// Makes a refusal.
    public init(
        rule: Rule, entry: Int? = nil, line: Int? = nil, offset: Int? = nil, path: String? = nil
    ) {
        self.rule = rule
        self.entry = entry
        self.line = line
        self.offset = offset
        self.path = path
    }

    /// Same as `message`.
    public var description: String { message }
}

extension ImportRefusal {
    /// The rules, as a closed list. Raw values are stable names for messages, logs and tests.
    public enum Rule: Sendable, Hashable, CaseIterable, RawRepresentable {
        /// The bytes are not strict JSON; `json-` and the reader's own rule.
        case json(JSONRefusal.Rule)
        /// The file holds something else than its stated format.
        case formatMismatch
        /// `Bundle.type` is absent or not a string.
        case bundleTypeMissing
        /// `Bundle.type` is none of transaction, batch and collection.
        case bundleTypeUnsupported
        /// `Bundle.entry` is not an array.
        case entriesNotAnArray
        /// A line of NDJSON is a Bundle.
        case bundleInLines
        /// An item of `Bundle.entry` is not an object.
        case entryNotAnObject
        /// `fullUrl` is not a string, or empty.
        case fullURLInvalid
        /// The entry has no resource, and its method needs one.
        case resourceMissing
        /// What should be a resource is not an object.
        case resourceNotAnObject
        /// A DELETE carries a resource.
        case resourceUnexpected
        /// `resourceType` is absent or not a string.
        case resourceTypeMissing
        /// `resourceType` is not a letter A to Z and up to 63 more letters.
        case resourceTypeInvalid
        /// `id` is not 1 to 64 letters, digits, hyphens and points (FHIR R4 data type `id`).
        case resourceIDInvalid
        /// An array of the resource has more items than a value may have.
        case arrayItems
        /// An entry of a transaction or batch has no `request` object.
        case requestMissing
        /// `request.method` is absent or none of R4's six methods.
        case methodInvalid
        /// The method is GET, HEAD or PATCH.
        case methodUnsupported
        /// `request.url` is absent or has another form than the method asks for.
        case requestURLInvalid
        /// `request.url` names another type than the resource has.
        case requestTypeMismatch
        /// The resource of a PUT has no id, or another one than `request.url`.
        case requestIDMismatch
        /// The request has `ifModifiedSince`, `ifMatch` at a POST or beside `ifNoneMatch`, or
        /// `ifNoneMatch` that is not `*` at a PUT by id; or it depends on a version and no client asks.
        case versionConditionUnsupported
        /// `ifNoneExist` is not a query, or stands beside another method than POST.
        case ifNoneExistInvalid
        /// What the file calls the entity is longer than `EntryDraft.sourceIDBytesMax`.
        case sourceIDTooLong
        /// Two entries of a unit have one identity.
        case duplicateIdentity
        /// A `urn:` reference of a transaction names none of its entries.
        case referenceToNothing
        /// A resource is larger than a value may be, white space outside strings not counted.
        case resourceTooLarge
        /// A resource has more references than one change may have.
        case tooManyReferences
        /// Two elements that say whose record the resource belongs to name different patients.
        case patientsDisagree
        /// A directory resource refers to a patient, or to a resource of one.
        case directoryNamesPatient
    }
}
