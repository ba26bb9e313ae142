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
        var writer = ReferenceWriter(document: document) { node in
            document.text("reference", of: node).flatMap(shown).map { reference in
                ("reference", members(of: reference, in: node, of: document))
            }
        }
        writer.write(document.root)
        return writer.output
    }

    /// The value as compact JSON where identifiers that stood for references are references again, and
    /// nothing else changed.
    ///
    /// - Parameter given: the reference that its author gave, for the UUID of what it leads to.
    public static func restoring(
        _ document: JSONDocument, _ given: @escaping (_ id: String) -> String?
    ) -> [UInt8] {
        var writer = ReferenceWriter(document: document) { node in
            guard document.member("reference", of: node) == nil,
                let identifier = document.member("identifier", of: node),
                identifier.kind == .object,
                document.text("system", of: identifier) == uuidSystem,
                let name = document.text("value", of: identifier), name.hasPrefix("urn:uuid:"),
                let text = given(String(name.dropFirst(9))), isPlain(text)
            else { return nil }
            return ("identifier", ["\"reference\":\"\(text)\""])
        }
        writer.write(document.root)
        return writer.output
    }

    /// Whether a reference names a Patient by its UUID, as a literal or in the form of `logical`: that
    /// needs no Patient that can be read.
    public static func names(_ reference: ReferenceDraft, patient id: String) -> Bool {
        switch reference {
        case .literal(let type, let named, let base):
            return type == "Patient" && named == id && base == nil
        case .conditional(let query):
            let identifier = query.identifier
            return query.type == "Patient" && identifier?.system == uuidSystem
                && identifier?.value == "urn:uuid:\(id)"
        default: return false
        }
    }

    private static let uuidSystem = "urn:ietf:rfc:3986"

    /// Whether nothing in a text has to be escaped.
    private static func isPlain(_ text: String) -> Bool {
        text.utf8.allSatisfy { (0x21...0x7E).contains($0) && $0 != 0x22 && $0 != 0x5C }
    }

    /// Types and ids are made of letters, digits and hyphens: nothing in them is escaped. What its
    /// author said of type and identifier beside it stays.
    private static func members(
        of reference: ShownReference, in node: JSONNode, of document: JSONDocument
    ) -> [String] {
        switch reference {
        case .literal(let type, let id):
            return ["\"reference\":\"\(type)/\(id)\""]
        case .logical(let type, let id):
            let type = document.member("type", of: node) == nil ? ["\"type\":\"\(type)\""] : []
            let hasIdentifier = document.member("identifier", of: node) != nil
            let identifier = "{\"system\":\"\(uuidSystem)\",\"value\":\"urn:uuid:\(id)\"}"
            return type + (hasIdentifier ? [] : ["\"identifier\":\(identifier)"])
        }
    }
}

/// Writes a document again. It calls itself at most as deep as the reader let documents nest.
private struct ReferenceWriter {
    let document: JSONDocument
    /// Of an object the member that is replaced, and what stands there instead.
    let replacement: (JSONNode) -> (member: StaticString, by: [String])?
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
        let replaced = replacement(node)
        var isFirst = true
        output.append(UInt8(ascii: "{"))
        for member in document.members(of: node) {
            if let replaced, document.stringEquals(member.name, replaced.member) {
                for text in replaced.by {
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
}
