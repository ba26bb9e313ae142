import CareRecord
import StrictJSON
import TestSupport

@testable import ConflictResolver

/// Bodies of one resource, each a few edits from the last, made of pieces of ``ProjectionSources``;
/// and what others write meanwhile.
struct BodyGenerator {
    var random: SeededGenerator
    let type: String
    let shape: EntityShape
    /// Members that are no lists of entities, as they stand now and as they may stand.
    private var members: [String: String] = [:]
    private var choices: [String: [String]] = [:]
    /// Items of lists of entities, likewise.
    private(set) var items: [String: [String]] = [:]
    private var itemChoices: [String: [String]] = [:]
    private var nextID = 0

    init(_ seed: UInt64, type: String? = nil) {
        random = SeededGenerator(seed: seed &* 6_700_417)
        let types = ProjectionSources.byType.keys.sorted()
        self.type = type ?? types.randomElement(using: &random) ?? "Goal"
        shape = .of(resourceType: self.type)
        for source in ProjectionSources.byType[self.type] ?? [] { take(source) }
        for name in choices.keys.sorted() { members[name] = choices[name]?.first }
    }

    private mutating func take(_ source: String) {
        guard let document = JSONDocument.reading(Array(source.utf8)) else { return }
        func text(_ node: JSONNode) -> String {
            String(decoding: document.rawBytes(node), as: UTF8.self)
        }
        for (name, value) in document.members(of: document.root) {
            guard let name = document.string(name) else { continue }
            if shape.inner(of: name) != nil {
                itemChoices[name, default: []] += document.items(of: value).map(text)
            } else {
                choices[name, default: []].append(text(value))
            }
        }
    }

    mutating func pick<T>(_ items: [T]) -> T? { items.randomElement(using: &random) }

    /// The body as it stands.
    var body: String { Self.text(members, items) }

    /// The same body with its lists in another order.
    mutating func shuffled() -> String {
        var items = items
        for name in items.keys.sorted() { items[name]?.shuffle(using: &random) }
        return Self.text(members, items)
    }

    private static func text(_ members: [String: String], _ items: [String: [String]]) -> String {
        let lists = items.filter { !$0.value.isEmpty }
            .mapValues { "[\($0.joined(separator: ","))]" }
        let all = members.merging(lists) { _, list in list }
        return "{"
            + all.sorted { $0.key < $1.key }.map { "\"\($0.key)\":\($0.value)" }
            .joined(separator: ",") + "}"
    }

    /// Changes something; whose it is stays.
    mutating func edit() {
        let fixed = ["resourceType"] + ShownResource.identityMembers
        let names = choices.keys.filter { !fixed.contains($0) }.sorted()
        if random.chance(2), let name = pick(itemChoices.keys.sorted()) { return editList(name) }
        guard let name = pick(names) else { return }
        members[name] = random.chance(4) ? nil : pick(choices[name] ?? [])
    }

