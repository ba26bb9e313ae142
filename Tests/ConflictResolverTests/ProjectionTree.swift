import StrictJSON

@testable import ConflictResolver

/// JSON as a test looks at it: members without an order, numbers as they were written.
indirect enum ProjectionTree: Hashable {
    case object([String: ProjectionTree])
    case list([ProjectionTree])
    case text(String)
    case number(String)
    case bool(Bool)
    case null

    /// - Parameter bytes: JSON that the reader accepts at a depth of at most 100.
    init?(_ bytes: [UInt8]) {
        var limits = JSONLimits.importFile
        limits.depthMax = 100
        guard let document = try? JSONDocument(bytes, limits: limits) else { return nil }
        self.init(document.root, document)
    }

    init?(_ text: String) { self.init(Array(text.utf8)) }

    private init(_ node: JSONNode, _ document: JSONDocument) {
        switch node.kind {
        case .object:
            var members: [String: ProjectionTree] = [:]
            for (name, value) in document.members(of: node) {
                members[document.string(name) ?? ""] = ProjectionTree(value, document)
            }
            self = .object(members)
        case .array: self = .list(document.items(of: node).map { ProjectionTree($0, document) })
        case .string: self = .text(document.string(node) ?? "")
        case .number: self = .number(document.numberText(node) ?? "")
        case .true: self = .bool(true)
        case .false: self = .bool(false)
        default: self = .null
        }
    }

    subscript(_ name: String) -> ProjectionTree? { members[name] }

    subscript(_ index: Int) -> ProjectionTree? {
        items.indices.contains(index) ? items[index] : nil
    }

    var members: [String: ProjectionTree] {
        if case .object(let members) = self { members } else { [:] }
    }

    var items: [ProjectionTree] { if case .list(let items) = self { items } else { [] } }

    var string: String? { if case .text(let text) = self { text } else { nil } }

    /// The object without some members.
    func without(_ names: String...) -> ProjectionTree {
        .object(members.filter { !names.contains($0.key) })
    }

    /// The extensions of a name, in either list.
    func extensions(_ name: AccordExtension) -> [ProjectionTree] {
        ((self["extension"]?.items ?? []) + modifiers).filter { $0["url"]?.string == name.url }
    }

    /// The modifier extensions.
    var modifiers: [ProjectionTree] { self["modifierExtension"]?.items ?? [] }

    /// The parts of an extension with a URL.
    func parts(_ url: String) -> [ProjectionTree] {
        (self["extension"]?.items ?? []).filter { $0["url"]?.string == url }
    }

    /// The value of the only part of an extension with a URL.
    func value(_ url: String) -> ProjectionTree? {
        parts(url).first?.members.first { $0.key.hasPrefix("value") }?.value
    }

    /// Every object in it, itself first.
    var objects: [ProjectionTree] {
        switch self {
        case .object(let members): [self] + members.values.flatMap(\.objects)
        case .list(let items): items.flatMap(\.objects)
        default: []
        }
    }

    /// What a sibling says, put together again; `nil` if it says no value.
    ///
    /// - Parameter kind: the kind of resource or entity, to tell lists from single values.
    func said(as kind: String) -> ProjectionTree? {
        guard let value = parts("value").first else { return nil }
        if let whole = value.members.first(where: { $0.key.hasPrefix("value") })?.value {
            return whole
        }
        return Self.put(together: value, kind)
    }

    private static func put(together value: ProjectionTree, _ kind: String) -> ProjectionTree? {
        var members: [String: [ProjectionTree]] = [:]
        var plain: [String: ProjectionTree] = [:]
        for part in value["extension"]?.items ?? [] {
            let name = part["url"]?.string ?? ""
            if name == "json" {
                guard let tree = json(part) else { return nil }
                guard case .object(let more) = tree else { return tree }
                plain.merge(more) { first, _ in first }
            } else if name == "extension" || name == "modifierExtension" {
                plain[name] = part["extension"]
            } else if let typed = part.members.first(where: { $0.key.hasPrefix("value") }) {
                members[name, default: []].append(typed.value)
                let beside = part.members.first { $0.key.hasPrefix("_value") }
                if let beside { plain["_" + name] = beside.value }
            } else if let inner = put(together: part, "\(kind).\(name)") {
                members[name, default: []].append(inner)
            }
        }
        for (name, values) in members {
            plain[name] = isList(name, kind) ? .list(values) : values[0]
        }
        return .object(plain)
    }

    private static func json(_ part: ProjectionTree) -> ProjectionTree? {
        part["valueString"]?.string.flatMap { ProjectionTree($0) }
    }

    private static func isList(_ name: String, _ kind: String) -> Bool {
        R4Types.of(kind)?.member(name)?.isList ?? false
    }
}
