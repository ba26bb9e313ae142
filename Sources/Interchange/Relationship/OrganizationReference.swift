import StrictJSON

/// A Reference that leads to an Organization, or may (FHIR R4 `references.html` §2.3.0).
struct OrganizationReference {
    /// The node of `reference` and its text; `nil` if there is none that leads out of the resource.
    let target: (node: JSONNode, text: String)?
    /// `identifier`, if it has both system and value.
    let identifier: IdentifierDraft?

    /// Reads a Reference.
    ///
    /// `nil` if its `type` or its text names another type, or if it has neither an identifier nor a
    /// text that can be resolved. A URN and a bare identifier say nothing of a type and are taken.
    init?(_ node: JSONNode, of document: JSONDocument) {
        let type = document.member("type", of: node)
        if let type, !document.stringEquals(type, "Organization") { return nil }
        identifier = document.member("identifier", of: node)
            .flatMap { IdentifierDraft($0, of: document) }
        let reference = document.member("reference", of: node)
        if let reference, let text = document.string(reference),
            text.utf8.first != UInt8(ascii: "#"), text.utf8.count <= ConditionalReference.bytesMax
        {
            guard Self.mayLead(text, isTyped: type != nil) else { return nil }
            target = (reference, text)
        } else {
            guard identifier != nil else { return nil }
            target = nil
        }
    }

    private static func mayLead(_ text: String, isTyped: Bool) -> Bool {
        if text.hasPrefix("urn:uuid:") || text.hasPrefix("urn:oid:") { return true }
        if let url = ResourceURL(text) { return url.name.type == "Organization" }
        if let query = EntryIdentities.conditional(text) { return query.type == "Organization" }
        return isTyped
    }
}
