/// One resource of an import unit, mapped as far as its file alone allows.
public struct EntryDraft: Sendable, Hashable {
    /// The longest source id, in UTF-8 bytes: the limit of any text in an event's header.
    public static let sourceIDBytesMax = 1_024

    /// The index in `Bundle.entry`, from 0; 0 outside a Bundle. For a batch entry it differs from
    /// the index in `ImportUnit.entries`, which is what `.entry` and `.patientEntry` count in.
    public let index: Int
    /// The resource's type; R4's 146 names and any other that could be one.
    public let resourceType: String
    /// What is to be done.
    public let method: EntryMethod
    /// On which version that depends. What no client asks for has none that could be met.
    public let condition: VersionCondition
    /// What the file calls the entity: `fullUrl` as given, else `Type/id`; `nil` if it has
    /// neither. No two entries of a unit with one type share it.
    public let sourceID: String?
    /// The resource as JSON with white space outside strings removed and nothing else changed:
    /// member order, digits and escapes stay. Empty for a DELETE.
    public let value: [UInt8]
    /// Whether it says of itself that it is not the whole resource: tagged SUBSETTED (FHIR R4
    /// `search.html`, *_summary* and *_elements*), as answers of a search may be.
    public let isSubset: Bool
    /// Each literal `reference` in the value, in document order and with repetitions, those of
    /// contained resources too; references into the value itself (`#…`) are left out.
    public let references: [ReferenceDraft]
    /// Whose record, or which other stream, the resource belongs to.
    public let home: HomeDraft
    /// Which compartment, if `home` is a patient's.
    public let compartment: CompartmentDecision
    /// `Resource.identifier` items that have both system and value, in document order.
    public let identifiers: [IdentifierDraft]
}
