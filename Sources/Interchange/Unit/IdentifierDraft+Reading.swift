public import StrictJSON

extension IdentifierDraft {
    /// Reads one Identifier; `nil` unless system and value are strings that are not empty.
    public init?(_ node: JSONNode, of document: JSONDocument) {
        guard let systemNode = document.member("system", of: node),
            let system = document.string(systemNode), !system.isEmpty,
            let valueNode = document.member("value", of: node),
            let value = document.string(valueNode), !value.isEmpty
        else { return nil }
        self.init(system: system, value: value)
    }

    /// The identifiers of a resource that have both system and value, in document order. Where R4
    /// has only one, it is read as well.
    public static func all(of resource: JSONNode, in document: JSONDocument) -> [IdentifierDraft] {
        guard let node = document.member("identifier", of: resource) else { return [] }
        if node.kind == .object { return IdentifierDraft(node, of: document).map { [$0] } ?? [] }
        return document.items(of: node).compactMap { IdentifierDraft($0, of: document) }
    }
}
