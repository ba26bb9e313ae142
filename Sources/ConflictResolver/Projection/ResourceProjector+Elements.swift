import CareRecord

/// The facets of one part.
extension ResourceProjector {
    func show(
        _ element: ElementView, in draft: inout PartDraft, _ shape: EntityShape, isWithheld: Bool
    ) {
        let facet = element.element.facet
        let isKnown = shape.remaining == facet || shape.facets.contains { $0.facet == facet }
        let isReadable = element.shown?.value != nil
        if !isReadable || isWithheld {
            R4Invariants.stand(in: &draft, for: facet, shape)
        }
        if element.isDisputed || isWithheld {
            if isKnown, !isWithheld { placeUndisputed(of: element, in: &draft, shape) }
            return add(.disputed, about: element, element.siblings[...], to: &draft)
        }
        guard let shown = element.siblings.first else { return }
        if isKnown, let object = shown.content.value.flatMap({ WrittenObject($0) }) {
            let strays = draft.place(object, of: facet)
            if !strays.isEmpty {
                let bytes = WrittenObject(members: strays).bytes
                let left = ElementView.Sibling(content: .value(bytes), heads: shown.heads)
                add(.unplaced, about: element, [left], to: &draft)
            }
        } else {
            add(.unplaced, about: element, [shown], to: &draft)
        }
        if element.siblings.count > 1 {
            add(.siblings, about: element, element.siblings.dropFirst(), to: &draft)
        }
    }

    /// What stands of a disputed element: of a warning its most warning value; of what is listed
    /// nowhere else, whose record it is and which, as far as everybody says the same.
    private func placeUndisputed(
        of element: ElementView, in draft: inout PartDraft, _ shape: EntityShape
    ) {
        let facet = element.element.facet
        if isWarning {
            let value = WarningRule.mostWarning(element.siblings).flatMap { WrittenObject($0) }
            // What has no place is told with the siblings.
            if let value { _ = draft.place(value, of: facet) }
            return
        }
        guard element.element.part == root, facet == shape.remaining else { return }
        let objects = element.siblings.map { $0.content.value.flatMap { WrittenObject($0) } }
        guard let first = objects.first ?? nil else { return }
        let names: Set = ["contained", "identifier", "intent", "patient", "subject"]
        let agreed = first.members.filter { member in
            names.contains(member.text)
                && objects.allSatisfy { $0?.member(member.text)?.bytes == member.bytes }
        }
        _ = draft.place(WrittenObject(members: agreed), of: facet)
    }

    func add(
        _ name: AccordExtension, about element: ElementView,
        _ siblings: ArraySlice<ElementView.Sibling>, to draft: inout PartDraft
    ) {
        let (part, facet) = (element.element.part, element.element.facet)
        let subject = SiblingExtension.Subject(
            part: part, facet: facet,
            conflictClass: max(element.conflictClass, name == .disputed ? .human : .automatic),
            isStop: element.isDisputedStop)
        let written = writer.written(
            name, subject, siblings.map { writer.sibling($0, of: part, facet) })
        if name == .siblings { draft.extensions.append(written) } else { mark(written, &draft) }
    }

    /// Adds what a reader must not overlook; of a warning it may be overlooked, since a reader who
    /// does not know it would otherwise skip the warning.
    func mark(_ extension: R4Value, _ draft: inout PartDraft) {
        if isWarning {
            draft.extensions.append(`extension`)
        } else {
            draft.modifiers.append(`extension`)
        }
    }

    /// Moves a member that stands where something else has to.
    func displace(_ name: String, in draft: inout PartDraft, of part: PartView) {
        guard let member = draft.remove(name) else { return }
        let facet = shape(of: part.part).facet(of: MemberPath(outer: nil, name: member.base))
        let heads = part.element(facet)?.siblings.first?.heads ?? []
        let sibling = ElementView.Sibling(
            content: .value(WrittenObject(members: [member]).bytes), heads: heads)
        let subject = SiblingExtension.Subject(part: part.part, facet: facet)
        mark(
            writer.written(
                .unplaced, subject, [writer.sibling(sibling, of: part.part, facet)]), &draft)
    }

    /// What is to be added to a list needs one.
    func makeRoom(in draft: inout PartDraft, of part: PartView) {
        for name in ["extension", "modifierExtension", "extension"] {
            let added = name == "extension" ? draft.extensions : draft.modifiers
            if !added.isEmpty, draft.isInTheWay(name) { displace(name, in: &draft, of: part) }
        }
    }
}
