public import CareRecord
import StrictJSON

extension ShownResource {
    /// What a client was rendered (`merge.md` §2.2).
    ///
    /// One that is aware of conflicts was shown every head. Any other was shown what stands plainly:
    /// of class F the first in display order, of what is disputed nothing; there it replaces only
    /// what its own author wrote, and what it leaves out there is no omission.
    ///
    /// - Parameters:
    ///   - view: what was rendered.
    ///   - projected: how it was rendered.
    ///   - history: what the view was made of.
    ///   - isAware: of the client's registration; a request cannot claim it.
    ///   - own: whether the writer is somebody.
    public init(
        rendered view: ResourceView, as projected: ProjectedResource, of history: ResourceHistory,
        isAware: Bool, own: (Author) -> Bool
    ) {
        isRendered = true
        guard let given = JSONDocument.reading(projected.json), given.root.kind == .object,
            let document = JSONDocument.reading(
                AccordMarks.removed(from: given.root, in: given, history.shape, isResource: true))
        else {
            root = nil
            identity = [:]
            return
        }
        let rendered = RenderedParts(
            view: view, history: history, isAware: isAware,
            held: Self.held(view, in: history.root),
            omits: Dictionary(
                grouping: history.omits.filter { own($0.author) }, by: \.part),
            ownHeads: Set(history.changes.filter { own($0.value.author) }.keys))
        root = rendered.part(
            ResourceParts(resource: document.root, as: history.shape, in: document), view.root,
            history.shape)
        let members = WrittenObject(document.root, in: document).members
        identity = Dictionary(
            uniqueKeysWithValues: members.filter { Self.identityMembers.contains($0.text) }
                .map { ($0.text, $0.bytes) })
    }

    /// What each part holds, in view order; what holds something is there, also without a head.
    private static func held(_ view: ResourceView, in root: Part) -> [Part: [PartView]] {
        var held: [Part: [PartView]] = [:]
        var known = Set(view.parts.map(\.part))
        for part in view.parts.dropFirst() {
            let holder = part.part.holder(in: root) ?? root
            held[holder, default: []].append(part)
            if known.insert(holder).inserted {
                held[root, default: []].append(
                    PartView(part: holder, presence: .present, elements: []))
            }
        }
        return held
    }
}

/// What stands in a projection, with the heads behind it.
private struct RenderedParts {
    let view: ResourceView
    let history: ResourceHistory
    let isAware: Bool
    let held: [Part: [PartView]]
    /// What the writer left out before.
    let omits: [Part: [HeldChange]]
    let ownHeads: Set<HeadName>

    func part(
        _ rendered: ResourceParts, _ view: PartView, _ shape: EntityShape
    ) -> ShownPart {
        var elements: [Facet: ShownElement] = [:]
        let facets = Set(rendered.values.map(\.facet)).union(view.elements.map(\.element.facet))
        for facet in facets where shape.isCompared(facet) {
            elements[facet] = element(
                facet, of: view, says: rendered.value(of: facet), shape)
        }
        let inner = shape.inner.flatMap { inner in
            self.inner(
                rendered.inner.filter { $0.member == inner.member }.map(\.parts),
                (held[view.part] ?? []).filter { $0.part.kind == inner.shape.entityType },
                inner.shape)
        }
        return ShownPart(
            part: view.part, shape: shape, sourceIDs: [], elements: elements,
            existence: existence(of: view), presentation: [], inner: inner)
    }

    private func element(
        _ facet: Facet, of part: PartView, says value: [UInt8]?, _ shape: EntityShape
    ) -> ShownElement {
        guard let element = part.element(facet) else {
            // What R4 requires and nobody wrote.
            return ShownElement(
                value: value, isOpen: false, heads: [], seen: [], isOmittable: false)
        }
        let plain = Array(element.siblings.prefix(element.isDisputed ? 0 : 1))
        let shown = isAware ? element.siblings : plain
        let saying = shown.filter { says($0.content, value, of: part.part, shape) }
        let seen = (isAware ? shown : saying).flatMap(\.heads)
        let own = element.siblings.filter { $0.heads.contains(where: ownHeads.contains) }
        let heads = own.flatMap(\.heads).filter(ownHeads.contains)
        return ShownElement(
            value: value, isOpen: false, heads: seen.isEmpty ? heads : seen, seen: seen,
            isOmittable: value != nil && !saying.isEmpty
                && !isOmitted(facet, of: part.part, seen),
            standing: seen.isEmpty
                ? own.count == 1 ? own[0].content.value : nil
                : element.isDisputed ? nil : saying.first?.content.value)
    }

