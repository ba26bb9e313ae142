import CareRecord
import StrictJSON

/// Which items of a written list are which entities that were shown (`merge.md` §2.3): by element
/// id, else by an equal reference or identifier, else by equal content, else by a code that is unique
/// on both sides; never by position.
struct ItemMatching {
    /// The items of one member, in document order.
    let items: [ResourceParts]
    /// The entities of that kind that were shown in its place.
    let shown: [ShownPart]
    /// For each item the place in ``shown`` of what it is.
    private(set) var places: [Int?]
    private var free: Set<Int>

    init(_ items: [ResourceParts], _ shown: [ShownPart]) {
        self.items = items
        self.shown = shown
        places = items.map { _ in nil }
        free = Set(shown.indices)
        matchIDs()
        free = free.filter { !shown[$0].existence.isKnownByIDOnly }
        matchReferences()
        matchContents()
        matchCodes()
    }

    /// The entities that no item is, in view order.
    var unmatched: [ShownPart] {
        let found = Set(places.compactMap { $0 })
        return shown.indices.filter { !found.contains($0) }.map { shown[$0] }
    }

    /// An id that is no UUID may count places in a list: what says exactly what another one says is
    /// that one, or a stop would go over to whatever stands in its place now.
    private mutating func matchIDs() {
        let contents = shown.map(\.content)
        for (place, item) in items.enumerated() {
            guard let id = item.elementID,
                let match = free.sorted().first(where: { shown[$0].isNamed(id) })
            else { continue }
            if EntityID(text: id) == nil {
                let content = item.content
                if contents[match] != content, contents.contains(content) { continue }
            }
            pair(place, match)
        }
    }

    /// Pairs what refers to something that nothing else refers to of what is left.
    private mutating func matchReferences() {
        var left: [[UInt8]: [Int]] = [:]
        for (place, item) in items.enumerated() where places[place] == nil {
            guard let key = ItemKeys.reference(item.values.map(\.bytes)) else { continue }
            left[key, default: []].append(place)
        }
        var right: [[UInt8]: [Int]] = [:]
        for place in free {
            guard let key = ItemKeys.reference(shown[place].values) else { continue }
            right[key, default: []].append(place)
        }
        for (key, places) in left {
            guard places.count == 1, let matches = right[key], matches.count == 1 else { continue }
            pair(places[0], matches[0])
        }
    }

    /// Which of several equal ones is which makes no difference; what was listed comes first.
    private mutating func matchContents() {
        var contents: [[UInt8]: [Int]] = [:]
        let order = free.sorted { left, right in
            let isListed = (shown[left].existence.isListed, shown[right].existence.isListed)
            return isListed.0 == isListed.1 ? left < right : isListed.0
        }
        for place in order {
            if let content = shown[place].content { contents[content, default: []].append(place) }
        }
        for (place, item) in items.enumerated() where places[place] == nil {
            let content = item.content
            guard let match = contents[content]?.first else { continue }
            contents[content]?.removeFirst()
            pair(place, match)
        }
    }

    /// Pairs by codes that no other item, matched or not, has on either side.
    private mutating func matchCodes() {
        let left = items.map { ItemKeys.code($0.values.map(\.bytes)) }
        let right = shown.map { part in
            part.existence.isKnownByIDOnly ? nil : ItemKeys.code(part.values)
        }
        for (place, code) in left.enumerated() where places[place] == nil {
            guard let code, left.count(where: { $0 == code }) == 1,
                right.count(where: { $0 == code }) == 1,
                let match = free.first(where: { right[$0] == code })
            else { continue }
            pair(place, match)
        }
    }

    private mutating func pair(_ item: Int, _ match: Int) {
        places[item] = match
        free.remove(match)
    }
}

/// What an item of a list is known by, read from the values of its facets.
enum ItemKeys {
    /// What it refers to: a reference in it, or an identifier instead of one.
    static func reference(_ values: [[UInt8]]) -> [UInt8]? {
        for value in values {
            guard let object = WrittenObject(value) else { continue }
            if let reference = object.member("reference") {
                // A reference in itself, or a member that is one.
                return reference.object.map { Self.reference([$0.bytes]) } ?? reference.bytes
            }
            if let identifier = object.member("identifier"), identifier.kind == .object {
                return identifier.bytes
            }
            // An identifier in itself, or a telephone number.
            if let system = object.member("system"), let value = object.member("value"),
                system.kind == .string, value.kind == .string
            {
                return system.bytes + value.bytes
            }
        }
        return nil
    }

    /// Its code, or what it measures: all codings, ascending; `nil` if there is none.
    static func code(_ values: [[UInt8]]) -> [UInt8]? {
        for value in values {
            guard let object = WrittenObject(value) else { continue }
            let objects = [object, object.member("detail")?.object].compactMap { $0 }
            for concept in objects.flatMap({ [$0.member("code"), $0.member("measure")] }) {
                if let key = concept?.object.flatMap(codings) { return key }
            }
        }
        return nil
    }

    private static func codings(of concept: WrittenObject) -> [UInt8]? {
        let codings = (concept.member("coding")?.items ?? []).compactMap { item -> [UInt8]? in
            guard let coding = WrittenObject(item.bytes), let code = coding.member("code") else {
                return nil
            }
            return (coding.member("system")?.bytes ?? []) + [UInt8(ascii: "|")] + code.bytes
        }
        return codings.isEmpty ? nil : Array(joined(codings))
    }

    fileprivate static func joined(_ texts: [[UInt8]]) -> [UInt8] {
        Array(
            texts.sorted { $0.lexicographicallyPrecedes($1) }.joined(separator: [UInt8(ascii: "\n")]
            )
        )
    }
}

extension ResourceParts {
    /// All that it says, but for element ids and the order of its items: equal bytes say the same.
    fileprivate var content: [UInt8] {
        let own = values.filter { shape.isCompared($0.facet) }.map { ($0.facet, $0.bytes) }
        return ItemContent.bytes(of: own, inner.map { ($0.member, $0.parts.content) })
    }
}

extension ShownPart {
    /// The values of its facets, ascending by facet.
    fileprivate var values: [[UInt8]] {
        elements.sorted { $0.key < $1.key }.compactMap(\.value.value)
    }

    /// All that it says; `nil` if that is open.
    fileprivate var content: [UInt8]? {
        if elements.values.contains(where: \.isOpen) { return nil }
        var inner: [(String, [UInt8])] = []
        for part in self.inner
        where part.existence.isListed && !part.existence.isKnownByIDOnly {
            guard let content = part.content else { return nil }
            let member = shape.inner.first { $0.shape.entityType == part.shape.entityType }?.member
            inner.append((member ?? part.shape.entityType, content))
        }
        return ItemContent.bytes(
            of: elements.compactMap { facet, element in element.value.map { (facet, $0) } }, inner)
    }
}

/// Canonical JSON holds no line end, so lines tell its values apart.
private enum ItemContent {
    static func bytes(
        of values: [(Facet, [UInt8])], _ inner: [(member: String, content: [UInt8])]
    ) -> [UInt8] {
        let end: [UInt8] = [UInt8(ascii: "\n")]
        var bytes: [UInt8] = []
        for (facet, value) in values.sorted(by: { $0.0 < $1.0 }) {
            bytes += Array(facet.name.utf8) + end + value + end
        }
        let items = inner.map { Array($0.member.utf8) + end + $0.content }
        return bytes + end + ItemKeys.joined(items)
    }
}
