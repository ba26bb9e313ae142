import CareRecord

/// Puts a resource together from its view.
struct ResourceProjector {
    let view: ResourceView
    let writer: SiblingExtension
    let root: Part
    /// A warning is never withheld.
    let isWarning: Bool
    /// The parts that each part holds, in view order.
    private(set) var held: [Part: [Part]] = [:]
    private(set) var views: [Part: PartView] = [:]
    /// What no element tells by itself, by the part that it is shown at.
    private(set) var conflicts: [Part: [Conflict]] = [:]
    /// Parts in which a human has to decide something.
    private(set) var open: Set<Part> = []

    init(_ view: ResourceView, _ writer: SiblingExtension) {
        self.view = view
        self.writer = writer
        root = view.root.part
        isWarning = WarningRule.isWarning(view)
        views[root] = view.root
        for part in view.parts where part.part != root { file(part) }
        for conflict in view.conflicts { file(conflict) }
    }

    /// Whether a human has to decide something.
    var isDisputed: Bool { view.conflicts.contains { $0.conflictClass >= .human } }

    private mutating func file(_ part: PartView) {
        if views.updateValue(part, forKey: part.part) != nil { return }
        let holder = part.part.holder(in: root) ?? root
        // What holds it need not have come yet.
        if views[holder] == nil { file(PartView(part: holder, presence: .present, elements: [])) }
        held[holder, default: []].append(part.part)
    }

    private mutating func file(_ conflict: Conflict) {
        if conflict.conflictClass >= .human {
            var part: Part? = conflict.element.part
            while let next = part, open.insert(next).inserted { part = next.holder(in: root) }
        }
        switch conflict.kind {
        case .siblings, .disputedStop, .omitted: break
        case .unmatched, .targetsOfOneMeasure: conflicts[root, default: []].append(conflict)
        case .presence, .changedBesideEnding, .activityOfEndedPlan:
            conflicts[conflict.element.part, default: []].append(conflict)
        }
    }

    // MARK: - The resource

    func resource() -> R4Value {
        draft().finished(named: [
            R4Member("resourceType", .text(root.kind)),
            R4Member("id", .text(root.entity.description)),
        ])
    }

    /// Where each part that is shown stands in the resource.
    func places() -> [Part: PartPlace] { draft().places(at: root.kind, elementID: nil) }

    private func draft() -> PartDraft {
        var draft = draft(of: view.root)
        addPresentation(to: &draft)
        makeRoom(in: &draft, of: view.root)
        return draft
    }

    func shape(of part: Part) -> EntityShape {
        EntityShape.of(resourceType: root.kind).shape(of: part.kind)
            ?? EntityShape(part.kind, [FacetShape("item", "", .all(.human))])
    }

    func draft(of part: PartView) -> PartDraft {
        let shape = shape(of: part.part)
        var draft = PartDraft(part.part, shape, isResource: part.part == root)
        draft.closed = closedObjects(of: part)
        let withheld = withheldStatus(of: part)
        let statusFacet = withheld.map { shape.facet(of: $0.path) }
        for element in part.elements {
            if element.element.facet == .presentation, part.part == root { continue }
            let isWithheld = element.element.facet == statusFacet && statusFacet != .item
            show(element, in: &draft, shape, isWithheld: isWithheld)
        }
        if let withheld, statusFacet == .item { withhold(withheld, in: &draft, of: part) }
        showPresence(of: part, in: &draft)
        for conflict in conflicts[part.part] ?? [] { show(conflict, in: &draft) }
        addInner(of: part, shape, to: &draft)
        if draft.member("detail") != nil, draft.opened["detail"] != nil {
            displace("detail", in: &draft, of: part)
        }
        R4Invariants.settle(&draft, kind: part.part.kind)
        if part.part != root { makeRoom(in: &draft, of: part) }
        return draft
    }

    /// cpl-3: an activity that refers to a request has no detail of its own.
    private func closedObjects(of part: PartView) -> Set<String> {
        guard part.part.kind == "CarePlan.activity",
            let body = part.element(Facet("body"))?.shown?.value.flatMap({ WrittenObject($0) })
        else { return [] }
        return body.member("reference") != nil && body.member("detail") == nil ? ["detail"] : []
    }
}
