import StrictJSON

/// The R4 types of the members that siblings are made of (HL7 FHIR 4.0.1, resource definitions), as
/// far as an extension can carry them.
struct R4Types: Sendable {
    /// What a member holds.
    struct Member: Sendable, Hashable {
        /// A data type that `Extension.value[x]` can be.
        let type: String
        let isList: Bool
    }

    /// Types by member; `name[x]` for a choice, `@` for an object with a table of its own.
    private let members: [Substring: Member]
    private let kind: String

    /// Members of a resource, of an entity inside it, or of an object inside that; `nil` if none
    /// are listed.
    static func of(_ kind: String) -> R4Types? {
        guard let text = table[kind] else { return nil }
        return R4Types(kind, text)
    }

    /// The data type of an entity that is no backbone element, such as `Reference` of
    /// `CarePlan.goal`.
    static func itemType(of kind: String) -> String? {
        guard let end = kind.lastIndex(of: ".") else { return nil }
        let type = of(String(kind[..<end]))?.members[kind[kind.index(after: end)...]]?.type
        return type == "@" ? nil : type
    }

    /// Whether an entity inside a resource may carry a `modifierExtension`.
    static func isBackbone(_ kind: String) -> Bool { !kind.contains(".") || table[kind] != nil }

    private init(_ kind: String, _ text: String) {
        self.kind = kind
        var members: [Substring: Member] = [:]
        for item in text.split(separator: " ") {
            let parts = item.split(separator: ":")
            let type = parts.count > 1 ? parts[1] : ""
            let isList = type.hasSuffix("*")
            members[parts[0]] = Member(
                type: String(isList ? type.dropLast() : type), isList: isList)
        }
        self.members = members
    }

    /// What a member holds, by its name; `nil` if it is not listed.
    func member(_ name: String) -> Member? {
        if let found = members[name[...]] { return found }
        for key in members.keys where key.hasSuffix("[x]") && name.hasPrefix(key.dropLast(3)) {
            let suffix = name.dropFirst(key.count - 3)
            let lower = suffix.prefix(1).lowercased() + suffix.dropFirst()
            if Self.primitives[lower] != nil { return Member(type: lower, isList: false) }
            if Self.choices.contains(suffix) {
                return Member(type: String(suffix), isList: false)
            }
        }
        return nil
    }

    /// The name of a member in a path: of a choice without the type that was chosen.
    func pathName(of name: String) -> String {
        if members[name[...]] != nil { return name }
        let written = MemberPath(outer: nil, name: name)
        let choices = members.keys.filter { key in
            key.hasSuffix("[x]") && MemberPath(outer: nil, name: String(key)).covers(written)
        }
        return choices.min().map { String($0.dropLast(3)) } ?? name
    }

    /// The table of an object that a member holds.
    func table(of name: String) -> R4Types? { Self.of("\(kind).\(name)") }

    /// Whether JSON of a kind can be a value of a type.
    static func isWritten(_ type: String, as kind: JSONKind) -> Bool {
        switch primitives[type] {
        case nil: kind == .object
        case .string: kind == .string
        case .number: kind == .number
        default: kind == .true || kind == .false
        }
    }

    /// Primitive types and how JSON writes them.
    static let primitives: [String: JSONKind] = [
        "boolean": .true, "integer": .number, "unsignedInt": .number, "decimal": .number,
        "code": .string, "date": .string, "dateTime": .string, "string": .string, "uri": .string,
        "canonical": .string,
    ]

    /// Complex types that stand in a choice of the tables.
    private static let choices: Set<Substring> = [
        "Age", "CodeableConcept", "Duration", "Period", "Quantity", "Range", "Ratio", "Reference",
        "Timing",
    ]
}
