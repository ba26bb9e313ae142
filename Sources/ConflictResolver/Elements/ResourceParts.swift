public import CareRecord
public import StrictJSON

/// A resource, or an entity inside one, taken apart into the values of its facets.
public struct ResourceParts: Sendable, Hashable {
    /// The value of one facet: an object of the facet's members, canonical.
    public struct Value: Sendable, Hashable {
        /// The facet.
        public let facet: Facet
        /// Canonical JSON; equal bytes are equal values.
        public let bytes: [UInt8]
    }

    /// How it came apart.
    public let shape: EntityShape
    /// The element id (`Element.id` of R4) of an inner entity; `nil` for a resource or without one.
    public let elementID: String?
    /// The facets that have a member, ascending by name.
    public let values: [Value]
    /// The entities inside it, by member, in document order.
    public let inner: [Inner]

    /// An entity inside another.
    public struct Inner: Sendable, Hashable {
        /// The member that holds it.
        public let member: String
        /// Its place among the items of that member, from 0.
        public let index: Int
        /// Its own parts.
        public let parts: ResourceParts
    }

    /// Takes a resource apart.
    ///
    /// - Parameter node: an object.
    public init(resource node: JSONNode, as shape: EntityShape, in document: JSONDocument) {
        self.init(node, shape, in: document, isResource: true)
    }

    init(
        _ node: JSONNode, _ shape: EntityShape, in document: JSONDocument, isResource: Bool
    ) {
        self.shape = shape
        var sorter = MemberSorter(shape, isResource: isResource, in: document)
        sorter.sort(node)
        elementID = sorter.elementID
        values = sorter.values()
        inner = sorter.inner.map { member, index, item, shape in
            Inner(
                member: member, index: index,
                parts: ResourceParts(item, shape, in: document, isResource: false))
        }
    }

    /// The value of a facet; `nil` if none of its members is there.
    public func value(of facet: Facet) -> [UInt8]? {
        values.first { $0.facet == facet }?.bytes
    }
}

/// Assigns the members of one object to facets.
private struct MemberSorter {
    private let shape: EntityShape
    private let isResource: Bool
    private let document: JSONDocument
    private var members: [Facet: [CanonicalJSON.Member]] = [:]
    private var opened: [Facet: [String: [CanonicalJSON.Member]]] = [:]
    private(set) var elementID: String?
    private(set) var inner: [(String, Int, JSONNode, EntityShape)] = []

    init(_ shape: EntityShape, isResource: Bool, in document: JSONDocument) {
        self.shape = shape
        self.isResource = isResource
        self.document = document
    }

    mutating func sort(_ node: JSONNode) {
        for (name, value) in CanonicalJSON.members(of: node, in: document) {
            let text = String(decoding: name, as: UTF8.self)
            let base = text.hasPrefix("_") ? String(text.dropFirst()) : text
            if isIdentity(text, value) { continue }
            if let entities = shape.inner(of: text), isListOfObjects(value) {
                for (index, item) in document.items(of: value).enumerated() {
                    inner.append((text, index, item, entities.shape))
                }
            } else if shape.isOpened(text), value.kind == .object {
                open(text, value)
            } else {
                let facet = shape.facet(of: MemberPath(outer: nil, name: base))
                members[facet, default: []].append((name, value))
            }
        }
    }

    /// What names the entity is no part of its value: a resource's type and id, an element's id.
    private mutating func isIdentity(_ name: String, _ value: JSONNode) -> Bool {
        guard name == "id" || (isResource && name == "resourceType") else { return false }
        if !isResource { elementID = document.string(value) }
        return true
    }

    private func isListOfObjects(_ node: JSONNode) -> Bool {
        node.kind == .array && document.items(of: node).allSatisfy { $0.kind == .object }
    }

    private mutating func open(_ outer: String, _ node: JSONNode) {
        for (name, value) in CanonicalJSON.members(of: node, in: document) {
            let text = String(decoding: name, as: UTF8.self)
            let base = text.hasPrefix("_") ? String(text.dropFirst()) : text
            let facet = shape.facet(of: MemberPath(outer: outer, name: base))
            opened[facet, default: [:]][outer, default: []].append((name, value))
        }
    }

    func values() -> [ResourceParts.Value] {
        Set(members.keys).union(opened.keys).sorted().map { facet in
            ResourceParts.Value(facet: facet, bytes: bytes(of: facet))
        }
    }

    /// An object of the facet's members, with those of an opened object inside one.
    private func bytes(of facet: Facet) -> [UInt8] {
        var written: [(name: [UInt8], bytes: [UInt8])] = (members[facet] ?? []).map { member in
            (member.name, CanonicalJSON.bytes(of: member.value, in: document))
        }
        for (outer, members) in opened[facet] ?? [:] {
            var bytes: [UInt8] = []
            CanonicalJSON.append(objectOf: members, in: document, to: &bytes)
            written.append((Array(outer.utf8), bytes))
        }
        var output: [UInt8] = [UInt8(ascii: "{")]
        for (number, member) in written.sorted(by: { $0.name.lexicographicallyPrecedes($1.name) })
            .enumerated()
        {
            if number > 0 { output.append(UInt8(ascii: ",")) }
            CanonicalJSON.append(string: member.name, to: &output)
            output.append(UInt8(ascii: ":"))
            output += member.bytes
        }
        output.append(UInt8(ascii: "}"))
        return output
    }
}
