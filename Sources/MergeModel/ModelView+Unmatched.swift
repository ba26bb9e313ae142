import CareRecord

extension ModelView {
    /// Whole versions of the resource whose entities carry no ids and say different things
    /// (`merge.md` §2.3, decision 0036): nobody can say which of them belongs to which.
    func unmatched() -> [ModelConflict] {
        let inner = [("CarePlan", "activity"), ("Goal", "target")]
        return inner.compactMap { type, member in
            unmatched(parts.filter { $0.part.kind == "\(type).\(member)" }, type, member)
        }
    }

    /// What one whole version says of an entity of its own.
    private struct Version {
        let name: WrittenName
        let facets: [String]
        let values: [[[UInt8]?]]

        func isSame(_ other: Version) -> Bool {
            facets == other.facets && values == other.values
        }
    }

    private func unmatched(
        _ entities: [Part], _ type: String, _ member: String
    ) -> ModelConflict? {
        let wholes = model.changes.filter { $0.part.kind == type }
        var said: [Version] = []
        var isAnyWithoutID = false
        for entity in entities where presence(of: entity.part) == .present {
            let existence = heads(entity.part, "existence")
            guard existence.count == 1, let name = existence.first?.name,
                wholes.contains(where: { $0.name == name })
            else { continue }
            said.append(
                Version(
                    name: name, facets: entity.facets,
                    values: entity.facets.map { facet in
                        siblings(of: ModelElement(part: entity.part, facet: facet))
                            .map { $0.content.saying?.canonical }
                    }))
            isAnyWithoutID =
                isAnyWithoutID || wholes.contains { $0.withoutID.contains(entity.part) }
        }
        guard isAnyWithoutID, let root = wholes.first?.part else { return nil }
        let names = Self.sorted(said.map(\.name))
        // Whoever leaves something out says nothing against it: both must have what the other lacks.
        let having = names.filter { name in
            let own = said.filter { $0.name == name }
            return names.contains { other in
                let others = said.filter { $0.name == other }
                return own.contains { entity in
                    own.count(where: entity.isSame) > others.count(where: entity.isSame)
                }
            }
        }
        guard having.count > 1 else { return nil }
        return ModelConflict(
            element: ModelElement(part: root, facet: member), kind: .unmatched,
            letter: entities.contains { isUrgent($0.part) } ? .u : .h, heads: having)
    }
}
