public import CareRecord
public import StrictJSON

extension ResourceHistory {
    /// What a written body differs in from what its writer was shown (`merge.md` §2.3): the changes
    /// of one event. What is left out is not deleted: it gives an `omit`, which alters nothing.
    ///
    /// How a resource is shown (`meta`, narrative, language) is not compared.
    ///
    /// - Parameters:
    ///   - body: an object, of this resource's type.
    ///   - shown: what the writer was shown of this resource.
    ///   - newID: gives ids to entities that the body adds and gives no UUID of its own.
    /// - Returns: at most one change for each element; the resource first, then what it holds in
    ///   the order of the body, then what the body lacks. None if nothing differs.
    /// - Throws: ``WriteRefusal`` if it would have to guess what belongs together.
    public func changes(
        writing body: JSONNode, in document: JSONDocument, against shown: ShownResource,
        newID: () -> EntityID
    ) throws(WriteRefusal) -> [WritingChange] {
        precondition(body.kind == .object, "a resource is an object")
        if shown.isRendered, let plain = withoutMarks(body, in: document) {
            return try changes(
                writingPlain: plain.root, in: plain, against: shown, newID: newID)
        }
        return try changes(writingPlain: body, in: document, against: shown, newID: newID)
    }

    /// The change that enters in error what a writer was shown; `nil` if nothing was shown. It is made
    /// in sight of all that was shown: what else there is stays in view beside it (`merge.md` §2.1,
    /// `covers`, and S13).
    public func retraction(of shown: ShownResource) -> WritingChange? {
        guard let root = shown.root else { return nil }
        return WritingChange(
            PartElement(part: root.part, facet: .whole), .retract, replacing: root.existence.heads,
            inSightOf: root.everything)
    }

    /// A body without what a projection added; `nil` if there is nothing of that in it.
    private func withoutMarks(_ body: JSONNode, in document: JSONDocument) -> JSONDocument? {
        let plain = AccordMarks.removed(from: body, in: document, shape, isResource: true)
        if plain == CanonicalJSON.bytes(of: body, in: document) { return nil }
        return JSONDocument.reading(plain)
    }

    private func changes(
        writingPlain body: JSONNode, in document: JSONDocument, against shown: ShownResource,
        newID: () -> EntityID
    ) throws(WriteRefusal) -> [WritingChange] {
        let parts = ResourceParts(resource: body, as: shape, in: document)
        try checkIdentity(of: body, parts, in: document, against: shown)
        guard let root = shown.root else {
            // Nothing of it was shown: whatever is there stands beside it.
            return [whole(body, in: document, replacing: [])]
        }
        if shape.isOneValue {
            let element = root.elements[.item]
            let value = parts.value(of: .item)
            let isSame =
                element.map { $0.says(value) || (value == nil && $0.heads.isEmpty) }
                ?? (value == nil)
            if isSame, root.existence.isListed { return [] }
            // Of what was rendered, another facet's head may be one that was not shown.
            let heads = shown.isRendered ? element?.heads ?? [] : root.wholeHeads
            return [whole(body, in: document, replacing: heads)]
        }
        var comparison = WritingComparison(document: document, root: root)
        try comparison.compare(body, parts, with: root, inSightOf: [], newID)
        return comparison.changes
    }

    private func whole(
        _ body: JSONNode, in document: JSONDocument, replacing heads: [HeadName]
    ) -> WritingChange {
        WritingChange(
            PartElement(part: root, facet: .whole), changes.isEmpty ? .create : .assign,
            Array(document.rawBytes(body)), replacing: heads)
    }

    private func checkIdentity(
        of body: JSONNode, _ parts: ResourceParts, in document: JSONDocument,
        against shown: ShownResource
    ) throws(WriteRefusal) {
        for name in ShownResource.identityMembers {
            // A facet that is left out altogether changes nothing.
            guard let value = shown.identity[name],
                parts.value(of: shape.facet(of: MemberPath(outer: nil, name: name))) != nil
            else { continue }
            let written = document.member(named: name, of: body)
                .map { CanonicalJSON.bytes(of: $0, in: document) }
            if written != value { throw WriteRefusal(rule: .identityChanged, member: name) }
        }
    }
}

/// Compares a body with what was shown, part by part.
private struct WritingComparison {
    let document: JSONDocument
    private(set) var changes: [WritingChange] = []
    /// The parts that the body has named: an id that it uses again names another.
    private var taken: Set<Part> = []

    init(document: JSONDocument, root: ShownPart) {
        self.document = document
        reserve(root)
    }

