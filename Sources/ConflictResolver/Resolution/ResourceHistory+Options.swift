import CareRecord

extension ResourceHistory {
    /// What a person may decide about a conflict, in the order in which its values are shown; none
    /// where only a new version of what is disputed can end it.
    ///
    /// - Parameters:
    ///   - conflict: one of the view's.
    ///   - view: this history's.
    public func options(for conflict: Conflict, in view: ResourceView) -> [ResolutionOption] {
        // Only a document that was issued again or cancelled resolves; a click cannot.
        if isAdvanceDecision { return [] }
        return switch conflict.kind {
        case .siblings, .disputedStop: choices(of: conflict, in: view)
        case .presence: presences(of: conflict.element.part)
        case .changedBesideEnding: sightedEndings(of: conflict)
        case .activityOfEndedPlan: endingsOfPlan(conflict)
        case .targetsOfOneMeasure: targets(of: conflict, in: view)
        case .omitted: confirmation(of: conflict)
        case .unmatched: versions(of: conflict, in: view)
        }
    }

    // MARK: - One element

    /// Each value that can be read: choosing one repeats its bytes.
    private func choices(of conflict: Conflict, in view: ResourceView) -> [ResolutionOption] {
        guard
            let element = view.part(conflict.element.part)?.elements
                .first(where: { $0.element == conflict.element })
        else { return [] }
        return element.siblings.compactMap { sibling in
            guard let bytes = sibling.content.value else { return nil }
            return ResolutionOption(
                decision: .value(sibling.content),
                changes: [change(of: conflict, to: bytes)])
        }
    }

    /// A value in the place of all that met, decided in sight of what ended the entity or what holds
    /// it; and if the value ends it, of everything in it.
    private func change(of conflict: Conflict, to bytes: [UInt8]) -> ResolvingChange {
        let element = conflict.element
        var shown: [HeadName] = []
        var next: Part? = element.part
        while let part = next {
            if let shape = shape(of: part) { shown += endings(of: part, shape) }
            next = part.holder(in: root)
        }
        if isEnding(bytes, of: element) { shown += allHeads(in: element.part) }
        return ResolvingChange(element, bytes, ends: conflict.heads, inSightOf: shown)
    }

    /// Whether a value is a status that ends its entity.
    private func isEnding(_ bytes: [UInt8], of element: PartElement) -> Bool {
        guard case .status(let rule) = shape(of: element.part)?.rule(of: element.facet) else {
            return false
        }
        return rule.codes(of: bytes)[0].map(rule.ranks[0].isEnding) ?? false
    }

    /// What a PUT left out stays: the value is said again, in sight of that.
    private func confirmation(of conflict: Conflict) -> [ResolutionOption] {
        let element = conflict.element
        let heads = heads(element.facet, of: element.part).filter {
            conflict.heads.contains($0.name)
        }
        if element.facet == .existence, heads.allSatisfy({ $0.content == .present }) {
            return [existence(.present, of: element.part, ending: heads.map(\.name))]
        }
        guard Set(heads.map(\.content)).count == 1, let content = heads.first?.content,
            let bytes = content.value
        else { return [] }
        return [
            ResolutionOption(
                decision: .value(content),
                changes: [ResolvingChange(element, bytes, ends: heads.map(\.name))])
        ]
    }

    // MARK: - Whether something is there

    /// What each of the heads says of existence; there before gone.
    private func presences(of part: Part) -> [ResolutionOption] {
        let heads = heads(.existence, of: part)
        let said = Set(heads.map(\.content))
        return ExistenceText.allCases.filter { said.contains($0.content) }.map { text in
            existence(text, of: part, ending: heads.map(\.name))
        }
    }

    /// A statement of existence; an ending names everything in the part as seen.
    private func existence(
        _ text: ExistenceText, of part: Part, ending heads: [HeadName]
    ) -> ResolutionOption {
        let decision: ResolutionOption.Decision =
            switch text {
            case .present: .isThere
            case .ended: .ended
            case .retracted: .enteredInError
            }
        return ResolutionOption(
            decision: decision, changes: [statement(text, of: part, ending: heads)])
    }

    private func statement(
        _ text: ExistenceText, of part: Part, ending heads: [HeadName]
    ) -> ResolvingChange {
        ResolvingChange(
            PartElement(part: part, facet: .existence), text.json, ends: heads,
            inSightOf: text == .present ? [] : allHeads(in: part))
    }

