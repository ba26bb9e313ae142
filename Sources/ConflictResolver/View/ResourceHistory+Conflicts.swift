import CareRecord
import StrictJSON

extension ResourceHistory {
    /// What no part shows by itself.
    func conflictsAcross(_ parts: [PartView]) -> [Conflict] {
        activitiesOfEndedPlan(parts) + targetsOfOneMeasure(parts) + omissions() + unmatched(parts)
    }

    /// Elements with several values, and presence that is disputed.
    func elementConflicts(of view: PartView) -> [Conflict] {
        var found: [Conflict] = []
        for element in view.elements where element.conflictClass > .automatic {
            found.append(
                Conflict(
                    element: element.element,
                    kind: element.isDisputedStop ? .disputedStop : .siblings,
                    conflictClass: element.conflictClass,
                    heads: element.siblings.flatMap(\.heads).sorted()))
        }
        let existence = heads(.existence, of: view.part)
        if Set(existence.map(\.content)).count > 1,
            let conflictClass = presenceClass(of: view.part)
        {
            found.append(
                Conflict(
                    element: PartElement(part: view.part, facet: .existence), kind: .presence,
                    conflictClass: conflictClass, heads: existence.map(\.name).sorted()))
        }
        return found
    }

    /// The class of a part that some ended; `nil` if all of it simply stands.
    private func presenceClass(of part: Part) -> ConflictClass? {
        guard let shape = shape(of: part) else { return nil }
        if isAdvanceDecision { return .urgent }
        let isUrgent = isUrgent(part)
        switch shape.existence {
        case .kept:
            // That both are kept is no answer to somebody who says that it never was.
            let isRetracted = heads(.existence, of: part).contains { $0.content == .retracted }
            return isRetracted ? .human : nil
        case .member: return .flagged
        case .allergy: return isUrgent ? .urgent : .flagged
        case .relied, .medicine: return isUrgent ? .urgent : .human
        }
    }

    /// Endings that were not made in sight of what they end: it stays in view as "ended by X,
    /// changed by Y" (`merge.md` §2.1, `covers`).
    func endingConflicts(of view: PartView) -> [Conflict] {
        guard let shape = shape(of: view.part) else { return [] }
        let open = uncovered(view.part, shape)
        guard !open.isEmpty, let conflictClass = presenceClass(of: view.part) else { return [] }
        return [
            Conflict(
                element: PartElement(part: view.part, facet: .existence),
                kind: .changedBesideEnding, conflictClass: conflictClass,
                heads: Set(endings(of: view.part, shape) + open).sorted())
        ]
    }

    /// The heads that what ends a part had to be made in sight of, and was not: the instructions in
    /// it; of a retraction everything in it and in what it holds.
    func uncovered(_ part: Part, _ shape: EntityShape) -> [HeadName] {
        let endings = endings(of: part, shape)
        guard !endings.isEmpty else { return [] }
        let shown =
            isRetracted(part)
            ? contents(of: part, shape)
            : facets(of: part).filter { shape.rule(of: $0).isInstruction }
                .flatMap { heads($0, of: part) }
        return shown.map(\.name).filter { head in !endings.contains { covers($0, head) } }
    }

    /// What holds any of some parts and was entered in error: that is held against all in it.
    func retractedHolders(of parts: Set<Part>) -> Set<Part> {
        var found: Set<Part> = []
        for part in parts {
            var next = part.holder(in: root)
            while let holder = next {
                if isRetracted(holder) { found.insert(holder) }
                next = holder.holder(in: root)
            }
        }
        return found.subtracting(parts)
    }

    private func isRetracted(_ part: Part) -> Bool {
        let existence = heads(.existence, of: part)
        return !existence.isEmpty && existence.allSatisfy { $0.content == .retracted }
    }

    /// The heads of everything in a part but its own existence and how it is shown.
    private func contents(of part: Part, _ shape: EntityShape) -> [ElementHeads.Head] {
        let own = facets(of: part).filter { facet in
            facet != .existence && shape.rule(of: facet) != .presentation
        }.flatMap { heads($0, of: part) }
        return (heldBy[part] ?? []).reduce(own) { found, inner in
            guard let shape = self.shape(of: inner) else { return found }
            return found + heads(.existence, of: inner) + contents(of: inner, shape)
        }
    }

    /// What ends a part: retractions or endings if nothing else is said of its existence, or its
    /// status if every head ends it; with a live one beside them the status itself is the conflict.
    func endings(of part: Part, _ shape: EntityShape) -> [HeadName] {
        let existence = heads(.existence, of: part)
        let contents = Set(existence.map(\.content))
        if contents == [.retracted] || contents == [.ended] { return existence.map(\.name) }
        let status = statusHeads(of: part, shape)
        return status.allSatisfy(\.isEnding) ? status.map(\.name) : []
    }