    private mutating func reserve(_ shown: ShownPart) {
        taken.insert(shown.part)
        for inner in shown.inner { reserve(inner) }
    }

    /// - Parameter above: the endings that were shown of what holds the part.
    mutating func compare(
        _ node: JSONNode, _ body: ResourceParts, with shown: ShownPart,
        inSightOf above: [HeadName], _ newID: () -> EntityID
    ) throws(WriteRefusal) {
        let gone = shown.existence.isGone ? shown.existence.heads : []
        let endings = above + shown.endings + gone
        if !shown.existence.isListed {
            add(shown, .existence, ExistenceText.present.json, shown.existence.heads, endings)
        }
        for value in body.values where shown.shape.isCompared(value.facet) {
            let element = shown.elements[value.facet]
            if let element, element.says(value.bytes) { continue }
            let covers =
                shown.shape.isEnding(value.bytes, of: value.facet)
                ? shown.instructions
                : shown.shape.rule(of: value.facet).isInstruction ? endings : gone
            add(shown, value.facet, value.bytes, element?.heads ?? [], covers)
        }
        for (facet, element) in shown.elements.sorted(by: { $0.key < $1.key })
        where element.isOmittable && body.value(of: facet) == nil {
            omit(facet, of: shown.part, element.heads)
        }
        for inner in shown.shape.inner {
            try compare(inner, in: node, body, with: shown, inSightOf: endings, newID)
        }
    }

    private mutating func compare(
        _ inner: InnerShape, in node: JSONNode, _ body: ResourceParts, with shown: ShownPart,
        inSightOf endings: [HeadName], _ newID: () -> EntityID
    ) throws(WriteRefusal) {
        let items = body.inner.filter { $0.member == inner.member }.map(\.parts)
        let nodes =
            document.member(named: inner.member, of: node)
            .map { Array(document.items(of: $0)) } ?? []
        let matching = ItemMatching(
            items, shown.inner.filter { $0.shape.entityType == inner.shape.entityType })
        let missing = matching.unmatched.filter { $0.existence.isListed && !$0.existence.isGone }
        if inner.shape.isInstruction, !missing.isEmpty, matching.places.contains(nil) {
            throw WriteRefusal(rule: .unmatchedInstruction, member: inner.member)
        }
        for ((item, node), place) in zip(zip(items, nodes), matching.places) {
            if let place {
                try compare(node, item, with: matching.shown[place], inSightOf: endings, newID)
            } else {
                create(node, item, in: shown.part, inSightOf: endings, newID)
            }
        }
        for part in missing where part.existence.isOmittable {
            omit(.existence, of: part.part, part.existence.heads)
        }
    }

    // MARK: - One change

    private mutating func add(
        _ shown: ShownPart, _ facet: Facet, _ value: [UInt8], _ heads: [HeadName],
        _ covers: [HeadName]
    ) {
        changes.append(
            WritingChange(
                PartElement(part: shown.part, facet: facet), .assign, value, replacing: heads,
                inSightOf: covers))
    }

    private mutating func omit(_ facet: Facet, of part: Part, _ heads: [HeadName]) {
        changes.append(
            WritingChange(PartElement(part: part, facet: facet), .omit, replacing: heads))
    }

    /// An entity that the body adds, under its own id if that is a UUID. Any other id stays in the
    /// value, so that its source is understood when it uses it again.
    private mutating func create(
        _ node: JSONNode, _ item: ResourceParts, in holder: Part, inSightOf endings: [HeadName],
        _ newID: () -> EntityID
    ) {
        let kind = item.shape.entityType
        var members = CanonicalJSON.members(of: node, in: document)
        var part: Part?
        if let given = item.elementID.flatMap({ EntityID(text: $0) }) {
            members.removeAll { $0.name.elementsEqual("id".utf8) }
            let named = Part(kind: kind, entity: given, holder: holder.entity)
            if !taken.contains(named) { part = named }
        }
        let created = part ?? Part(kind: kind, entity: newID(), holder: holder.entity)
        taken.insert(created)
        var value: [UInt8] = []
        CanonicalJSON.append(objectOf: members, in: document, to: &value)
        changes.append(
            WritingChange(
                PartElement(part: created, facet: .whole), .create, value,
                inSightOf: item.shape.isInstruction ? endings : []))
    }
}

extension ShownPart {
    /// The heads that a new version of all of it replaces.
    fileprivate var wholeHeads: [HeadName] {
        existence.heads + presentation + elements.values.flatMap(\.heads)
    }
}
