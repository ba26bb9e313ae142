import StrictJSON

/// JSON that is put together from what people wrote and from what says so.
indirect enum R4Value: Sendable, Hashable {
    /// As somebody wrote it: canonical JSON of the value.
    case written([UInt8])
    case text(String)
    case list([R4Value])
    case object([R4Member])

    /// Appends compact JSON; members stay in their order.
    func append(to output: inout [UInt8]) {
        switch self {
        case .written(let bytes): output += bytes
        case .text(let text): CanonicalJSON.append(string: Array(text.utf8), to: &output)
        case .list(let items):
            output.append(UInt8(ascii: "["))
            for (number, item) in items.enumerated() {
                if number > 0 { output.append(UInt8(ascii: ",")) }
                item.append(to: &output)
            }
            output.append(UInt8(ascii: "]"))
        case .object(let members):
            output.append(UInt8(ascii: "{"))
            for (number, member) in members.enumerated() {
                if number > 0 { output.append(UInt8(ascii: ",")) }
                CanonicalJSON.append(string: member.name, to: &output)
                output.append(UInt8(ascii: ":"))
                member.value.append(to: &output)
            }
            output.append(UInt8(ascii: "}"))
        }
    }

    /// The compact JSON.
    var bytes: [UInt8] {
        var output: [UInt8] = []
        append(to: &output)
        return output
    }
}

/// A member of an object that is put together.
struct R4Member: Sendable, Hashable {
    /// Its name in UTF-8: names that Swift holds for equal may differ.
    let name: [UInt8]
    let value: R4Value

    init(_ name: [UInt8], _ value: R4Value) {
        self.name = name
        self.value = value
    }

    init(_ name: String, _ value: R4Value) { self.init(Array(name.utf8), value) }
}

/// An object as somebody wrote it, its members apart.
struct WrittenObject: Sendable, Hashable {
    let members: [WrittenMember]

    init(members: [WrittenMember]) { self.members = members }

    /// - Parameter bytes: canonical JSON; `nil` unless it is an object.
    init?(_ bytes: [UInt8]) {
        guard let document = JSONDocument.reading(bytes), document.root.kind == .object else {
            return nil
        }
        self.init(document.root, in: document)
    }

    init(_ node: JSONNode, in document: JSONDocument) {
        members = CanonicalJSON.members(of: node, in: document).map { name, value in
            WrittenMember(
                name: name, kind: value.kind, bytes: CanonicalJSON.bytes(of: value, in: document))
        }
    }

    /// A member, if it is there.
    func member(_ name: String) -> WrittenMember? {
        members.first { $0.name.elementsEqual(name.utf8) }
    }

    /// How deep its objects and lists nest; itself is 1.
    var depth: Int {
        1 + (members.map { Self.depth(of: $0.bytes) }.max() ?? 0)
    }

    private static func depth(of bytes: [UInt8]) -> Int {
        var (open, deepest) = (0, 0)
        var (isString, isEscaped) = (false, false)
        for byte in bytes {
            if isString {
                if byte == UInt8(ascii: "\""), !isEscaped { isString = false }
                isEscaped = byte == UInt8(ascii: "\\") && !isEscaped
                continue
            }
            switch byte {
            case UInt8(ascii: "\""): isString = true
            case UInt8(ascii: "{"), UInt8(ascii: "["):
                open += 1
                deepest = max(deepest, open)
            case UInt8(ascii: "}"), UInt8(ascii: "]"): open -= 1
            default: break
            }
        }
        return deepest
    }

    /// Canonical JSON again.
    var bytes: [UInt8] {
        R4Value.object(members.map { R4Member($0.name, .written($0.bytes)) }).bytes
    }
}

/// A member of an object as somebody wrote it.
struct WrittenMember: Sendable, Hashable {
    let name: [UInt8]
    let kind: JSONKind
    /// Canonical JSON of its value.
    let bytes: [UInt8]

    var text: String { String(decoding: name, as: UTF8.self) }

    /// The name without the `_` of a primitive's extensions.
    var base: String { text.hasPrefix("_") ? String(text.dropFirst()) : text }

    /// Its value as an object.
    var object: WrittenObject? { kind == .object ? WrittenObject(bytes) : nil }

    /// The items of a list, each as canonical JSON; `nil` unless it is one.
    var items: [(kind: JSONKind, bytes: [UInt8])]? {
        guard kind == .array, let document = JSONDocument.reading(bytes) else { return nil }
        return document.items(of: document.root).map { item in
            (item.kind, CanonicalJSON.bytes(of: item, in: document))
        }
    }
}
