import CareRecord

/// A second implementation of `merge.md`: a list of changes and plain loops, no index, no cache.
///
/// It shares no code with the resolver. One thing `merge.md` leaves to where a value is written: a
/// whole version ends what it names also in facets and entities that it leaves out (decision 0036).
struct ReferenceModel {
    var changes: [WrittenChange]

    enum Content: Hashable {
        case value(FacetSaying)
        case present, ended, retracted
        /// What cannot be read is equal to nothing else.
        case unreadable(String, WrittenName)
        case onItsWay(WrittenName)
        case erased(WrittenName)

        var saying: FacetSaying? { if case .value(let saying) = self { saying } else { nil } }
    }

    struct Statement: Hashable {
        let element: ModelElement
        let content: Content
        let name: WrittenName
        let time: HybridTime
    }

    struct Sibling: Hashable {
        let content: Content
        var heads: [Statement]
    }

    enum Presence: String { case present, ended, retracted, disputed }

    /// The dots that two events carry.
    var forks: Set<Dot> {
        var found: Set<Dot> = []
        for first in changes {
            for second in changes
            where first.name.dot == second.name.dot && first.name.event != second.name.event {
                found.insert(first.name.dot)
            }
        }
        return found
    }

    // MARK: - What was said

    /// Everything that was ever said of any element.
    func statements() -> [Statement] { changes.flatMap { statements(of: $0) } }

    func statements(of change: WrittenChange) -> [Statement] {
        func statement(_ facet: String, _ content: Content) -> Statement {
            Statement(
                element: ModelElement(part: change.part, facet: facet), content: content,
                name: change.name, time: change.time)
        }
        switch change.operation {
        case .omit, .erase: return []
        case .retract: return [statement("existence", .retracted)]
        case .unlink, .relocate: return [statement("existence", .ended)]
        case .unknown: return [statement(change.facet, unreadable(change))]
        default: break
        }
        guard change.facet == "*" else {
            if case .facet(let saying) = change.saying {
                return [statement(change.facet, .value(saying))]
            }
            return [statement(change.facet, unreadable(change))]
        }
        guard case .whole(let whole) = change.saying else {
            let isThere = statement("existence", .present)
            if change.saying == .nothing { return [isThere] }
            return [isThere, statement("*", unreadable(change))]
        }
        return statements(of: whole, as: change.part, change)
    }

    private func statements(
        of whole: WholeSaying, as part: ModelPart, _ change: WrittenChange
    ) -> [Statement] {
        let contents = [("existence", Content.present)] + whole.facets.map { ($0, .value($1)) }
        var found = contents.map { facet, content in
            Statement(
                element: ModelElement(part: part, facet: facet), content: content,
                name: change.name, time: change.time)
        }
        for item in whole.inner {
            let inner = part.inner(item.member, item.id)
            found += statements(of: item.whole, as: inner, change)
        }
        return found
    }

    private func unreadable(_ change: WrittenChange) -> Content {
        switch change.saying {
        case .erased: return .erased(change.name)
        case .onItsWay: return .onItsWay(change.name)
        case .unreadable(let text): return .unreadable(text, change.name)
        default: return .unreadable("", change.name)
        }
    }

    // MARK: - Heads

    /// Whether a reference ends a change: bare, it ends neither branch of a fork.
    func ends(_ reference: ChangeReference, _ name: WrittenName, forks: Set<Dot>) -> Bool {
        guard reference.dot == name.dot, reference.index == name.index else { return false }
        if let event = reference.event { return event == name.event }
        return !forks.contains(name.dot)
    }

    /// Whether a change is one on an element.
    func isOn(_ element: ModelElement, _ change: WrittenChange) -> Bool {
        if case .omit = change.operation { return false }
        if case .erase = change.operation { return false }
        let said = statements(of: change).map(\.element)
        if said.contains(element) { return true }
        guard change.facet == "*", said.contains(where: { $0.facet == "existence" }),
            ![.retract, .unlink, .relocate].contains(change.operation)
        else { return false }
        return element.part == change.part || element.part.isInside(change.part)
    }

    /// The heads of every element: what no other change on the element names.
    func heads() -> [ModelElement: [Statement]] {
        let forks = forks
        var found: [ModelElement: [Statement]] = [:]
        for statement in statements() {
            let isEnded = changes.contains { change in
                change.name != statement.name
                    && change.supersedes.contains { ends($0, statement.name, forks: forks) }
                    && isOn(statement.element, change)
            }
            if !isEnded { found[statement.element, default: []].append(statement) }
        }
        return found.mapValues { heads in heads.sorted { $0.name < $1.name } }
    }
}

extension ModelPart {
    /// An entity inside this one.
    func inner(_ member: String, _ id: EntityID) -> ModelPart {
        ModelPart(
            kind: "\(kind).\(member)", entity: id, holder: kind.contains(".") ? entity : nil)
    }

    /// Whether another part holds this one, at any depth.
    func isInside(_ other: ModelPart) -> Bool {
        guard kind.hasPrefix(other.kind + ".") else { return false }
        return other.kind.contains(".") ? holder == other.entity : true
    }
}
