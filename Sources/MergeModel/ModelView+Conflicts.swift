import CareRecord

/// A conflict, as the reference model finds it.
package struct ModelConflict: Sendable, Hashable {
    /// What it is about.
    package let element: ModelElement
    /// What met.
    package let kind: Kind
    /// What has to happen.
    package let letter: ModelView.Class
    /// The changes that met, ascending.
    package let heads: [WrittenName]

    /// What met.
    package enum Kind: Sendable {
        /// Of one element.
        case siblings, disputedStop, presence
        /// Of several.
        case changedBesideEnding, activityOfEndedPlan, targetsOfOneMeasure, omitted, unmatched
    }

    /// Describes a conflict.
    package init(
        element: ModelElement, kind: Kind, letter: ModelView.Class, heads: [WrittenName]
    ) {
        self.element = element
        self.kind = kind
        self.letter = letter
        self.heads = heads
    }
}

extension ModelView {
    /// Every conflict once, in no particular order.
    package var conflicts: [ModelConflict] {
        var found: [ModelConflict] = []
        for part in parts {
            found += siblingConflicts(of: part)
            found += presenceConflicts(of: part.part)
            found += endingConflicts(of: part.part)
        }
        return found + activitiesOfEndedPlans() + targetsOfOneMeasure() + omissions()
            + unmatched()
    }

    private func siblingConflicts(of part: Part) -> [ModelConflict] {
        part.elements.compactMap { element in
            guard element.place.facet != "existence", element.heads.count > 1 else { return nil }
            let letter = conflictClass(of: element.place)
            guard letter > .a else { return nil }
            return ModelConflict(
                element: element.place,
                kind: isDisputedStop(element.place) ? .disputedStop : .siblings, letter: letter,
                heads: element.heads.map(\.name))
        }
    }

    /// The class of an ending or retraction that meets somebody to whom the part is there.
    private func presenceClass(of part: ModelPart) -> Class {
        let isUrgent = isUrgent(part)
        switch part.kind {
        case "AllergyIntolerance": return isUrgent ? .u : .f
        case "CarePlan", "CarePlan.activity", "Goal", "Goal.target", "MedicationRequest",
            "Observation":
            return isUrgent ? .u : .h
        default: return .f
        }
    }

    private func presenceConflicts(of part: ModelPart) -> [ModelConflict] {
        let existence = heads(part, "existence")
        guard !Self.areSame(existence) else { return [] }
        return [
            ModelConflict(
                element: ModelElement(part: part, facet: "existence"), kind: .presence,
                letter: presenceClass(of: part), heads: existence.map(\.name))
        ]
    }

    // MARK: - Endings

    /// Whether an ending was made in sight of a head or the head in sight of the ending, or both came
    /// in one event.
    private func covers(_ ending: WrittenName, _ head: WrittenName) -> Bool {
        if ending.event == head.event { return true }
        guard let end = model.changes.first(where: { $0.name == ending }),
            let other = model.changes.first(where: { $0.name == head })
        else { return false }
        if end.covers.contains(where: { model.ends($0, head) }) { return true }
        if end.operation != .resolve, end.supersedes.contains(where: { model.ends($0, head) }) {
            return true
        }
        return end.time < other.time && other.covers.contains { model.ends($0, ending) }
    }

    /// The heads that an ending of a part had to be made in sight of, and was not.
    func uncovered(_ part: ModelPart) -> [WrittenName] {
        let endings = endings(of: part)
        if endings.isEmpty { return [] }
        return mustBeShown(by: part).filter { head in !endings.contains { covers($0, head) } }
    }

    /// What ends a part: retractions, an unlinking, or a status of which every head ends it.
    private func endings(of part: ModelPart) -> [WrittenName] {
        let existence = heads(part, "existence")
        if let first = existence.first?.content, Self.areSame(existence) {
            if first.isSame(.retracted) || first.isSame(.ended) { return existence.map(\.name) }
        }
        let status = heads(part, "status")
        return status.allSatisfy(Self.isEnding) ? status.map(\.name) : []
    }

    private static func isEnding(_ status: Statement) -> Bool {
        status.content.saying?.code.map(endings.contains) ?? false
    }

