import CareRecord

@testable import ConflictResolver

/// A history as the resolver is given it.
struct EngineSide {
    private(set) var history: ResourceHistory
    private var events: [Dot: EventID] = [:]

    init(_ root: ModelPart) { history = ResourceHistory(type: root.kind, entity: root.entity) }

    init(_ root: ModelPart, _ changes: [WrittenChange]) {
        self.init(root)
        for change in changes { insert(change) }
    }

    /// Adds a change; a second event with its dot is a fork that is known from now on.
    mutating func insert(_ change: WrittenChange) {
        let known = events[change.name.dot]
        if known == nil { events[change.name.dot] = change.name.event }
        if let known, known != change.name.event { history.noteFork(of: change.name.dot) }
        history.insert(HeldChange(change))
    }
}

extension HeldChange {
    init(_ change: WrittenChange) {
        let value: Value =
            switch change.saying {
            case .nothing: .none
            case .facet(let saying): .given(Array(saying.loose.utf8))
            case .whole(let whole): .given(Array(whole.json(of: change.part).utf8))
            case .unreadable(let text): .given(Array(text.utf8))
            case .onItsWay: .onItsWay
            case .erased: .erased
            }
        self.init(
            name: HeadName(change.name),
            element: Element(
                entityType: change.part.kind, entity: change.part.entity,
                facet: Facet(change.facet)),
            operation: change.operation, supersedes: change.supersedes, covers: change.covers,
            holder: change.part.holder,
            author: Author(practitioner: "p", role: "r", organisation: "o"), time: change.time,
            value: value)
    }
}

extension WholeSaying {
    fileprivate func json(of part: ModelPart) -> String {
        json(type: part.kind.contains(".") ? nil : part.kind, id: part.entity)
    }
}

extension HeadName {
    init(_ name: WrittenName) { self.init(dot: name.dot, index: name.index, event: name.event) }
}

extension WrittenName {
    init(_ name: HeadName) { self.init(dot: name.dot, index: name.index, event: name.event) }
}

extension ModelPart {
    init(_ part: Part) { self.init(kind: part.kind, entity: part.entity, holder: part.holder) }

    var asPart: Part { Part(kind: kind, entity: entity, holder: holder) }
}

extension ModelElement {
    init(_ element: PartElement) {
        self.init(part: ModelPart(element.part), facet: element.facet.name)
    }
}

extension HeadContent {
    init(_ content: ReferenceModel.Content) {
        self =
            switch content {
            case .value(let saying): .value(Array(saying.canonical.utf8))
            case .present: .present
            case .ended: .ended
            case .retracted: .retracted
            case .unreadable(let text, _): .opaque(Array(text.utf8))
            case .onItsWay: .onItsWay
            case .erased: .erased
            }
    }
}

/// What both sides say of one set of changes, compared.
enum Comparison {
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

    static func text(_ name: WrittenName) -> String {
        "\(name.dot.replica.site.description.prefix(4))#\(name.dot.counter).\(name.index)"
    }

    private static func text(_ element: ModelElement) -> String {
        "\(element.part.kind)/\(element.part.entity.description.prefix(4))/\(element.facet)"
    }

    private static func text(_ conflicts: Set<ModelConflict>) -> String {
        conflicts.map { conflict in
            "\(text(conflict.element)) \(conflict.kind) \(conflict.letter) "
                + conflict.heads.map(text).joined(separator: "+")
        }.sorted().joined(separator: "; ")
    }

    /// The first difference in words; `nil` if there is none.
    static func difference(_ engine: ResourceHistory, _ model: ReferenceModel) -> String? {
        let expected = ModelView(model)
        guard let view = engine.view() else {
            let isNothing = expected.parts.allSatisfy {
                expected.facets(of: $0).isEmpty && expected.presence(of: $0) == .ended
            }
            return isNothing ? nil : "no view"
        }
        let parts = Set(view.parts.map { ModelPart($0.part) })
        let root = ModelPart(view.root.part)
        guard parts == expected.parts.union([root]) else {
            return "parts \(parts) instead of \(expected.parts)"
        }
        for part in view.parts {
            if let difference = difference(part, expected, engine) { return difference }
        }
        return difference(view.conflicts, expected)
    }

    private static func difference(
        _ view: PartView, _ expected: ModelView, _ engine: ResourceHistory
    ) -> String? {
        let part = ModelPart(view.part)
        let existence = engine.heads(.existence, of: view.part).map { WrittenName($0.name) }
        guard existence == expected.heads(part, "existence").map(\.name) else {
            return "existence of \(part): \(existence)"
        }
        guard "\(view.presence)" == expected.presence(of: part).rawValue else {
            return "presence of \(part): \(view.presence)"
        }
        let facets = view.elements.map(\.element.facet.name)
        guard facets == expected.facets(of: part) else { return "facets of \(part): \(facets)" }
        for element in view.elements {
            let place = ModelElement(part: part, facet: element.element.facet.name)
            let siblings = expected.siblings(of: place).map { sibling in
                ElementView.Sibling(
                    content: HeadContent(sibling.content),
                    heads: sibling.heads.map { HeadName($0.name) })
            }
            guard siblings == element.siblings else {
                return "siblings of \(text(place)): \(text(element.siblings)) not \(text(siblings))"
            }
            let letter = expected.conflictClass(of: place).letter
            guard element.conflictClass.letter == letter else {
                return "class of \(text(place)): \(element.conflictClass) not \(letter)"
            }
        }
        return nil
    }

    private static func difference(_ found: [Conflict], _ expected: ModelView) -> String? {
        // Of versions without ids that do not match `merge.md` §2.3 speaks only where one is put.
        let conflicts = found.filter { $0.kind != .unmatched }.map { conflict in
            ModelConflict(
                element: ModelElement(conflict.element), kind: "\(conflict.kind)",
                letter: conflict.conflictClass.letter, heads: conflict.heads.map(WrittenName.init))
        }
        let missing = expected.conflicts.subtracting(conflicts)
        let invented = Set(conflicts).subtracting(expected.conflicts)
        guard missing.isEmpty, invented.isEmpty, Set(conflicts).count == conflicts.count else {
            return "conflicts missing {\(text(missing))}, invented {\(text(invented))}"
        }
        for (first, second) in zip(found, found.dropFirst())
        where first.conflictClass < second.conflictClass {
            return "conflicts out of order"
        }
        return nil
    }
}
