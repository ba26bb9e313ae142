import StrictJSON

/// What a projection adds to what people wrote: extensions, the tag of open conflicts, the narrative
/// of what is disputed, and reasons for absent values where R4 requires one. A client sends it back;
/// it is nobody's value.
struct AccordMarks {
    private let shape: EntityShape
    private let isResource: Bool
    private let document: JSONDocument

    /// An object without it, canonical.
    ///
    /// - Parameters:
    ///   - node: the resource, an entity inside it, or the value of one of its facets.
    ///   - shape: of the resource or entity.
    static func removed(
        from node: JSONNode, in document: JSONDocument, _ shape: EntityShape, isResource: Bool
    ) -> [UInt8] {
        AccordMarks(shape: shape, isResource: isResource, document: document).object(node).bytes
    }

    /// The value of a facet without it; `nil` if it cannot be read.
    static func removed(
        from value: [UInt8], _ shape: EntityShape, isResource: Bool
    ) -> [UInt8]? {
        JSONDocument.reading(value).map {
            removed(from: $0.root, in: $0, shape, isResource: isResource)
        }
    }

    /// The rendered value of a facet without a status `unknown` that R4 requires and that what
    /// somebody said does not have.
    static func withoutStands(
        _ value: [UInt8], beside said: [UInt8], _ shape: EntityShape
    ) -> [UInt8] {
        let stands = R4Requirements.of(shape.entityType).members.filter { $0.stand == .unknown }
        func without(_ value: WrittenObject, _ said: WrittenObject?, _ outer: String?)
            -> WrittenObject
        {
            WrittenObject(
                members: value.members.compactMap { member in
                    let other = said?.member(member.text)
                    if outer == nil, stands.contains(where: { $0.path.outer == member.text }),
                        let inner = member.object
                    {
                        let bytes = without(inner, other?.object, member.text).bytes
                        return WrittenMember(name: member.name, kind: .object, bytes: bytes)
                    }
                    let isStand = stands.contains {
                        $0.path.outer == outer && $0.name == member.text
                    }
                    let isAdded = isStand && other == nil
                    return isAdded && member.bytes == Array("\"unknown\"".utf8) ? nil : member
                })
        }
        return WrittenObject(value).map { without($0, WrittenObject(said), nil).bytes } ?? value
    }

    private func object(_ node: JSONNode) -> R4Value {
        guard node.kind == .object else { return written(node) }
        return .object(
            CanonicalJSON.members(of: node, in: document).compactMap { name, value in
                self.value(String(decoding: name, as: UTF8.self), value).map { R4Member(name, $0) }
            })
    }

    /// What is left of a member; `nil` if nothing is.
    private func value(_ name: String, _ node: JSONNode) -> R4Value? {
        if let inner = shape.inner(of: name), node.kind == .array {
            let marks = AccordMarks(shape: inner.shape, isResource: false, document: document)
            return .list(document.items(of: node).map(marks.object))
        }
        switch name {
        case "extension", "modifierExtension": return items(node) { !isOurs($0) }
        case "meta" where isResource && node.kind == .object: return meta(node)
        case "text" where isResource && isDisputed(node): return nil
        default:
            let value = written(node)
            let isAbsent = value == Self.absent || value == .written(R4Value.list([.absent]).bytes)
            return isAbsent && isRequired(name) ? nil : value
        }
    }

    /// A list without some items; `nil` if none is left of them.
    private func items(_ node: JSONNode, _ isKept: (JSONNode) -> Bool) -> R4Value? {
        guard node.kind == .array else { return written(node) }
        let all = Array(document.items(of: node))
        let kept = all.filter(isKept)
        return kept.isEmpty && !all.isEmpty ? nil : .list(kept.map(written))
    }

    private func meta(_ node: JSONNode) -> R4Value? {
        let members = CanonicalJSON.members(of: node, in: document).compactMap { name, value in
            let isTags = name.elementsEqual("tag".utf8)
            let left =
                isTags
                ? items(value) { written($0) != .written(ResourceProjector.tag) } : written(value)
            return left.map { R4Member(name, $0) }
        }
        return members.isEmpty && document.memberCount(of: node) > 0 ? nil : .object(members)
    }

    private func isOurs(_ item: JSONNode) -> Bool {
        guard let url = document.member("url", of: item).flatMap({ document.string($0) }) else {
            return false
        }
        return AccordExtension.allCases.contains { $0.url == url }
    }

    private func isDisputed(_ node: JSONNode) -> Bool {
        document.member("div", of: node).flatMap { document.string($0) }?
            .hasPrefix(DisputedNarrative.opening) ?? false
    }

    /// Whether R4 requires a member, so that a projection says why it is absent.
    private func isRequired(_ name: String) -> Bool {
        let base = name.hasPrefix("_") ? String(name.dropFirst()) : name
        let kind = shape.entityType
        return R4Requirements.of(kind).members.contains { $0.path.outer == nil && $0.name == base }
            || R4Invariants.conditional[kind] == base
    }

    private func written(_ node: JSONNode) -> R4Value {
        .written(CanonicalJSON.bytes(of: node, in: document))
    }

    private static let absent = R4Value.written(R4Value.absent.bytes)
}
