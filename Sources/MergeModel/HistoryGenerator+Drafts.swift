import CareRecord

extension HistoryGenerator {
    /// What a person does with a form; nothing if the form has nothing to do it to.
    mutating func draft(in form: Form) -> [Draft] {
        let parts = form.view.parts.map(\.part)
        guard !parts.isEmpty else { return [] }
        // The resource itself comes up more often than each of what it holds.
        let part = pool.chance(3) && parts.contains(root) ? root : pool.pick(parts)
        switch pool.number(16) {
        case 0..<5: return edit(part, in: form)
        case 5..<8: return status(of: part, in: form)
        case 8..<10: return add(to: part, in: form)
        case 10: return retract(part, in: form)
        case 11: return unlink(pool.pick(parts), in: form)
        case 12..<14: return resolve(in: form)
        case 14: return pool.chance(2) ? decide(part, in: form) : omit(part, in: form)
        default: return unknown(part, in: form)
        }
    }

    private func draft(
        _ element: ModelElement, _ operation: Operation, _ saying: Saying, in form: Form
    ) -> Draft {
        Draft(
            part: element.part, facet: element.facet, operation: operation,
            supersedes: form.heads(element.part, element.facet).map(\.name), saying: saying,
            shown: form.shown)
    }

    private mutating func facet(of part: ModelPart) -> String {
        if pool.chance(20) { return "unlisted" }
        // Two must differ, one of them without a performer: rare among so many facets.
        if part.kind == "CarePlan.activity", pool.chance(4) { return "performer" }
        return pool.pick(SayingPool.facets[part.kind] ?? ["item"])
    }

    private mutating func edit(_ part: ModelPart, in form: Form) -> [Draft] {
        let element = ModelElement(part: part, facet: facet(of: part))
        let saying: Saying =
            switch pool.number(30) {
            case 0: .onItsWay
            case 1: .unreadable("[")
            default: .facet(pool.saying(element.facet, of: part.kind))
            }
        var draft = draft(element, .assign, saying, in: form)
        if pool.chance(3) { draft.covers = endings(above: part, in: form) }
        return [draft]
    }

    /// What a form shows of whether a part and what holds it go on.
    private func endings(above part: ModelPart, in form: Form) -> [WrittenName] {
        let above = form.view.parts.filter { $0.part == part || part.isInside($0.part) }
        return names(
            above.flatMap(\.elements)
                .filter { ["existence", "status", "standing"].contains($0.place.facet) }, in: form)
    }

    private mutating func status(of part: ModelPart, in form: Form) -> [Draft] {
        let facet = part.kind == "AllergyIntolerance" ? "standing" : "status"
        guard SayingPool.facets[part.kind]?.contains(facet) ?? false else {
            return edit(part, in: form)
        }
        let saying = pool.saying(facet, of: part.kind)
        var draft = draft(
            ModelElement(part: part, facet: facet), .status, .facet(saying), in: form)
        draft.covers = covered(by: part, in: form) { ["body", "schedule"].contains($0.facet) }
        return [draft]
    }

    /// The heads that a form shows of some elements, ascending, each once.
    private func names(_ elements: [ModelView.Element], in form: Form) -> [WrittenName] {
        ModelView.sorted(elements.flatMap { form.heads($0).map(\.name) })
    }

    /// All that a form shows of a part and what it holds, some of it, or nothing.
    private mutating func covered(
        by part: ModelPart, in form: Form, _ isListed: (ModelElement) -> Bool
    ) -> [WrittenName] {
        let inside = form.view.parts.filter { $0.part == part || $0.part.isInside(part) }
        let all = names(inside.flatMap(\.elements).filter { isListed($0.place) }, in: form)
        switch pool.number(3) {
        case 0: return []
        case 1: return all.filter { _ in !pool.chance(3) }
        default: return all
        }
    }

    private mutating func add(to part: ModelPart, in form: Form) -> [Draft] {
        guard let members = SayingPool.members[part.kind] else { return edit(part, in: form) }
        let item = newItem(pool.pick(members), of: part.kind)
        let operation: Operation =
            switch item.member {
            case "goal": .link
            case "note", "progress": .append
            default: .create
            }
        return [
            Draft(
                part: part.inner(item.member, item.id), facet: "*", operation: operation,
                saying: .whole(item.whole), shown: form.shown)
        ]
    }

    private mutating func retract(_ part: ModelPart, in form: Form) -> [Draft] {
        var draft = draft(
            ModelElement(part: part, facet: "existence"), .retract, .nothing, in: form)
        draft.covers = covered(by: part, in: form) { _ in true }
        return [draft]
    }

    private func unlink(_ part: ModelPart, in form: Form) -> [Draft] {
        guard part != root else { return [] }
        return [draft(ModelElement(part: part, facet: "existence"), .unlink, .nothing, in: form)]
    }

    /// A decision between what is disputed, now and then of only some of it.
    private mutating func resolve(in form: Form) -> [Draft] {
        let disputed = form.view.parts.flatMap(\.elements).filter { element in
            form.heads(element).count > 1 && !["existence", "*"].contains(element.place.facet)
        }
        guard !disputed.isEmpty else { return [] }
        let head = pool.pick(disputed)
        let element = head.place
        let values = form.heads(head).compactMap(\.content.saying)
        let saying =
            values.isEmpty || pool.chance(3)
            ? pool.saying(element.facet, of: element.part.kind) : pool.pick(values)
        var draft = draft(element, .resolve, .facet(saying), in: form)
        if pool.chance(4) { draft.supersedes.removeLast() }
        if pool.chance(2) { draft.covers = endings(above: element.part, in: form) }
        return [draft]
    }

    /// A decision whether something is there.
    private mutating func decide(_ part: ModelPart, in form: Form) -> [Draft] {
        let word = pool.pick(["present", "ended", "retracted"])
        var draft = draft(
            ModelElement(part: part, facet: "existence"), .resolve, .existence(word), in: form)
        if word != "present" { draft.covers = covered(by: part, in: form) { _ in true } }
        return [draft]
    }

    private mutating func omit(_ part: ModelPart, in form: Form) -> [Draft] {
        let facet = pool.chance(2) ? "*" : facet(of: part)
        let elements = form.view.part(part)?.elements ?? []
        let listed = names(
            elements.filter { facet == "*" || $0.place.facet == facet }, in: form)
        return [
            Draft(
                part: part, facet: facet, operation: .omit, supersedes: listed,
                saying: .nothing, shown: form.shown)
        ]
    }

    private mutating func unknown(_ part: ModelPart, in form: Form) -> [Draft] {
        let element = ModelElement(part: part, facet: facet(of: part))
        var draft = draft(
            element, .unknown(77), pool.chance(3) ? .nothing : .unreadable("{\"x\":1}"),
            in: form)
        if pool.chance(2) { draft.supersedes = [] }
        return [draft]
    }
}