    private mutating func editList(_ name: String) {
        var list = items[name] ?? []
        let place = list.isEmpty ? nil : Int.random(in: 0..<list.count, using: &random)
        if random.chance(3), let place {
            list.remove(at: place)
        } else if let item = pick(itemChoices[name] ?? []) {
            nextID += 1
            let isNamed = item.hasPrefix(#"{"id""#) || random.chance(3)
            let new =
                isNamed
                ? item
                : #"{"id":"\#(random.chance(2) ? Self.uuid(nextID) : "n\(nextID)")","#
                    + item.dropFirst()
            if random.chance(8), let place {
                list[place] = item
            } else if random.chance(2), let place, let id = Self.id(list[place]) {
                list[place] = Self.named(item, id)
            } else if !list.contains(where: { Self.id($0) != nil && Self.id($0) == Self.id(new) }) {
                list.append(new)
            }
        }
        items[name] = list
    }

    private static func uuid(_ number: Int) -> String {
        "00000000-0000-4000-9000-" + String(repeating: "0", count: 12 - "\(number)".count)
            + "\(number)"
    }

    private static func id(_ item: String) -> String? {
        guard let document = JSONDocument.reading(Array(item.utf8)) else { return nil }
        return document.member("id", of: document.root).flatMap { document.string($0) }
    }

    private static func named(_ item: String, _ id: String) -> String {
        guard let document = JSONDocument.reading(Array(item.utf8)) else { return item }
        var members = document.members(of: document.root).compactMap { name, value -> String? in
            guard let name = document.string(name), name != "id" else { return nil }
            return "\"\(name)\":" + String(decoding: document.rawBytes(value), as: UTF8.self)
        }
        members.insert(#""id":"\#(id)""#, at: 0)
        return "{\(members.joined(separator: ","))}"
    }

    /// A body as somebody got it, with an edit.
    mutating func edited(_ body: String) -> String {
        var members = WrittenObject(Array(body.utf8))?.members.map { ($0.text, $0.bytes) } ?? []
        let lists = members.indices.filter { shape.inner(of: members[$0].0) != nil }
        let fixed = ["resourceType", "id"] + ShownResource.identityMembers
        if random.chance(2), let place = pick(lists) {
            let (name, bytes) = members[place]
            members[place].1 = Array(editedList(bytes, itemChoices[name] ?? []).utf8)
        } else if random.chance(4), let name = pick(itemChoices.keys.sorted()) {
            guard let item = pick(itemChoices[name] ?? []),
                !members.contains(where: { $0.0 == name })
            else { return body }
            members.append((name, Array("[\(item)]".utf8)))
        } else if let name = pick(choices.keys.filter({ !fixed.contains($0) }).sorted()) {
            members.removeAll { $0.0 == name }
            if !random.chance(3), let value = pick(choices[name] ?? []) {
                members.append((name, Array(value.utf8)))
            }
        }
        return "{"
            + members.map { "\"\($0.0)\":" + String(decoding: $0.1, as: UTF8.self) }
            .joined(separator: ",") + "}"
    }

    private mutating func editedList(_ list: [UInt8], _ choices: [String]) -> String {
        var items: [String] = []
        if let document = JSONDocument.reading(list) {
            items = document.items(of: document.root).map {
                String(decoding: document.rawBytes($0), as: UTF8.self)
            }
        }
        let place = items.indices.randomElement(using: &random)
        if random.chance(3), let place {
            items.remove(at: place)
        } else if let item = pick(choices) {
            if !random.chance(3), let place, let id = Self.id(items[place]) {
                items[place] = Self.named(item, id)
            } else {
                items.append(item)
            }
        }
        return "[\(items.shuffled(using: &random).joined(separator: ","))]"
    }

    /// What somebody else writes who was shown some of what there is.
    mutating func other(in view: ResourceView) -> WritingChange? {
        guard let part = pick(view.parts), let element = pick(part.elements) else { return nil }
        let heads = element.siblings.flatMap(\.heads).filter { _ in random.chance(2) }
        switch Int.random(in: 0..<8, using: &random) {
        case 0: return WritingChange(element.element, .omit, replacing: heads)
        case 1:
            return WritingChange(
                PartElement(part: part.part, facet: .existence), .assign,
                Array(random.chance(2) ? #""ended""#.utf8 : #""retracted""#.utf8), replacing: heads)
        default:
            let values = (ProjectionSources.byType[type] ?? []).flatMap { source in
                Self.values(source, shape, of: part.part.kind, element.element.facet)
            }
            guard let value = pick(values) else { return nil }
            return WritingChange(element.element, .assign, value, replacing: heads)
        }
    }

    private static func values(
        _ source: String, _ shape: EntityShape, of kind: String, _ facet: Facet
    ) -> [[UInt8]] {
        guard let document = JSONDocument.reading(Array(source.utf8)) else { return [] }
        var found: [[UInt8]] = []
        var open = [ResourceParts(resource: document.root, as: shape, in: document)]
        while let parts = open.popLast() {
            if parts.shape.entityType == kind { found += parts.value(of: facet).map { [$0] } ?? [] }
            open += parts.inner.map(\.parts)
        }
        return found
    }
}
