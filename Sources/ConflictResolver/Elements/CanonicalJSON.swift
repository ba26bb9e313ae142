public import StrictJSON

/// Writes JSON so that values which say the same have the same bytes (`merge.md` §2.1): members
/// ascending by the UTF-8 of their names, strings with the fewest escapes, no white space.
///
/// Numbers stay the text that they were written as, since 5.0 is not 5.00; characters are neither
/// composed nor folded.
public enum CanonicalJSON {
    /// A member of an object that is to be written.
    public typealias Member = (name: [UInt8], value: JSONNode)

    /// The canonical bytes of a value.
    public static func bytes(of node: JSONNode, in document: JSONDocument) -> [UInt8] {
        var output: [UInt8] = []
        append(node, in: document, to: &output)
        return output
    }

    /// The members of an object, ascending by the UTF-8 of their unescaped names.
    public static func members(of node: JSONNode, in document: JSONDocument) -> [Member] {
        sorted(document.members(of: node).map { (unescaped($0.name, in: document), $0.value) })
    }

    /// Writes an object with some members, in their canonical order.
    ///
    /// - Parameter members: no name twice.
    public static func append(
        objectOf members: [Member], in document: JSONDocument, to output: inout [UInt8]
    ) {
        append(between: ("{", "}"), sorted(members), to: &output) { member, output in
            append(string: member.name, to: &output)
            output.append(UInt8(ascii: ":"))
            append(member.value, in: document, to: &output)
        }
    }

    /// Writes a string by its unescaped bytes.
    public static func append(string: [UInt8], to output: inout [UInt8]) {
        output.append(UInt8(ascii: "\""))
        guard string.contains(where: { $0 < 0x20 || $0 == 0x22 || $0 == 0x5C }) else {
            output += string
            output.append(UInt8(ascii: "\""))
            return
        }
        for byte in string {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"):
                output += [UInt8(ascii: "\\"), byte]
            case 0..<0x20:
                output += Array("\\u00".utf8) + [digit(byte >> 4), digit(byte & 0xF)]
            default:
                output.append(byte)
            }
        }
        output.append(UInt8(ascii: "\""))
    }

    /// The UTF-8 of a string or name.
    static func unescaped(_ node: JSONNode, in document: JSONDocument) -> [UInt8] {
        var bytes: [UInt8] = []
        document.appendUnescaped(node, to: &bytes)
        return bytes
    }

    private static func append(
        _ node: JSONNode, in document: JSONDocument, to output: inout [UInt8]
    ) {
        switch node.kind {
        case .object:
            append(objectOf: members(of: node, in: document), in: document, to: &output)
        case .array:
            append(between: ("[", "]"), document.items(of: node), to: &output) { item, output in
                append(item, in: document, to: &output)
            }
        case .string:
            append(string: unescaped(node, in: document), to: &output)
        default:
            output += document.rawBytes(node)
        }
    }

    private static func append<Items: Sequence>(
        between brackets: (open: Unicode.Scalar, close: Unicode.Scalar), _ items: Items,
        to output: inout [UInt8], _ write: (Items.Element, inout [UInt8]) -> Void
    ) {
        output.append(UInt8(ascii: brackets.open))
        var isFirst = true
        for item in items {
            if !isFirst { output.append(UInt8(ascii: ",")) }
            isFirst = false
            write(item, &output)
        }
        output.append(UInt8(ascii: brackets.close))
    }

    private static func sorted(_ members: [Member]) -> [Member] {
        members.sorted { $0.name.lexicographicallyPrecedes($1.name) }
    }

    private static func digit(_ nibble: UInt8) -> UInt8 {
        nibble < 10 ? UInt8(ascii: "0") + nibble : UInt8(ascii: "a") + nibble - 10
    }
}
