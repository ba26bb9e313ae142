package import CareRecord
package import ConflictResolver
package import MergeModel

/// A history as the resolver is given it, with a view that is kept up to date.
package struct EngineSide {
    private var viewer: ResourceViewer
    private var events: [Dot: EventID] = [:]

    /// Nothing of a resource.
    package init(_ root: ModelPart) {
        viewer = ResourceViewer(ResourceHistory(type: root.kind, entity: root.entity))
    }

    /// Some changes of a resource, in the order in which they came.
    package init(_ root: ModelPart, _ changes: [WrittenChange]) {
        self.init(root)
        for change in changes { insert(HeldChange(change)) }
    }

    /// What the resolver holds.
    package var history: ResourceHistory { viewer.history }

    /// The names of the heads of a facet of a part, ascending.
    package func headNames(_ facet: Facet, of part: Part) -> [HeadName] {
        viewer.headNames(facet, of: part)
    }

    /// What the resolver shows, with what it kept since this was last asked.
    package mutating func view() -> ResourceView? { viewer.view() }

    /// Adds a change; a second event with its dot is a fork that is known from now on.
    package mutating func insert(_ change: HeldChange) {
        let known = events[change.name.dot]
        if known == nil { events[change.name.dot] = change.name.event }
        if let known, known != change.name.event { viewer.noteFork(of: change.name.dot) }
        viewer.insert(change)
    }
}

extension HeldChange {
    /// A change of a generated history as the resolver reads it.
    package init(_ change: WrittenChange) {
        let value: Value =
            switch change.saying {
            case .nothing: .none
            case .facet(let saying): .given(Array(saying.loose.utf8))
            case .whole(let whole): .given(Array(whole.json(of: change.part).utf8))
            case .existence(let word): .given(Array("\"\(word)\"".utf8))
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
    /// The name of a change of a generated history.
    package init(_ name: WrittenName) {
        self.init(dot: name.dot, index: name.index, event: name.event)
    }
}

extension WrittenName {
    /// The name of a head, as the model has it.
    package init(_ name: HeadName) {
        self.init(dot: name.dot, index: name.index, event: name.event)
    }
}

extension ModelPart {
    /// A part, as the model has it.
    package init(_ part: Part) {
        self.init(kind: part.kind, entity: part.entity, holder: part.holder)
    }

    /// The part, as the resolver has it.
    package var asPart: Part { Part(kind: kind, entity: entity, holder: holder) }
}

extension ModelElement {
    /// An element, as the model has it.
    package init(_ element: PartElement) {
        self.init(part: ModelPart(element.part), facet: element.facet.name)
    }
}

extension HeadContent {
    /// What a head says, from what a generated change says.
    package init(_ content: Statement.Content) {
        self =
            switch content {
            case .value(let saying): .value(saying.canonical)
            case .present: .present
            case .ended: .ended
            case .retracted: .retracted
            case .unreadable(let text): .opaque(Array(text.utf8))
            case .onItsWay: .onItsWay
            case .erased: .erased
            }
    }
}