    /// The heads of a part's status, and whether each ends it.
    private func statusHeads(
        of part: Part, _ shape: EntityShape
    ) -> [(name: HeadName, isEnding: Bool)] {
        for facet in shape.facets {
            guard case .status(let rule) = facet.rule, rule.tension != .warning else { continue }
            return heads(facet.facet, of: part).map { head in
                let code = head.content.value.flatMap { rule.codes(of: $0)[0] }
                return (head.name, code.map(rule.ranks[0].isEnding) ?? false)
            }
        }
        return []
    }

    /// Whether an ending was made in sight of a head, or the head in sight of the ending: one names
    /// the other, or both came together. A bare reference to a forked dot says of neither branch
    /// that it was shown.
    func covers(_ ending: HeadName, _ head: HeadName) -> Bool {
        if ending.event == head.event { return true }
        guard let change = changes[ending], let other = changes[head] else { return false }
        // Who decides about one element has another one of the same event in mind only if they say so.
        let shown = change.operation == .resolve ? change.covers : change.covers + change.supersedes
        if head.isEnded(by: Set(shown), forks: forks) { return true }
        // Nobody was shown an ending of the future.
        guard change.time < other.time else { return false }
        return ending.isEnded(by: Set(other.covers), forks: forks)
    }

    /// A plan that ended, and live activities that whoever ended it was not shown: class U.
    func activitiesOfEndedPlan(_ parts: [PartView]) -> [Conflict] {
        guard shape.entityType == "CarePlan" else { return [] }
        // Who goes on with the plan does not make the ending unsaid.
        let endings = statusHeads(of: root, shape).filter(\.isEnding).map(\.name)
        guard !endings.isEmpty, let activity = shape.shape(of: "CarePlan.activity") else {
            return []
        }
        return parts.compactMap { view in
            guard view.part.kind == activity.entityType, view.presence == .present,
                self.endings(of: view.part, activity).isEmpty
            else { return nil }
            let open = [Facet("body"), Facet("schedule")]
                .flatMap { heads($0, of: view.part) }.map(\.name)
                .filter { head in !endings.contains { covers($0, head) } }
            guard !open.isEmpty else { return nil }
            return Conflict(
                element: PartElement(part: view.part, facet: .existence),
                kind: .activityOfEndedPlan,
                conflictClass: .urgent, heads: Set(endings + open).sorted())
        }
    }

    /// Targets that two sites set for one measure of a goal.
    func targetsOfOneMeasure(_ parts: [PartView]) -> [Conflict] {
        var byMeasure: [[UInt8]: [(part: Part, head: HeadName)]] = [:]
        for view in parts where view.part.kind == "Goal.target" && view.presence == .present {
            for head in heads(Facet("target"), of: view.part) {
                guard case .value(let bytes) = head.content, let measure = Self.measure(of: bytes)
                else { continue }
                byMeasure[measure, default: []].append((view.part, head.name))
            }
        }
        return byMeasure.values.compactMap { found in
            let sites = Set(found.map(\.head.dot.replica.site))
            guard sites.count > 1, Set(found.map(\.part)).count > 1,
                let first = found.map(\.part).min()
            else { return nil }
            return Conflict(
                element: PartElement(part: first, facet: Facet("target")),
                kind: .targetsOfOneMeasure, conflictClass: .human,
                heads: Set(found.map(\.head)).sorted())
        }
    }

    private static func measure(of target: [UInt8]) -> [UInt8]? {
        guard let document = JSONDocument.reading(target) else { return nil }
        return document.member("measure", of: document.root)
            .map { CanonicalJSON.bytes(of: $0, in: document) }
    }

    /// What PUTs left out, while it is there.
    func omissions() -> [Conflict] {
        omits.compactMap { change in
            let part = Part(
                kind: change.element.entityType, entity: change.element.entity,
                holder: change.holder)
            let facets = change.element.facet == .whole ? facets(of: part) : [change.element.facet]
            let open = Set(facets.flatMap { heads($0, of: part) }.map(\.name))
                .filter { head in change.supersedes.contains { $0.names(head) } }
            guard !open.isEmpty else { return nil }
            return Conflict(
                element: PartElement(part: part, facet: change.element.facet), kind: .omitted,
                conflictClass: .flagged, heads: (open.sorted() + [change.name]).sorted())
        }
    }
}
