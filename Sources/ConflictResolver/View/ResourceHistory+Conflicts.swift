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
        if view.presence == .disputed {
            let heads = heads(.existence, of: view.part).map(\.name)
            if let conflictClass = presenceClass(of: view.part) {
                found.append(
                    Conflict(
                        element: PartElement(part: view.part, facet: .existence), kind: .presence,
                        conflictClass: conflictClass, heads: heads.sorted()))
            }
        }
        return found
    }

    /// The class of a part that some ended; `nil` if all of it simply stands.
    private func presenceClass(of part: Part) -> ConflictClass? {
        guard let shape = shape(of: part) else { return nil }
        let isUrgent = isUrgent(part, shape)
        switch shape.existence {
        case .kept: return nil
        case .member: return .flagged
        case .allergy: return isUrgent ? .urgent : .flagged
        case .relied, .medicine: return isUrgent ? .urgent : .human
        }
    }

    /// Endings that were not made in sight of what they end: it stays in view as "ended by X,
    /// changed by Y" (`merge.md` §2.1, `covers`).
    func endingConflicts(of view: PartView) -> [Conflict] {
        guard let shape = shape(of: view.part) else { return [] }
        let retractions = heads(.existence, of: view.part).filter { $0.content == .retracted }
        let isRetracted = view.presence == .retracted
        let endings = isRetracted ? retractions.map(\.name) : endings(of: view.part, shape)
        guard !endings.isEmpty else { return [] }
        // A retraction lists everything that was shown, an ending the instructions.
        let facets = facets(of: view.part).filter { facet in
            let rule = shape.rule(of: facet)
            return facet != .existence
                && (isRetracted ? rule != .presentation : rule.isInstruction)
        }
        let open = facets.flatMap { heads($0, of: view.part) }.map(\.name)
            .filter { head in !endings.contains { covers($0, head) } }
        guard !open.isEmpty, let conflictClass = presenceClass(of: view.part) else { return [] }
        return [
            Conflict(
                element: PartElement(part: view.part, facet: .existence),
                kind: .changedBesideEnding, conflictClass: conflictClass,
                heads: Set(endings + open).sorted())
        ]
    }

    /// The heads of a part's status that end it, if every head does; with a live one beside them
    /// the status itself is the conflict.
    private func endings(of part: Part, _ shape: EntityShape) -> [HeadName] {
        for facet in shape.facets {
            guard case .status(let rule) = facet.rule, rule.tension != .warning else { continue }
            let heads = heads(facet.facet, of: part)
            let isEnded = heads.allSatisfy { head in
                guard case .value(let bytes) = head.content else { return false }
                return rule.codes(of: bytes)[0].map(rule.ranks[0].isEnding) ?? false
            }
            return isEnded ? heads.map(\.name) : []
        }
        return []
    }

    /// Whether an ending was made in sight of a head: it names it, or came with it.
    private func covers(_ ending: HeadName, _ head: HeadName) -> Bool {
        if ending.event == head.event { return true }
        guard let change = changes[ending] else { return false }
        return (change.covers + change.supersedes).contains { $0.names(head) }
    }

    /// A plan that ended, and live activities that whoever ended it was not shown: class U.
    func activitiesOfEndedPlan(_ parts: [PartView]) -> [Conflict] {
        guard shape.entityType == "CarePlan" else { return [] }
        let endings = endings(of: root, shape)
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
        do {
            let document = try JSONDocument(target)
            return document.member("measure", of: document.root)
                .map { CanonicalJSON.bytes(of: $0, in: document) }
        } catch {
            return nil
        }
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
