/// A reference as far as its own import unit can resolve it (FHIR R4 `references.html` §2.3.0 and
/// `bundle.html` §2.36.4).
public enum ReferenceDraft: Sendable, Hashable {
    /// An entry of the same unit, by its index in `ImportUnit.entries`.
    case entry(Int)
    /// `Type/id`, with or without `/_history/version`, outside the unit.
    ///
    /// `base` is what stands before it in an absolute URL, without the last slash
    /// (`https://other.example/fhir`), and `nil` for a relative reference. The same `Type/id`
    /// under another base is another resource: whoever resolves it must compare the base too.
    case literal(type: String, id: String, base: String?)
    /// A query that must find exactly one resource.
    case conditional(ConditionalReference)
    /// A `urn:uuid:` or `urn:oid:` that no entry of this unit has; as given.
    case urn(String)
    /// Anything else; it keeps its place in document order and can never be resolved.
    case other
}
