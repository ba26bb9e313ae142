import CareRecord

/// A conflict, as the reference model finds it.
struct ModelConflict: Hashable {
    let element: ModelElement
    let kind: String
    let letter: String
    let heads: [WrittenName]
}

extension ModelView {
    var conflicts: Set<ModelConflict> {
        var found: [ModelConflict] = []
        for part in parts {
            found += siblingConflicts(of: part)
            found += presenceConflicts(of: part)
            found += endingConflicts(of: part)
        }
        return Set(found + activitiesOfEndedPlans() + targetsOfOneMeasure() + omissions())
    }

    private func siblingConflicts(of part: ModelPart) -> [ModelConflict] {
        facets(of: part).compactMap { facet in
            let element = ModelElement(part: part, facet: facet)
            let letter = conflictClass(of: element)
            guard letter > .a else { return nil }
            return ModelConflict(
                element: element, kind: isDisputedStop(element) ? "disputedStop" : "siblings",
                letter: letter.letter, heads: heads(part, facet).map(\.name).sorted())
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
        guard Set(existence.map(\.content)).count > 1 else { return [] }
        return [
            ModelConflict(
                element: ModelElement(part: part, facet: "existence"), kind: "presence",
                letter: presenceClass(of: part).letter, heads: existence.map(\.name).sorted())
        ]
    }

    // MARK: - Endings

    /// Whether an ending was made in sight of a head, or came in one event with it.
    func covers(_ ending: WrittenName, _ head: WrittenName) -> Bool {
        if ending.event == head.event { return true }
        return model.changes.contains { change in
            change.name == ending
                && (change.covers + change.supersedes).contains {
                    model.ends($0, head, forks: forks)
                }
        }
    }

    /// The heads that an ending of a part had to be made in sight of, and was not.
    func uncovered(_ part: ModelPart) -> [WrittenName] {
        let endings = endings(of: part)
        return mustBeShown(by: part).filter { head in !endings.contains { covers($0, head) } }
    }

    /// What ends a part: retractions, an unlinking, or a status of which every head ends it.
    private func endings(of part: ModelPart) -> [WrittenName] {
        let existence = heads(part, "existence")
        let contents = Set(existence.map(\.content))
        if contents == [.retracted] { return existence.map(\.name) }
        if contents == [.ended] { return existence.map(\.name) }
        let status = heads(part, "status")
        let isEnded = status.allSatisfy { Self.endings.contains($0.content.saying?.code ?? "") }
        return isEnded ? status.map(\.name) : []
    }

    private func mustBeShown(by part: ModelPart) -> [WrittenName] {
        let isRetracted = Set(heads(part, "existence").map(\.content)) == [.retracted]
        guard isRetracted else { return instructions(of: part) }
        return heads.filter { element, _ in
            (element.part == part && element.facet != "existence"
                || element.part.isInside(part))
                && element.facet != "presentation"
        }.flatMap { $0.value.map(\.name) }
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
        let endings = endings(of: part)
        guard !open.isEmpty, !endings.isEmpty else { return [] }
        return [
            ModelConflict(
                element: ModelElement(part: part, facet: "existence"),
                kind: "changedBesideEnding", letter: presenceClass(of: part).letter,
                heads: Set(endings + open).sorted())
        ]
    }

    /// A plan that somebody ended, and live activities that were not shown to them: class U.
    private func activitiesOfEndedPlans() -> [ModelConflict] {
        parts.filter { $0.kind == "CarePlan" }.flatMap { plan -> [ModelConflict] in
            let status = heads(plan, "status")
            let ended = status.filter { Self.endings.contains($0.content.saying?.code ?? "") }
            if ended.isEmpty { return [] }
            return parts.compactMap { part in
                activity(part, ofPlanEndedBy: ended.map(\.name))
            }
        }
    }

    private func activity(
        _ part: ModelPart, ofPlanEndedBy endings: [WrittenName]
    ) -> ModelConflict? {
        guard part.kind == "CarePlan.activity", presence(of: part) == .present else { return nil }
        let status = heads(part, "status")
        let isLive =
            status.isEmpty
            || status.contains { !Self.endings.contains($0.content.saying?.code ?? "") }
        let open = instructions(of: part).filter { head in !endings.contains { covers($0, head) } }
        guard isLive, !open.isEmpty else { return nil }
        return ModelConflict(
            element: ModelElement(part: part, facet: "existence"), kind: "activityOfEndedPlan",
            letter: "U", heads: Set(endings + open).sorted())
    }

    // MARK: - Targets and omissions

    /// Targets of different sites for one measure.
    private func targetsOfOneMeasure() -> [ModelConflict] {
        var heads: [(part: ModelPart, measure: String, name: WrittenName)] = []
        for part in parts
        where part.kind == "Goal.target" && presence(of: part) == .present {
            for head in self.heads(part, "target") {
                guard let measure = head.content.saying?.measure else { continue }
                heads.append((part, measure, head.name))
            }
        }
        return Set(heads.map(\.measure)).compactMap { measure in
            let found = heads.filter { $0.measure == measure }
            guard Set(found.map(\.name.dot.replica.site)).count > 1,
                let first = Set(found.map(\.part)).min(by: { $0.entity < $1.entity }),
                Set(found.map(\.part)).count > 1
            else { return nil }
            return ModelConflict(
                element: ModelElement(part: first, facet: "target"), kind: "targetsOfOneMeasure",
                letter: "H", heads: Set(found.map(\.name)).sorted())
        }
    }

    /// What PUTs left out, while a change that they name is a head.
    private func omissions() -> [ModelConflict] {
        model.changes.compactMap { change in
            guard change.operation == .omit else { return nil }
            let open = heads.filter { element, _ in
                element.part == change.part
                    && (change.facet == "*" || change.facet == element.facet)
            }.flatMap(\.value).map(\.name).filter { name in
                // To name is not to end: both branches of a fork are named by their dot.
                change.supersedes.contains { model.ends($0, name, forks: []) }
            }
            guard !open.isEmpty else { return nil }
            return ModelConflict(
                element: ModelElement(part: change.part, facet: change.facet), kind: "omitted",
                letter: "F", heads: (Set(open) + [change.name]).sorted())
        }
    }
}
