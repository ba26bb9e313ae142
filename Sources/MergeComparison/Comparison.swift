import CareRecord
package import ConflictResolver
package import MergeModel

/// What both sides say of one set of changes, compared.
package enum Comparison {
    /// The first difference in words; `nil` if there is none.
    ///
    /// - Parameter view: what the resolver shows.
    package static func difference(
        _ engine: EngineSide, _ view: ResourceView?, _ expected: ModelView
    ) -> String? {
        guard let view else {
            let isNothing = expected.parts.allSatisfy {
                $0.facets.isEmpty && expected.presence(of: $0.part) == .ended
            }
            return isNothing ? nil : "no view"
        }
        // The resource itself is shown also before anything of it has come.
        let root = ModelPart(view.root.part)
        let count = expected.parts.count + (expected.part(root) == nil ? 1 : 0)
        guard view.parts.count == count else {
            return "parts \(view.parts.map(\.part)) instead of \(expected.parts.map(\.part))"
        }
        for part in view.parts {
            if let difference = difference(part, expected, engine, root) { return difference }
        }
        return difference(view.conflicts, expected.conflicts)
    }

    private static func difference(
        _ view: PartView, _ expected: ModelView, _ engine: EngineSide, _ root: ModelPart
    ) -> String? {
        let part = ModelPart(view.part)
        let known = expected.part(part)
        guard known != nil || part == root else { return "part \(text(part))" }
        let existence = engine.headNames(.existence, of: view.part)
        guard existence.elementsEqual(expected.heads(part, "existence"), by: isSame) else {
            return "existence of \(text(part))"
        }
        guard view.presence.asModel == expected.presence(of: part) else {
            return "presence of \(text(part)): \(view.presence)"
        }
        let elements = (known?.elements ?? []).filter { $0.place.facet != "existence" }
        guard
            view.elements.elementsEqual(
                elements, by: { $0.element.facet.name == $1.place.facet })
        else { return "facets of \(text(part)): \(view.elements.map(\.element.facet))" }
        for (found, element) in zip(view.elements, elements) {
            let place = element.place
            if element.heads.count == 1, found.conflictClass == .automatic,
                isOnly(found.siblings, element.heads[0])
            {
                continue
            }
            let siblings = expected.siblings(of: place)
            guard found.siblings.elementsEqual(siblings, by: isSame) else {
                return "siblings of \(text(place)): \(text(found.siblings))"
            }
            guard found.conflictClass.asModel == expected.conflictClass(of: place) else {
                return "class of \(text(place)): \(found.conflictClass)"
            }
        }
        return nil
    }

    private static func difference(_ found: [Conflict], _ expected: [ModelConflict]) -> String? {
        let conflicts = found.map { conflict in
            ModelConflict(
                element: ModelElement(conflict.element), kind: conflict.kind.asModel,
                letter: conflict.conflictClass.asModel, heads: conflict.heads.map(WrittenName.init))
        }
        let missing = expected.filter { !conflicts.contains($0) }
        let invented = conflicts.filter { !expected.contains($0) }
        let isOnce = conflicts.indices.allSatisfy {
            !conflicts[..<$0].contains(conflicts[$0])
        }
        guard missing.isEmpty, invented.isEmpty, isOnce else {
            return "conflicts missing {\(text(missing))}, invented {\(text(invented))}"
        }
        for (first, second) in zip(found, found.dropFirst())
        where first.conflictClass < second.conflictClass {
            return "conflicts out of order"
        }
        return nil
    }

    // MARK: - Equality of the two sides' values

    private static func isSame(_ found: HeadName, _ expected: Statement) -> Bool {
        WrittenName(found) == expected.name
    }

    /// Whether a head that has the element to itself is shown so.
    private static func isOnly(_ found: [ElementView.Sibling], _ head: Statement) -> Bool {
        guard found.count == 1, let sibling = found.first else { return false }
        return sibling.heads.count == 1 && isSame(sibling.heads[0], head)
            && sibling.content == HeadContent(head.content)
    }

    private static func isSame(
        _ found: ElementView.Sibling, _ expected: ModelView.Sibling
    ) -> Bool {
        found.content == HeadContent(expected.content)
            && found.heads.elementsEqual(expected.heads, by: isSame)
    }

    // MARK: - Words

    private static func text(_ siblings: [ElementView.Sibling]) -> String {
        siblings.map { sibling in
            let content =
                if case .value(let bytes) = sibling.content {
                    String(decoding: bytes, as: UTF8.self)
                } else { "\(sibling.content)" }
            return content + " by "
                + sibling.heads.map { text(WrittenName($0)) }.joined(separator: "+")
        }.joined(separator: "; ")
    }

    private static func text(_ name: WrittenName) -> String {
        "\(name.dot.replica.site.description.prefix(4))#\(name.dot.counter).\(name.index)"
    }

    private static func text(_ part: ModelPart) -> String {
        "\(part.kind)/\(part.entity.description.prefix(4))"
    }

    private static func text(_ element: ModelElement) -> String {
        "\(text(element.part))/\(element.facet)"
    }

    private static func text(_ conflicts: [ModelConflict]) -> String {
        conflicts.map { conflict in
            "\(text(conflict.element)) \(conflict.kind) \(conflict.letter) "
                + conflict.heads.map(text).joined(separator: "+")
        }.sorted().joined(separator: "; ")
    }
}

extension PartView.Presence {
    fileprivate var asModel: ModelView.Presence {
        switch self {
        case .present: .present
        case .ended: .ended
        case .retracted: .retracted
        case .disputed: .disputed
        }
    }
}

extension ConflictClass {
    fileprivate var asModel: ModelView.Class {
        switch self {
        case .automatic: .a
        case .flagged: .f
        case .human: .h
        case .urgent: .u
        }
    }
}

extension Conflict.Kind {
    fileprivate var asModel: ModelConflict.Kind {
        switch self {
        case .siblings: .siblings
        case .disputedStop: .disputedStop
        case .presence: .presence
        case .changedBesideEnding: .changedBesideEnding
        case .activityOfEndedPlan: .activityOfEndedPlan
        case .targetsOfOneMeasure: .targetsOfOneMeasure
        case .omitted: .omitted
        case .unmatched: .unmatched
        }
    }
}