    /// The ending is said again in sight of what it met, or what was ended is there.
    private func sightedEndings(of conflict: Conflict) -> [ResolutionOption] {
        let part = conflict.element.part
        let existence = heads(.existence, of: part)
        let gone = existence.compactMap { ExistenceText($0.content) }.first { $0 != .present }
        if let gone, existence.allSatisfy({ $0.content == gone.content }) {
            return [.present, gone].map {
                self.existence($0, of: part, ending: existence.map(\.name))
            }
        }
        return statuses(of: part, inSightOf: allHeads(in: part), decidedBy: conflict.heads)
    }

    /// Each status that the conflict's heads say, said again in sight of what it met.
    private func statuses(
        of part: Part, inSightOf shown: [HeadName], decidedBy names: [HeadName]
    ) -> [ResolutionOption] {
        guard let facet = shape(of: part)?.statusFacet else { return [] }
        let heads = heads(facet, of: part).filter { names.contains($0.name) }
        var said: [HeadContent] = []
        for head in heads where head.content.value != nil && !said.contains(head.content) {
            said.append(head.content)
        }
        return said.compactMap { content in
            content.value.map { bytes in
                ResolutionOption(
                    decision: .value(content),
                    changes: [
                        ResolvingChange(
                            PartElement(part: part, facet: facet), bytes, ends: heads.map(\.name),
                            inSightOf: shown)
                    ])
            }
        }
    }

    /// The plan's ending is said again in sight of the activity and of all that it had in sight, or
    /// the activity ends with it.
    private func endingsOfPlan(_ conflict: Conflict) -> [ResolutionOption] {
        let activity = conflict.element.part
        let seen = (heldBy[root] ?? []).flatMap { instructions(of: $0) }
            .filter { head in isInSight(head, of: conflict.heads) }
        let endings = statuses(
            of: root, inSightOf: seen + conflict.heads, decidedBy: conflict.heads)
        let existence = heads(.existence, of: activity).map(\.name)
        return endings + [
            ResolutionOption(
                decision: .ended, changes: [statement(.ended, of: activity, ending: existence)])
        ]
    }

    // MARK: - Several entities

    /// Each target by itself, the others ended.
    private func targets(of conflict: Conflict, in view: ResourceView) -> [ResolutionOption] {
        let target = Facet("target")
        let parts = view.parts.filter { item in
            item.presence == .present
                && heads(target, of: item.part).contains { conflict.heads.contains($0.name) }
        }.map(\.part)
        return parts.map { chosen in
            ResolutionOption(
                decision: .only(chosen),
                changes: parts.filter { $0 != chosen }.map { other in
                    statement(
                        .ended, of: other, ending: heads(.existence, of: other).map(\.name))
                })
        }
    }

    /// Each version's entities by themselves, or all of them as different things.
    private func versions(of conflict: Conflict, in view: ResourceView) -> [ResolutionOption] {
        let kind = "\(shape.entityType).\(conflict.element.facet)"
        let parts = view.parts.filter { $0.part.kind == kind && $0.presence == .present }
            .map { (part: $0.part, origin: origin(of: $0.part)) }
            .filter { item in item.origin.map(conflict.heads.contains) ?? false }
        let only = conflict.heads.map { chosen in
            ResolutionOption(
                decision: .onlyVersion(chosen),
                changes: parts.filter { $0.origin != chosen }.map { other in
                    statement(
                        .ended, of: other.part,
                        ending: heads(.existence, of: other.part).map(\.name))
                })
        }
        let all = ResolutionOption(
            decision: .allStay,
            changes: parts.map { item in
                statement(
                    .present, of: item.part,
                    ending: heads(.existence, of: item.part).map(\.name))
            })
        return only + [all]
    }

    // MARK: - What was shown

    /// Every head of a part and of what it holds, but those of its own existence.
    private func allHeads(in part: Part) -> [HeadName] {
        let own = facets(of: part).filter { $0 != .existence }.flatMap { heads($0, of: part) }
        return (heldBy[part] ?? []).reduce(own.map(\.name)) { found, inner in
            found + heads(.existence, of: inner).map(\.name) + allHeads(in: inner)
        }
    }

    /// The heads of a part's instructions.
    private func instructions(of part: Part) -> [HeadName] {
        guard let shape = shape(of: part) else { return [] }
        return facets(of: part).filter { shape.rule(of: $0).isInstruction }
            .flatMap { heads($0, of: part) }.map(\.name)
    }

    /// Whether one of some endings was made in sight of a head.
    private func isInSight(_ head: HeadName, of endings: [HeadName]) -> Bool {
        endings.contains { covers($0, head) }
    }
}

extension EntityShape {
    /// The facet that says whether the entity goes on; `nil` if it has none.
    fileprivate var statusFacet: Facet? {
        facets.first { facet in
            guard case .status(let rule) = facet.rule else { return false }
            return rule.tension != .warning
        }?.facet
    }
}
