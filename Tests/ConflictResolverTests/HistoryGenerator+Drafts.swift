import CareRecord
import TestSupport

extension HistoryGenerator {
    /// What a person does with a form; nothing if the form has nothing to do it to.
    mutating func draft(in form: Form) -> [Draft] {
        let parts = Set(form.heads.keys.map(\.part)).sorted {
            ($0.kind, $0.entity) < ($1.kind, $1.entity)
        }
        guard !parts.isEmpty else { return [] }
        let part = pool.random.chance(3) ? parts[0] : pool.pick(parts)
        switch pool.number(16) {
        case 0..<5: return edit(part, in: form)
        case 5..<8: return status(of: part, in: form)
        case 8..<10: return add(to: part, in: form)
        case 10: return retract(part, in: form)
        case 11: return unlink(pool.pick(parts), in: form)
        case 12..<14: return resolve(in: form)
        case 14: return omit(part, in: form)
        default: return unknown(part, in: form)
        }
    }

    private func heads(_ element: ModelElement, in form: Form) -> [WrittenName] {
        (form.heads[element] ?? []).map(\.name)
    }

    private func draft(
        _ element: ModelElement, _ operation: Operation, _ saying: Saying, in form: Form
    ) -> Draft {
        Draft(
            part: element.part, facet: element.facet, operation: operation,
            supersedes: heads(element, in: form), saying: saying, shown: form.shown)
    }

    private mutating func facet(of part: ModelPart) -> String {
        if pool.random.chance(20) { return "unlisted" }
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
        return [draft(element, .assign, saying, in: form)]
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

    /// All that a form shows of a part and what it holds, some of it, or nothing.
    private mutating func covered(
        by part: ModelPart, in form: Form, _ isListed: (ModelElement) -> Bool
    ) -> [WrittenName] {
        let all = Set(
            form.heads.filter {
                ($0.key.part == part || $0.key.part.isInside(part)) && isListed($0.key)
            }
            .flatMap { $0.value.map(\.name) }
        ).sorted()
        switch pool.number(3) {
        case 0: return []
        case 1: return all.filter { _ in !pool.random.chance(3) }
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
        let disputed = form.heads.filter { element, heads in
            heads.count > 1 && element.facet != "existence" && element.facet != "*"
        }.keys.sorted {
            ($0.part.kind, $0.part.entity, $0.facet) < ($1.part.kind, $1.part.entity, $1.facet)
        }
        guard !disputed.isEmpty else { return [] }
        let element = pool.pick(disputed)
        let values = (form.heads[element] ?? []).compactMap(\.content.saying)
        let saying =
            values.isEmpty || pool.random.chance(3)
            ? pool.saying(element.facet, of: element.part.kind) : pool.pick(values)
        var draft = draft(element, .resolve, .facet(saying), in: form)
        if pool.random.chance(4) { draft.supersedes.removeLast() }
        return [draft]
    }

    private mutating func omit(_ part: ModelPart, in form: Form) -> [Draft] {
        let facet = pool.random.chance(2) ? "*" : facet(of: part)
        let listed = form.heads.filter { element, _ in
            element.part == part && (facet == "*" || element.facet == facet)
        }.flatMap { $0.value.map(\.name) }
        return [
            Draft(
                part: part, facet: facet, operation: .omit, supersedes: Set(listed).sorted(),
                saying: .nothing, shown: form.shown)
        ]
    }

    private mutating func unknown(_ part: ModelPart, in form: Form) -> [Draft] {
        let element = ModelElement(part: part, facet: facet(of: part))
        var draft = draft(
            element, .unknown(77), pool.random.chance(3) ? .nothing : .unreadable("{\"x\":1}"),
            in: form)
        if pool.random.chance(2) { draft.supersedes = [] }
        return [draft]
    }
}