    private func mustBeShown(by part: ModelPart) -> [WrittenName] {
        let existence = heads(part, "existence")
        let isRetracted =
            !existence.isEmpty && existence.allSatisfy { $0.content.isSame(.retracted) }
        guard isRetracted else { return instructions(of: part) }
        return parts.filter { $0.part == part || $0.part.isInside(part) }.flatMap { shown in
            shown.elements.filter { element in
                (shown.part != part || element.place.facet != "existence")
                    && element.place.facet != "presentation"
            }.flatMap { $0.heads.map(\.name) }
        }
    }

    /// Body and schedule: what a change that ends something must have had on screen.
    private func instructions(of part: ModelPart) -> [WrittenName] {
        switch part.kind {
        case "CarePlan.activity": (heads(part, "body") + heads(part, "schedule")).map(\.name)
        case "MedicationRequest": heads(part, "body").map(\.name)
        default: []
        }
    }

    private func endingConflicts(of part: ModelPart) -> [ModelConflict] {
        let open = uncovered(part)
        guard !open.isEmpty else { return [] }
        return [
            ModelConflict(
                element: ModelElement(part: part, facet: "existence"),
                kind: .changedBesideEnding, letter: presenceClass(of: part),
                heads: Self.sorted(endings(of: part) + open))
        ]
    }

    /// A plan that somebody ended, and live activities that were not shown to them: class U.
    private func activitiesOfEndedPlans() -> [ModelConflict] {
        parts.filter { $0.part.kind == "CarePlan" }.flatMap { plan -> [ModelConflict] in
            let ended = heads(plan.part, "status").filter(Self.isEnding).map(\.name)
            if ended.isEmpty { return [] }
            return parts.compactMap { activity($0.part, ofPlanEndedBy: ended) }
        }
    }

    private func activity(
        _ part: ModelPart, ofPlanEndedBy endings: [WrittenName]
    ) -> ModelConflict? {
        guard part.kind == "CarePlan.activity", presence(of: part) == .present else { return nil }
        let status = heads(part, "status")
        let isLive = status.isEmpty || !status.allSatisfy(Self.isEnding)
        let open = instructions(of: part).filter { head in !endings.contains { covers($0, head) } }
        guard isLive, !open.isEmpty else { return nil }
        return ModelConflict(
            element: ModelElement(part: part, facet: "existence"), kind: .activityOfEndedPlan,
            letter: .u, heads: Self.sorted(endings + open))
    }

    // MARK: - Targets and omissions

    /// Targets of different sites for one measure.
    private func targetsOfOneMeasure() -> [ModelConflict] {
        let targets = parts.map(\.part).filter {
            $0.kind == "Goal.target" && presence(of: $0) == .present
        }
        let heads = targets.flatMap { self.heads($0, "target") }
        var found: [ModelConflict] = []
        for (place, head) in heads.enumerated() {
            guard let measure = head.content.saying?.measure,
                !heads[..<place].contains(where: { $0.content.saying?.measure == measure })
            else { continue }
            let same = heads.filter { $0.content.saying?.measure == measure }
            guard same.contains(where: { $0.element.part != head.element.part }),
                same.contains(where: { $0.name.dot.replica.site != head.name.dot.replica.site }),
                let first = same.map(\.element).min(by: { $0.part.entity < $1.part.entity })
            else { continue }
            found.append(
                ModelConflict(
                    element: first, kind: .targetsOfOneMeasure, letter: .h,
                    heads: Self.sorted(same.map(\.name))))
        }
        return found
    }

    /// What PUTs left out, while a change that they name is a head.
    private func omissions() -> [ModelConflict] {
        model.changes.compactMap { change in
            guard change.operation == .omit, let part = part(change.part) else { return nil }
            // To name is not to end: both branches of a fork are named by their dot.
            let open = part.elements.filter {
                change.facet == "*" || change.facet == $0.place.facet
            }.flatMap(\.heads).map(\.name).filter { name in
                change.supersedes.contains { ReferenceModel.names($0, name) }
            }
            guard !open.isEmpty else { return nil }
            return ModelConflict(
                element: ModelElement(part: change.part, facet: change.facet), kind: .omitted,
                letter: .f, heads: Self.sorted(open + [change.name]))
        }
    }

    /// Names, ascending, each once.
    static func sorted(_ names: [WrittenName]) -> [WrittenName] {
        var found: [WrittenName] = []
        for name in names.sorted() where name != found.last { found.append(name) }
        return found
    }
}