    /// Whether a head says exactly what stands in the projection: a part of it may be withheld, or
    /// have no place there.
    private func says(
        _ content: HeadContent, _ value: [UInt8]?, of part: Part, _ shape: EntityShape
    ) -> Bool {
        guard let said = content.value,
            let plain = AccordMarks.removed(from: said, shape, isResource: part == history.root)
        else { return false }
        let value = value ?? Array("{}".utf8)
        return plain == value || plain == AccordMarks.withoutStands(value, beside: plain, shape)
    }

    private func existence(of part: PartView) -> ShownExistence {
        let heads = history.heads(.existence, of: part.part).map(\.name)
        let isDisputed = part.presence == .disputed
        return ShownExistence(
            heads: isAware || !isDisputed ? heads : heads.filter(ownHeads.contains),
            isListed: true, isGone: part.presence == .ended || part.presence == .retracted,
            isKnownByIDOnly: false,
            isOmittable: part.presence == .present && !heads.isEmpty
                && !isOmitted(.existence, of: part.part, heads))
    }

    private func isOmitted(_ facet: Facet, of part: Part, _ heads: [HeadName]) -> Bool {
        (omits[part] ?? []).contains { $0.leavesOut(facet, heads) }
    }

    /// The entities that stand in a list: by element id, or, where a projection gives none, by what
    /// they say.
    private func inner(
        _ items: [ResourceParts], _ views: [PartView], _ shape: EntityShape
    ) -> [ShownPart] {
        // What stands is looked for before what ended.
        func isOver(_ view: PartView) -> Bool {
            view.presence == .ended || view.presence == .retracted
        }
        var left = views.filter { !isOver($0) } + views.filter(isOver)
        var found: [(order: Int, part: ShownPart)] = []
        func take(_ place: Int, _ index: Int) {
            let view = left.remove(at: index)
            let order = views.firstIndex { $0.part == view.part } ?? views.count
            found.append((order, part(items[place], view, shape)))
        }
        for (place, item) in items.enumerated() {
            guard let id = item.elementID,
                let index = left.firstIndex(where: { $0.part.entity.description == id })
            else { continue }
            take(place, index)
        }
        var unknown: [Int] = []
        for (place, item) in items.enumerated() where item.elementID == nil {
            if let index = left.firstIndex(where: { isThis(item, $0, shape) }) {
                take(place, index)
            } else {
                unknown.append(place)
            }
        }
        for place in unknown {
            guard let index = left.firstIndex(where: { holds(items[place], $0, shape) }) else {
                continue
            }
            take(place, index)
        }
        return found.sorted { $0.order < $1.order }.map(\.part) + left.map { hidden($0, shape) }
    }

    private func isThis(_ item: ResourceParts, _ view: PartView, _ shape: EntityShape) -> Bool {
        let facets = Set(item.values.map(\.facet)).union(view.elements.map(\.element.facet))
        return facets.filter(shape.isCompared).allSatisfy { facet in
            view.element(facet)?.siblings.first.map {
                says($0.content, item.value(of: facet), of: view.part, shape)
            } ?? false
        }
    }

    /// Whether an item is what had a place in it of what one head says.
    private func holds(_ item: ResourceParts, _ view: PartView, _ shape: EntityShape) -> Bool {
        item.values.allSatisfy { value in
            let members = WrittenObject(value.bytes)?.members ?? []
            return view.element(value.facet)?.siblings.contains { sibling in
                let said = sibling.content.value
                    .flatMap { AccordMarks.removed(from: $0, shape, isResource: false) }
                    .flatMap { WrittenObject($0) }
                return said.map { said in
                    members.allSatisfy { said.member($0.text)?.bytes == $0.bytes }
                } ?? false
            } ?? false
        }
    }

    /// What ended and is not in the projection, or is shown as another that says the same: who sends
    /// its id back does not bring it back, and replaces nothing of others.
    private func hidden(_ view: PartView, _ shape: EntityShape) -> ShownPart {
        var elements: [Facet: ShownElement] = [:]
        for element in view.elements where shape.isCompared(element.element.facet) {
            let value = element.siblings.count == 1 ? element.siblings[0].content.value : nil
            elements[element.element.facet] = ShownElement(
                value: value, isOpen: value == nil,
                heads: element.siblings.flatMap(\.heads).filter(ownHeads.contains), seen: [],
                isOmittable: false)
        }
        return ShownPart(
            part: view.part, shape: shape, sourceIDs: [], elements: elements,
            existence: ShownExistence(
                heads: [], isListed: true, isGone: true, isKnownByIDOnly: true,
                isOmittable: false),
            presentation: [],
            inner: (held[view.part] ?? []).compactMap { inner in
                history.shape(of: inner.part).map { hidden(inner, $0) }
            })
    }
}
