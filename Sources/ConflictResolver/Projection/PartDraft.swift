import CareRecord
import StrictJSON

/// One JSON object of a resource while it is put together: the resource itself, or an entity inside
/// it.
struct PartDraft {
    private let part: Part
    /// What it holds.
    private var children: [PartChild] = []
    private let shape: EntityShape
    private let isResource: Bool
    /// Objects that no member of another facet may open: R4 forbids them here.
    var closed: Set<String> = []
    private(set) var members: [[UInt8]: R4Value] = [:]
    /// Members of objects that several facets share, as `detail` of an activity.
    private(set) var opened: [String: [[UInt8]: R4Value]] = [:]
    /// Added to what people wrote there.
    var extensions: [R4Value] = []
    /// Added to what people wrote there.
    var modifiers: [R4Value] = []

    init(_ part: Part, _ shape: EntityShape, isResource: Bool) {
        self.part = part
        self.shape = shape
        self.isResource = isResource
    }

    /// Whether there is nothing to show but what is said about it.
    var hasNoMembers: Bool { members.isEmpty && opened.isEmpty }

    // MARK: - Placing what was written

    /// Puts the members of a facet's value in their places.
    ///
    /// - Returns: those that have none here: named for another facet, or where R4 allows none.
    mutating func place(_ value: WrittenObject, of facet: Facet) -> [WrittenMember] {
        var strays: [WrittenMember] = []
        for member in value.members where !isIdentity(member) {
            if shape.isOpened(member.text), let object = member.object {
                let (placed, left) = split(object, opening: member.text, for: facet)
                for member in placed { open(member.0, in: member.1) }
                if !left.isEmpty {
                    strays.append(
                        WrittenMember(
                            name: member.name, kind: .object,
                            bytes: WrittenObject(members: left).bytes))
                }
            } else if isAtHome(member, in: facet) {
                members[member.name] = .written(member.bytes)
            } else {
                strays.append(member)
            }
        }
        return strays
    }

    private mutating func open(_ outer: String, in member: WrittenMember) {
        opened[outer, default: [:]][member.name] = .written(member.bytes)
    }

    private func split(
        _ object: WrittenObject, opening outer: String, for facet: Facet
    ) -> (placed: [(String, WrittenMember)], left: [WrittenMember]) {
        var left: [WrittenMember] = []
        var placed: [(String, WrittenMember)] = []
        for member in object.members {
            let path = MemberPath(outer: outer, name: member.base)
            if shape.facet(of: path) == facet, !closed.contains(outer) {
                placed.append((outer, member))
            } else {
                left.append(member)
            }
        }
        return (placed, left)
    }

    /// What names the entity, said again.
    private func isIdentity(_ member: WrittenMember) -> Bool {
        switch member.text {
        case "id": Self.string(member.bytes) == part.entity.description
        case "resourceType": isResource && Self.string(member.bytes) == part.kind
        default: false
        }
    }

    private static func string(_ bytes: [UInt8]) -> String? {
        JSONDocument.reading(bytes).flatMap { $0.string($0.root) }
    }

    private func isAtHome(_ member: WrittenMember, in facet: Facet) -> Bool {
        let text = member.text
        if text == "id" || (isResource && text == "resourceType") { return false }
        return shape.facet(of: MemberPath(outer: nil, name: member.base)) == facet
    }

    // MARK: - Taking away and setting

    /// Takes the members of a path's facet, or only the path itself, out of what is shown.
    mutating func withdraw(_ path: MemberPath, alone: Bool) -> WrittenObject? {
        let facet = shape.facet(of: path)
        func isMeant(_ name: [UInt8], in outer: String?) -> Bool {
            let text = String(decoding: name, as: UTF8.self)
            let found = MemberPath(
                outer: outer, name: text.hasPrefix("_") ? String(text.dropFirst()) : text)
            return alone ? path.covers(found) : shape.facet(of: found) == facet
        }
        var taken = take(&members) { isMeant($0, in: nil) }
        for outer in opened.keys.sorted() {
            let inner = take(&opened[outer, default: [:]]) { isMeant($0, in: outer) }
            if opened[outer]?.isEmpty == true { opened[outer] = nil }
            guard !inner.isEmpty else { continue }
            let bytes = WrittenObject(members: inner).bytes
            taken.append(WrittenMember(name: Array(outer.utf8), kind: .object, bytes: bytes))
        }
        return taken.isEmpty ? nil : WrittenObject(members: taken)
    }

