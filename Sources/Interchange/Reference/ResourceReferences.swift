public import StrictJSON

/// What a reference of a stored resource is shown as, at a node that may hold what it leads to or not.
public enum ShownReference: Sendable, Hashable {
    /// `Type/id`, which can be read there.
    case literal(type: String, id: String)
    /// Type and id as an identifier, since nothing can be read there.
    case logical(type: String, id: String)
}

/// Literal references of stored values.
public enum ResourceReferences {
    /// The value as compact JSON with other references, and nothing else changed.
    ///
    /// - Parameter shown: what stands for the text of a reference; `nil` leaves it.
    public static func rewriting(
        _ document: JSONDocument, _ shown: @escaping (String) -> ShownReference?
    ) -> [UInt8] {
        var writer = ReferenceWriter(document: document, shown: shown)
        writer.write(document.root)
        return writer.output
    }
}

/// Writes a document again. It calls itself at most as deep as the reader let documents nest.
private struct ReferenceWriter {
    let document: JSONDocument
    let shown: (String) -> ShownReference?
    var output: [UInt8] = []

    mutating func write(_ node: JSONNode) {
        switch node.kind {
        case .object: write(object: node)
        case .array:
            output.append(UInt8(ascii: "["))
            for (index, item) in document.items(of: node).enumerated() {
                if index > 0 { output.append(UInt8(ascii: ",")) }
                write(item)
            }
            output.append(UInt8(ascii: "]"))
        default: document.appendCompact(node, to: &output)
        }
    }

    private mutating func write(object node: JSONNode) {
        let reference = document.member("reference", of: node)
            .flatMap { document.string($0) }.flatMap(shown)
        var isFirst = true
        output.append(UInt8(ascii: "{"))
        for member in document.members(of: node) {
            if let reference, document.stringEquals(member.name, "reference") {
                for text in members(of: reference, in: node) {
                    if !isFirst { output.append(UInt8(ascii: ",")) }
                    isFirst = false
                    output += Array(text.utf8)
                }
                continue
            }
            if !isFirst { output.append(UInt8(ascii: ",")) }
            isFirst = false
            document.appendCompact(member.name, to: &output)
            output.append(UInt8(ascii: ":"))
            write(member.value)
        }
        output.append(UInt8(ascii: "}"))
    }

    /// Types and ids are made of letters, digits and hyphens: nothing in them is escaped. What its
    /// author said of type and identifier beside it stays.
    private func members(of reference: ShownReference, in node: JSONNode) -> [String] {
        switch reference {
        case .literal(let type, let id):
            return ["\"reference\":\"\(type)/\(id)\""]
        case .logical(let type, let id):
            let type = document.member("type", of: node) == nil ? ["\"type\":\"\(type)\""] : []
            let hasIdentifier = document.member("identifier", of: node) != nil
            let identifier = "{\"system\":\"urn:ietf:rfc:3986\",\"value\":\"urn:uuid:\(id)\"}"
            return type + (hasIdentifier ? [] : ["\"identifier\":\(identifier)"])
        }
    }
}
