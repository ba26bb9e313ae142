import CareRecord
import StrictJSON

extension ResourceHistory {
    /// The resource as its heads leave it; `nil` while nothing of it is a head.
    public func view() -> ResourceView? {
        var viewer = ResourceViewer(self)
        return viewer.view()
    }

    /// Every part, each behind what holds it, in the order in which they first appeared.
    func partsInOrder() -> [Part] {
        guard places[root] != nil else { return [] }
        var parts: [Part] = []
        append(root, to: &parts)
        return parts
    }

    private func append(_ part: Part, to parts: inout [Part]) {
        parts.append(part)
        let inner = (heldBy[part] ?? []).sorted { left, right in
            guard let first = places[left], let second = places[right], first != second else {
                return left < right
            }
            return first < second
        }
        for part in inner { append(part, to: &parts) }
    }

    /// A part; `nil` if nothing of it is a head.
    func view(of part: Part) -> PartView? {
        guard let shape = shape(of: part) else { return nil }
        let facets = facets(of: part)
        let existence = heads(.existence, of: part)
        let isUrgent = isUrgent(part)
        let isDecision = isAdvanceDecision
        let elements = facets.filter { $0 != .existence }.compactMap { facet -> ElementView? in
            let heads = heads(facet, of: part)
            guard !heads.isEmpty else { return nil }
            return elementView(
                PartElement(part: part, facet: facet), heads, shape.rule(of: facet),
                // How critical an allergy is raises whether it stands, not what it is to.
                isUrgent: isUrgent
                    && (shape.existence != .allergy || facet == Facet("standing")),
                isDecision: isDecision)
        }
        if existence.isEmpty, elements.isEmpty { return nil }
        return PartView(part: part, presence: presence(of: part, shape), elements: elements)
    }

    private func presence(of part: Part, _ shape: EntityShape) -> PartView.Presence {
        let contents = Set(heads(.existence, of: part).map(\.content))
        if contents.count > 1 { return .disputed }
        switch contents.first {
        case .retracted:
            // A warning stays while anybody relies on it.
            return shape.existence == .allergy && !uncovered(part, shape).isEmpty
                ? .disputed : .retracted
        case .ended: return .ended
        default: return .present
        }
    }

    private func elementView(
        _ element: PartElement, _ heads: [ElementHeads.Head], _ rule: ElementRule, isUrgent: Bool,
        isDecision: Bool
    ) -> ElementView {
        if heads.count == 1, let head = heads.first {
            return ElementView(
                element: element,
                siblings: [ElementView.Sibling(content: head.content, heads: [head.name])],
                conflictClass: .automatic, isDisputedStop: false)
        }
        var groups: [HeadContent: [HeadName]] = [:]
        var siblings: [ElementView.Sibling] = []
        for head in heads {
            if case .value = head.content {
                groups[head.content, default: []].append(head.name)
            } else {
                // Nobody knows what cannot be read to be equal.
                siblings.append(ElementView.Sibling(content: head.content, heads: [head.name]))
            }
        }
        siblings += groups.map { content, names in
            ElementView.Sibling(content: content, heads: names.sorted(by: isLater))
        }
        siblings.sort { isBefore($0, $1, rule) }
        let codes = rule.statusCodes(of: siblings)
        return ElementView(
            element: element, siblings: siblings,
            conflictClass: siblings.count < 2
                ? .automatic
                : isDecision && rule != .presentation
                    ? .urgent : rule.conflictClass(of: siblings, codes, isUrgent: isUrgent),
            isDisputedStop: siblings.count > 1 && rule.isDisputedStop(codes))
    }

    /// Display order among names: the latest first, then by event and index.
    private func isLater(_ left: HeadName, _ right: HeadName) -> Bool {
        let times = (time(of: left), time(of: right))
        if times.0 != times.1 { return times.0 > times.1 }
        return (left.event, left.index) < (right.event, right.index)
    }