    private func take(
        _ members: inout [[UInt8]: R4Value], _ isMeant: ([UInt8]) -> Bool
    ) -> [WrittenMember] {
        let names = members.keys.filter(isMeant).sorted { $0.lexicographicallyPrecedes($1) }
        return names.compactMap { name in
            members.removeValue(forKey: name).map { Self.member(name, $0) }
        }
    }

    private static func member(_ name: [UInt8], _ value: R4Value) -> WrittenMember {
        let bytes = value.bytes
        return WrittenMember(
            name: name, kind: JSONDocument.reading(bytes)?.root.kind ?? .null, bytes: bytes)
    }

    /// Sets a member of the object, or of one that it holds.
    mutating func set(_ path: MemberPath, _ value: R4Value) {
        guard let outer = path.outer else {
            members[Array(path.name.utf8)] = value
            return
        }
        opened[outer, default: [:]][Array(path.name.utf8)] = value
    }

    /// A member as it stands; `nil` if it is not there.
    func member(_ name: String) -> R4Value? { members[Array(name.utf8)] }

    /// Whether a member, or one type of a choice, is there.
    func has(_ path: MemberPath) -> Bool {
        let held = path.outer.map { opened[$0] ?? [:] } ?? members
        return held.keys.contains { name in
            let text = String(decoding: name, as: UTF8.self)
            return path.covers(
                MemberPath(
                    outer: path.outer,
                    name: text.hasPrefix("_") ? String(text.dropFirst()) : text))
        }
    }

    /// Takes out a member that somebody wrote and that has to make room.
    mutating func remove(_ name: String) -> WrittenMember? {
        members.removeValue(forKey: Array(name.utf8)).map { Self.member(Array(name.utf8), $0) }
    }

    // MARK: - Where its parts stand

    /// Notes where a part that it holds stands.
    mutating func note(_ child: PartChild) { children.append(child) }

    /// Where the part and what it holds stand.
    ///
    /// - Parameters:
    ///   - path: that of the part itself.
    ///   - elementID: of the object, if it carries one.
    func places(at path: String, elementID: EntityID?) -> [Part: PartPlace] {
        var places: [Part: PartPlace] = [:]
        for child in children {
            switch child {
            case .item(let draft, let member, let number, let id):
                let inner = draft.places(at: "\(path).\(member)[\(number)]", elementID: id)
                places.merge(inner) { first, _ in first }
            case .told(let part):
                places[part] = PartPlace(path: path, elementID: elementID, members: [])
            case .twin(let part, let other): places[part] = places[other]
            }
        }
        places[part] = PartPlace(path: path, elementID: elementID, members: memberPaths)
        return places
    }

    private var memberPaths: Set<MemberPath> {
        func path(_ name: [UInt8], in outer: String?) -> MemberPath {
            let text = String(decoding: name, as: UTF8.self)
            return MemberPath(
                outer: outer, name: text.hasPrefix("_") ? String(text.dropFirst()) : text)
        }
        var paths = Set(members.keys.map { path($0, in: nil) })
        for (outer, members) in opened {
            paths.formUnion(members.keys.map { path($0, in: outer) })
        }
        return paths
    }

    // MARK: - The finished object

    /// Whether what was written under a name leaves no room for what is to be added.
    func isInTheWay(_ name: String) -> Bool {
        member(name).map { Self.member([], $0).items == nil } ?? false
    }

    /// The object with all that was added; nothing that was written is in the way.
    func finished(named names: [R4Member]) -> R4Value {
        var members = members
        for (outer, inner) in opened {
            members[Array(outer.utf8)] = .object(Self.sorted(inner))
        }
        for (name, added) in [("extension", extensions), ("modifierExtension", modifiers)]
        where !added.isEmpty {
            let key = Array(name.utf8)
            let written = members[key].flatMap { Self.member(key, $0).items } ?? []
            members[key] = .list(written.map { .written($0.bytes) } + added)
        }
        return .object(names + Self.sorted(members))
    }

    private static func sorted(_ members: [[UInt8]: R4Value]) -> [R4Member] {
        members.map { R4Member($0.key, $0.value) }
            .sorted { $0.name.lexicographicallyPrecedes($1.name) }
    }
}
