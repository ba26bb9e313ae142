import CareRecord

extension ResourceHistory {
    /// Whole versions of a resource whose entities carry no ids: what is equal in both is the same,
    /// and of what is not nobody can say which belongs together. Guessing could leave two live
    /// doses, or hide that one was changed (`merge.md` §2.3), so both are shown, for a human.
    func unmatched(_ parts: [PartView]) -> [Conflict] {
        shape.inner.compactMap { inner in
            // Members of sets stand beside each other, whatever they say.
            guard inner.shape.existence == .relied else { return nil }
            return unmatched(parts.filter { $0.part.kind == inner.shape.entityType }, inner)
        }
    }

    private func unmatched(_ parts: [PartView], _ inner: InnerShape) -> Conflict? {
        let origins = parts.map { view in
            view.presence == .present ? origin(of: view.part) : nil
        }
        guard Set(origins.compactMap { $0 }).count > 1 else { return nil }
        // What each version says of its own entities.
        var versions: [HeadName: [[UInt8]: Int]] = [:]
        var hasEntitiesWithoutIDs = false
        for (view, origin) in zip(parts, origins) {
            guard let origin else { continue }
            versions[origin, default: [:]][content(of: view), default: 0] += 1
            hasEntitiesWithoutIDs = hasEntitiesWithoutIDs || derived.contains(view.part)
        }
        // Entities of different ids are different, and both stand.
        guard hasEntitiesWithoutIDs else { return nil }
        // A version that lacks one says nothing against it: left out is not deleted.
        let differing = versions.filter { origin, contents in
            contents.contains { content, count in
                versions.contains { other, others in
                    other != origin && others[content, default: 0] < count
                }
            }
        }
        guard differing.count > 1 else { return nil }
        let isUrgent = parts.contains { self.isUrgent($0.part) }
        return Conflict(
            element: PartElement(part: root, facet: Facet(inner.member)), kind: .unmatched,
            conflictClass: isUrgent ? .urgent : .human, heads: differing.keys.sorted())
    }

    /// The one version of the whole resource that an entity stands in; `nil` if it was written by
    /// itself, or if several versions name it.
    func origin(of part: Part) -> HeadName? {
        let heads = heads(.existence, of: part)
        guard heads.count == 1, let name = heads.first?.name,
            let element = changes[name]?.element,
            element.entity == entity, element.entityType == shape.entityType
        else { return nil }
        return name
    }

    /// Everything that the heads of a part say, in one piece.
    private func content(of view: PartView) -> [UInt8] {
        view.elements.flatMap { element in
            Array("\(element.element.facet)\n".utf8)
                + element.siblings.flatMap { sibling -> [UInt8] in
                    guard case .value(let bytes) = sibling.content else { return [0, 10] }
                    return bytes + [10]
                }
        }
    }
}