    private func isBefore(
        _ left: ElementView.Sibling, _ right: ElementView.Sibling, _ rule: ElementRule
    ) -> Bool {
        rule.precedes(left.content, right.content) ?? isLater(left.heads[0], right.heads[0])
    }

    private func time(of name: HeadName) -> HybridTime {
        changes[name]?.time ?? HybridTime(bits: 0)
    }

    // MARK: - What the heads of a part say

    func heads(_ facet: Facet, of part: Part) -> [ElementHeads.Head] {
        elements[PartElement(part: part, facet: facet)]?.heads ?? []
    }

    /// Whether any head says that the resource is an advance decision: a whole signed document, of
    /// which nothing is merged or picked (`merge.md` §6). A care plan holds one, and is none.
    public var isAdvanceDecision: Bool {
        guard AdvanceDecisions.documents.contains(shape.entityType) else { return false }
        return facets(of: root).contains { facet in
            heads(facet, of: root).contains { head in
                guard let value = head.content.value, let document = JSONDocument.reading(value)
                else { return false }
                return AdvanceDecisions.isOne(
                    type: shape.entityType, document.root, in: document)
            }
        }
    }

    /// Whether any head of an instruction of a part has urgent content; of an allergy, whether any
    /// head says that it is critical.
    func isUrgent(_ part: Part) -> Bool {
        facets(of: part).contains { facet in
            heads(facet, of: part).contains { head in
                guard case .value(let bytes) = head.content else { return false }
                return Urgency.isUrgent(bytes, kind: part.kind)
            }
        }
    }
}

extension ElementRule {
    /// The first member's code of each value, for a status.
    fileprivate func statusCodes(of siblings: [ElementView.Sibling]) -> [String?] {
        guard case .status(let rule) = self else { return [] }
        return siblings.map { sibling in
            guard case .value(let bytes) = sibling.content else { return nil }
            return rule.codes(of: bytes)[0]
        }
    }

    fileprivate func isDisputedStop(_ codes: [String?]) -> Bool {
        guard case .status(let rule) = self else { return false }
        return rule.isDisputedStop(codes)
    }

    /// Whether one value is shown before another; `nil` if the rule does not say.
    fileprivate func precedes(_ left: HeadContent, _ right: HeadContent) -> Bool? {
        switch self {
        case .status, .severity: break
        default: return nil
        }
        // What cannot be read has no rank and stands behind what has.
        let isRanked = (left.value != nil, right.value != nil)
        if isRanked.0 != isRanked.1 { return isRanked.0 }
        guard let first = left.value, let second = right.value else { return nil }
        switch self {
        case .status(let rule):
            return rule.precedes(rule.codes(of: first), rule.codes(of: second))
        case .severity(let codes):
            let places = [first, second].map { value in
                codes.firstIndex { Self.holds($0, value) } ?? codes.count
            }
            return places[0] == places[1] ? nil : places[0] < places[1]
        default: return nil
        }
    }

    private static func holds(_ code: String, _ value: [UInt8]) -> Bool {
        value.contains(Array("\"\(code)\"".utf8))
    }

    /// The class of values that differ.
    fileprivate func conflictClass(
        of siblings: [ElementView.Sibling], _ codes: [String?], isUrgent: Bool
    ) -> ConflictClass {
        let isReadable = siblings.allSatisfy { if case .value = $0.content { true } else { false } }
        let known: ConflictClass =
            switch self {
            case .presentation: .automatic
            case .first, .latest, .severity: .flagged
            case .all(let conflictClass): conflictClass
            case .instruction: .human
            case .performer:
                siblings.contains { $0.content == .value(Array("{}".utf8)) } ? .human : .flagged
            case .status(let rule): rule.conflictClass(of: codes)
            }
        if self == .presentation { return known }
        let raised = isReadable ? known : max(known, .human)
        return raised == .human && isUrgent ? .urgent : raised
    }
}

extension HeadContent {
    /// The canonical JSON, if there is a value that can be read.
    var value: [UInt8]? {
        if case .value(let bytes) = self { bytes } else { nil }
    }
}
