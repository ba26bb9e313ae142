public import StrictJSON

/// One line of a timeline: what a resource is about, how it stands and when it was.
///
/// It is clinical content: for clinicians only, never for logs or messages.
public struct ResourceSummary: Sendable, Hashable {
    /// The resource's type.
    public let resourceType: String
    /// Text or display of the code, medicine, title or name that says what it is; `nil` if it has
    /// none.
    public let title: String?
    /// The status as coded: `status`, or what the type has in its place.
    public let status: String?
    /// When it was or is true in the world: a FHIR date, dateTime or instant as given.
    public let date: String?

    /// Reads the resource that the document is; `nil` if it does not say its type.
    public static func read(_ document: JSONDocument) -> ResourceSummary? {
        let resource = document.root
        guard let type = document.text("resourceType", of: resource) else { return nil }
        return ResourceSummary(
            resourceType: type, title: title(resource, of: document),
            status: status(resource, of: document),
            date: date(resource, type: type, of: document))
    }

    private static func title(_ resource: JSONNode, of document: JSONDocument) -> String? {
        for member in titleMembers {
            guard let value = document.member(member, of: resource) else { continue }
            if let text = document.string(value) { return text }
            if let label = document.label(member, of: resource) { return label }
            for name in document.objects(member, of: resource) {
                if let family = document.text("family", of: name) {
                    return (document.texts("given", of: name) + [family]).joined(separator: " ")
                }
            }
        }
        return nil
    }

    private static func status(_ resource: JSONNode, of document: JSONDocument) -> String? {
        for member in statusMembers {
            guard let value = document.member(member, of: resource) else { continue }
            if let text = document.string(value) { return text }
            if let code = document.text(at: ["coding", "code"], of: value) { return code }
        }
        return nil
    }

    private static func date(
        _ resource: JSONNode, type: String, of document: JSONDocument
    ) -> String? {
        for path in datePaths[type] ?? otherDatePaths {
            if let date = document.text(at: path, of: resource) { return date }
        }
        return nil
    }
}
