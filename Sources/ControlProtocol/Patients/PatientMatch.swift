/// What to look for: the body of `ControlRoute.findPatients`.
public struct PatientQuery: Codable, Sendable, Hashable {
    /// Words of names, a birth date, or the value of an identifier; all must match.
    public var text: String
    /// Most matches to return.
    public var limit: Int

    /// Describes the search.
    public init(text: String, limit: Int) {
        self.text = text
        self.limit = limit
    }
}

/// A patient that a search found.
public struct PatientMatch: Codable, Sendable, Hashable {
    /// The patient's id, as a UUID.
    public var id: String
    /// The name to show.
    public var displayName: String
    /// Birth date in FHIR's form, as precise as it is known.
    public var birthDate: String?
    /// FHIR's administrative gender.
    public var gender: String?
    /// The patient's identifiers, in the order of the record.
    public var identifiers: [PatientIdentifier]
    /// Name of the site whose record this is.
    public var homeSite: String
    /// Whether that site is this one.
    public var isOwn: Bool

    /// Describes a match.
    public init(
        id: String, displayName: String, birthDate: String? = nil, gender: String? = nil,
        identifiers: [PatientIdentifier], homeSite: String, isOwn: Bool
    ) {
        self.id = id
        self.displayName = displayName
        self.birthDate = birthDate
        self.gender = gender
        self.identifiers = identifiers
        self.homeSite = homeSite
        self.isOwn = isOwn
    }
}

/// An assigning authority and a value.
public struct PatientIdentifier: Codable, Sendable, Hashable {
    /// FHIR's identifier system; may be empty.
    public var system: String
    /// The value.
    public var value: String

    /// Describes an identifier.
    public init(system: String, value: String) {
        self.system = system
        self.value = value
    }

    /// Reads `system|value`, divided at the first bar; nil unless the value has 1 to 256 bytes, the
    /// system at most 256, and neither a control character.
    public init?(text: String) {
        guard let bar = text.firstIndex(of: "|") else { return nil }
        system = String(text[..<bar])
        value = String(text[text.index(after: bar)...])
        guard system.isEmpty || RequestText.isLine(system, bytesMax: 256),
            RequestText.isLine(value, bytesMax: 256)
        else { return nil }
    }
}
