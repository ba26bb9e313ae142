import CareRecord
import ConflictResolver

/// What one version of a resource shows of each element, for comparing it with another: who says it
/// is not compared.
struct ShownElements: Equatable {
    private var facts: [PartElement: Fact] = [:]
    /// In the order of the view; of each part its existence first.
    private var order: [PartElement] = []

    private struct Fact: Equatable {
        var presence: PartView.Presence?
        var conflictClass = ConflictClass.automatic
        var contents: Set<HeadContent>
    }

    /// Nothing is shown.
    init() {}

    /// What a view shows.
    init(_ view: ResourceView?, _ history: ResourceHistory) {
        for part in view?.parts ?? [] {
            let existence = PartElement(part: part.part, facet: .existence)
            facts[existence] = Fact(
                presence: part.presence,
                contents: Set(history.endings(of: part.part).map(\.content)))
            order.append(existence)
            for element in part.elements {
                facts[element.element] = Fact(
                    conflictClass: element.conflictClass,
                    contents: Set(element.siblings.map(\.content)))
                order.append(element.element)
            }
        }
    }

    /// The elements of which something else was shown before, then those that are gone. How the
    /// resource is shown is left out, and of an entity that came or went what follows from its others.
    func changed(since before: ShownElements) -> [PartElement] {
        let gone = before.order.filter { facts[$0] == nil }
        let differing = order.filter { facts[$0] != before.facts[$0] } + gone
        let named = differing.filter { ![.presentation, .existence].contains($0.facet) }
        let parts = Set(named.map(\.part))
        return differing.filter { element in
            guard element.facet == .existence else { return element.facet != .presentation }
            let isOnBothSides = facts[element] != nil && before.facts[element] != nil
            return isOnBothSides || !parts.contains(element.part)
        }
    }
}
