import CareRecord

extension ShownResource {
    /// What a source sent last: it was shown its own words, and nothing else (`merge.md` §2.2).
    ///
    /// What it left out before was not in what it sent last: the same value again is news.
    ///
    /// - Parameter history: only that source's own changes, with the forks among them.
    public init(sentIn history: ResourceHistory) {
        let parts = history.partsInOrder()
        let sent = SentParts(
            history: history,
            held: Dictionary(grouping: parts.dropFirst()) {
                $0.holder(in: history.root) ?? history.root
            },
            omits: Dictionary(grouping: history.omits, by: \.part))
        root = parts.isEmpty ? nil : sent.part(history.root)
        identity = sent.identity
        isRendered = false
    }
}

extension HeldChange {
    /// The part that it is about.
    var part: Part { Part(kind: element.entityType, entity: element.entity, holder: holder) }

    /// Whether an `omit` says that all of some heads of a facet were left out.
    func leavesOut(_ facet: Facet, _ heads: [HeadName]) -> Bool {
        operation == .omit && (element.facet == facet || element.facet == .whole)
            && !heads.isEmpty
            && heads.allSatisfy { head in supersedes.contains { $0.names(head) } }
    }
}

/// What one source's own changes say.
private struct SentParts {
    let history: ResourceHistory
    let held: [Part: [Part]]
    let omits: [Part: [HeldChange]]

    /// A part with what it holds; `nil` if no change of it is a head.
    func part(_ part: Part) -> ShownPart? {
        guard let shape = history.shape(of: part) else { return nil }
        var elements: [Facet: ShownElement] = [:]
        for facet in history.facets(of: part) where shape.isCompared(facet) {
            elements[facet] = element(facet, of: part)
        }
        let inner = (held[part] ?? []).compactMap { self.part($0) }
        let existence = existence(of: part)
        if elements.isEmpty, inner.isEmpty, existence.heads.isEmpty { return nil }
        return ShownPart(
            part: part, shape: shape, sourceIDs: history.sourceIDs[part] ?? [],
            elements: elements, existence: existence,
            presentation: history.heads(.presentation, of: part).map(\.name), inner: inner)
    }

    private func element(_ facet: Facet, of part: Part) -> ShownElement? {
        let heads = history.heads(facet, of: part)
        if heads.isEmpty { return nil }
        let names = heads.map(\.name)
        let isOmitted = isOmitted(facet, of: part, names)
        let contents = Set(heads.map(\.content))
        let value = contents.count == 1 ? heads[0].content.value : nil
        return ShownElement(
            value: isOmitted ? nil : value, isOpen: value == nil, heads: names,
            seen: isOmitted ? [] : names,
            isOmittable: !isOmitted && contents.contains { $0.value != nil })
    }

    private func existence(of part: Part) -> ShownExistence {
        let heads = history.heads(.existence, of: part)
        let names = heads.map(\.name)
        let isOmitted = isOmitted(.existence, of: part, names)
        let isListed = !isOmitted && heads.allSatisfy { $0.content == .present }
        let isGone = !heads.isEmpty && !heads.contains { $0.content == .present }
        return ShownExistence(
            heads: names, isListed: isListed, isGone: isGone, isKnownByIDOnly: isGone,
            isOmittable: isListed && !heads.isEmpty)
    }

    private func isOmitted(_ facet: Facet, of part: Part, _ heads: [HeadName]) -> Bool {
        (omits[part] ?? []).contains { $0.leavesOut(facet, heads) }
    }

    /// Members on which all heads of their facet agree.
    var identity: [String: [UInt8]] {
        var found: [String: [UInt8]] = [:]
        for name in ShownResource.identityMembers {
            let facet = history.shape.facet(of: MemberPath(outer: nil, name: name))
            let said = history.heads(facet, of: history.root).map { head in
                head.content.value.flatMap { WrittenObject($0) }?.member(name)?.bytes
            }
            if let first = said.first, let value = first, said.allSatisfy({ $0 == value }) {
                found[name] = value
            }
        }
        return found
    }
}
