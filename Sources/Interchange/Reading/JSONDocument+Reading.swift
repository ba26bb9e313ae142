import StrictJSON

/// What FHIR data types say, read leniently: what has another shape than R4 gives it is absent.
extension JSONDocument {
    /// The text of a string member.
    func text(_ name: StaticString, of node: JSONNode) -> String? {
        member(name, of: node).flatMap { string($0) }
    }

    /// The strings of an array member.
    func texts(_ name: StaticString, of node: JSONNode) -> [String] {
        guard let value = member(name, of: node) else { return [] }
        return items(of: value).compactMap { string($0) }
    }

    /// The first string along a path; of an array on the way the first item.
    func text(at path: [StaticString], of node: JSONNode) -> String? {
        var current = node
        for step in path {
            guard var next = member(step, of: current) else { return nil }
            if next.kind == .array {
                var items = items(of: next)
                guard let first = items.next() else { return nil }
                next = first
            }
            current = next
        }
        return string(current)
    }

    /// What a person reads of a CodeableConcept, Coding or Reference: its text, else the first
    /// display of its codings or its own, else the first code.
    func label(of concept: JSONNode) -> String? {
        if let text = text("text", of: concept) { return text }
        let codings = objects("coding", of: concept)
        for coding in codings {
            if let display = text("display", of: coding) { return display }
        }
        if let display = text("display", of: concept) { return display }
        for coding in codings {
            if let code = text("code", of: coding) { return code }
        }
        return text("code", of: concept)
    }

    /// The label of the first object of a member that has one.
    func label(_ name: StaticString, of node: JSONNode) -> String? {
        for concept in objects(name, of: node) {
            if let label = label(of: concept) { return label }
        }
        return nil
    }
}
