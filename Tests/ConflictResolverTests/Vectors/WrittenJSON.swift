import StrictJSON

@testable import ConflictResolver

/// A value of a vector file that is about to be written; members keep their order.
enum WrittenJSON {
    case text(String)
    case number(Int)
    case bool(Bool)
    case list([WrittenJSON])
    case object([(name: String, value: WrittenJSON)])

    /// An object without the members that have no value.
    static func members(_ members: [(String, WrittenJSON?)]) -> WrittenJSON {
        .object(members.compactMap { name, value in value.map { (name, $0) } })
    }

    static func texts(_ texts: [String]) -> WrittenJSON { .list(texts.map { .text($0) }) }

    /// Lower-case hexadecimal digits.
    static func hex(_ bytes: [UInt8]) -> WrittenJSON {
        let digits = Array("0123456789abcdef".utf8)
        return .text(
            String(
                decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 0xF)]] },
                as: UTF8.self))
    }

    /// All of it on one line.
    var flat: String {
        switch self {
        case .text(let text): Self.quoted(text)
        case .number(let number): "\(number)"
        case .bool(let value): value ? "true" : "false"
        case .list(let items): "[" + items.map(\.flat).joined(separator: ",") + "]"
        case .object(let members):
            "{"
                + members.map { "\(Self.quoted($0.name)):\($0.value.flat)" }
                .joined(separator: ",") + "}"
        }
    }

    /// What fits on a line stands on one.
    func lines(_ indent: Int = 0) -> String {
        let flat = flat
        guard flat.utf8.count + indent > 300 else { return flat }
        let margin = "\n" + String(repeating: " ", count: indent + 1)
        let close = "\n" + String(repeating: " ", count: indent)
        return switch self {
        case .list(let items):
            "[" + items.map { margin + $0.lines(indent + 1) }.joined(separator: ",") + close + "]"
        case .object(let members):
            "{"
                + members.map { margin + "\(Self.quoted($0.name)):\($0.value.lines(indent + 1))" }
                .joined(separator: ",") + close + "}"
        default: flat
        }
    }

    private static func quoted(_ text: String) -> String {
        var output: [UInt8] = []
        CanonicalJSON.append(string: Array(text.utf8), to: &output)
        return String(decoding: output, as: UTF8.self)
    }
}

/// A value of a vector file as it is read.
struct ReadJSON {
    let node: JSONNode
    let document: JSONDocument

    init(_ bytes: [UInt8]) throws {
        document = try JSONDocument(bytes, limits: .importFile)
        node = document.root
    }

    private init(_ node: JSONNode, _ document: JSONDocument) {
        self.node = node
        self.document = document
    }

    subscript(_ name: String) -> ReadJSON? {
        document.member(named: name, of: node).map { ReadJSON($0, document) }
    }

    var items: [ReadJSON] { document.items(of: node).map { ReadJSON($0, document) } }
    var text: String? { document.string(node) }
    var number: Int? { document.numberText(node).flatMap { Int($0) } }
    /// The same bytes for the same value.
    var canonical: [UInt8] { CanonicalJSON.bytes(of: node, in: document) }

    /// The bytes behind hexadecimal digits.
    var bytes: [UInt8] {
        let digits = Array((text ?? "").utf8)
        return stride(from: 0, to: digits.count - 1, by: 2).compactMap { place in
            UInt8(String(decoding: digits[place..<place + 2], as: UTF8.self), radix: 16)
        }
    }
}
