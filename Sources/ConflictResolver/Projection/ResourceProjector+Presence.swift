import CareRecord

/// Whether a part is there, and what no element tells by itself.
extension ResourceProjector {
    /// Whether it is open if a part is there.
    func isContested(_ part: PartView) -> Bool {
        part.presence != .present
            && (conflicts[part.part] ?? []).contains { conflict in
                conflict.kind == .presence || conflict.kind == .changedBesideEnding
            }
    }

    /// The status of a part while it is open if the part is there at all: to show it as live would
    /// answer that.
    func withheldStatus(of part: PartView) -> R4Requirements.Status? {
        guard !isWarning, isContested(part),
            (conflicts[part.part] ?? []).contains(where: { $0.conflictClass >= .human })
        else { return nil }
        return R4Requirements.of(part.part.kind).status
    }

    func withhold(
        _ status: R4Requirements.Status, in draft: inout PartDraft, of part: PartView
    ) {
        guard let written = draft.withdraw(status.path, alone: true) else { return }
        mark(taken(written, .item, of: part, as: .disputed), &draft)
    }

    /// Members that were taken out of a facet's shown value, with who wrote them.
    private func taken(
        _ members: WrittenObject, _ facet: Facet, of part: PartView, as name: AccordExtension
    ) -> R4Value {
        let sibling = ElementView.Sibling(
            content: .value(members.bytes), heads: part.element(facet)?.siblings.first?.heads ?? [])
        let subject = SiblingExtension.Subject(
            part: part.part, facet: facet, conflictClass: .human, kind: .presence)
        return writer.written(name, subject, [writer.sibling(sibling, of: part.part, facet)])
    }

    func showPresence(of part: PartView, in draft: inout PartDraft) {
        if isContested(part) { return }
        let subject = SiblingExtension.Subject(part: part.part, facet: .existence)
        switch part.presence {
        case .present, .disputed: return
        case .ended: draft.modifiers.append(writer.written(.ended, subject, []))
        case .retracted:
            let status = R4Requirements.of(part.part.kind).status
            guard let status, !(status.path.outer.map { draft.closed.contains($0) } ?? false)
            else { return draft.modifiers.append(writer.written(.retracted, subject, [])) }
            let facet = shape(of: part.part).facet(of: status.path)
            let written = draft.withdraw(status.path, alone: facet == .item)
            draft.set(status.path, status.enteredInError)
            draft.extensions.append(
                written.map { taken($0, facet, of: part, as: .retracted) }
                    ?? writer.written(.retracted, subject, []))
        }
    }

    func show(_ conflict: Conflict, in draft: inout PartDraft) {
        let subject = SiblingExtension.Subject(
            part: conflict.element.part, facet: conflict.element.facet,
            conflictClass: conflict.conflictClass, kind: conflict.kind,
            entities: entities(of: conflict))
        let changes = conflict.heads.map { writer.change($0) }
        if conflict.conflictClass >= .human {
            mark(writer.written(.disputed, subject, changes), &draft)
        } else {
            draft.extensions.append(writer.written(.siblings, subject, changes))
        }
    }

    /// The entities that a conflict across several is about, in view order.
    private func entities(of conflict: Conflict) -> [EntityID] {
        let heads = Set(conflict.heads)
        func isMeant(_ part: PartView) -> Bool { !self.heads(of: part).isDisjoint(with: heads) }
        switch conflict.kind {
        case .unmatched:
            let kind = "\(root.kind).\(conflict.element.facet)"
            let parts = view.parts.filter { $0.part.kind == kind && isMeant($0) }
            // What all these versions say is the same in them.
            let origins = Dictionary(grouping: parts) { content(of: $0) }
                .mapValues { Set($0.compactMap { origin(of: $0) }) }
            return parts.filter { !heads.isSubset(of: origins[content(of: $0)] ?? []) }
                .map(\.part.entity)
        case .targetsOfOneMeasure:
            return view.parts.filter { $0.part.kind == conflict.element.part.kind && isMeant($0) }
                .map(\.part.entity)
        default: return []
        }
    }

    func heads(of part: PartView) -> Set<HeadName> {
        Set(part.elements.flatMap { $0.siblings.flatMap(\.heads) })
    }
}
