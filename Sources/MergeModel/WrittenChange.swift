package import CareRecord

/// Names a change in a generated history: its dot, its place in its event, and the event.
package struct WrittenName: Sendable, Hashable, Comparable {
    /// The event's dot.
    package let dot: Dot
    /// The change's place in its event, from 0.
    package let index: UInt32
    /// The event itself: two branches of a fork have one dot.
    package let event: EventID

    /// Names a change.
    package init(dot: Dot, index: UInt32, event: EventID) {
        self.dot = dot
        self.index = index
        self.event = event
    }

    package static func < (left: WrittenName, right: WrittenName) -> Bool {
        (left.dot, left.index, left.event) < (right.dot, right.index, right.event)
    }
}

/// A resource or an entity inside it, in the reference model.
package struct ModelPart: Sendable, Hashable {
    /// The resource type, or the kind of inner entity, as `CarePlan.activity`.
    package let kind: String
    /// Its id.
    package let entity: EntityID
    /// The activity that holds it; `nil` for the resource and for what the resource holds.
    package let holder: EntityID?

    /// Names a part.
    package init(kind: String, entity: EntityID, holder: EntityID? = nil) {
        self.kind = kind
        self.entity = entity
        self.holder = holder
    }

    /// An entity inside this one.
    package func inner(_ member: String, _ id: EntityID) -> ModelPart {
        ModelPart(kind: "\(kind).\(member)", entity: id, holder: isInner ? entity : nil)
    }

    /// Whether another part holds this one, at any depth.
    func isInside(_ other: ModelPart) -> Bool {
        guard kind.hasPrefix(other.kind + ".") else { return false }
        return other.isInner ? holder == other.entity : true
    }

    private var isInner: Bool { kind.utf8.contains(UInt8(ascii: ".")) }

    // By what differs most first: nearly all of a history is comparing.
    package static func == (left: ModelPart, right: ModelPart) -> Bool {
        left.entity == right.entity && left.holder == right.holder && left.kind == right.kind
    }

    package func hash(into hasher: inout Hasher) { hasher.combine(entity) }
}

/// One facet of a part, in the reference model.
package struct ModelElement: Sendable, Hashable {
    /// The resource or the entity inside it.
    package let part: ModelPart
    /// The name of the facet.
    package let facet: String

    /// Names an element.
    package init(part: ModelPart, facet: String) {
        self.part = part
        self.facet = facet
    }
}

/// A change as its author meant it, before it became JSON.
package final class WrittenChange: Sendable {
    /// Its name.
    package let name: WrittenName
    /// What was changed.
    package let part: ModelPart
    /// The facet; `*` for all of the part.
    package let facet: String
    /// What was done.
    package let operation: Operation
    /// The changes that it replaces.
    package let supersedes: [ChangeReference]
    /// What an ending change had on screen.
    package let covers: [ChangeReference]
    /// When, for display order only.
    package let time: HybridTime
    /// What it says.
    package let saying: Saying
    /// What its author had on screen or, for a feed, had sent.
    package let shown: [Statement]
    /// What it says of each element.
    package let statements: [Statement]
    /// The entities in it whose id is not one that its author gave.
    let withoutID: [ModelPart]

    /// Describes a change.
    package init(
        name: WrittenName, part: ModelPart, facet: String, operation: Operation,
        supersedes: [ChangeReference] = [], covers: [ChangeReference] = [], time: HybridTime,
        saying: Saying, shown: [Statement] = []
    ) {
        self.name = name
        self.part = part
        self.facet = facet
        self.operation = operation
        self.supersedes = supersedes
        self.covers = covers
        self.time = time
        self.saying = saying
        self.shown = shown
        statements = Statement.all(
            part: part, facet: facet, operation: operation, saying: saying, name: name, time: time)
        if case .whole(let whole) = saying {
            withoutID = whole.withoutID(as: part)
        } else {
            withoutID = []
        }
    }

    /// The same change once its value was destroyed by order.
    func erased() -> WrittenChange {
        WrittenChange(
            name: name, part: part, facet: facet, operation: operation, supersedes: supersedes,
            covers: covers, time: time, saying: .erased, shown: shown)
    }
}

/// What a change says.
package enum Saying: Sendable {
    /// Nothing: the operation says it all.
    case nothing
    /// The members of one facet.
    case facet(FacetSaying)
    /// A whole resource, or a whole entity inside one.
    case whole(WholeSaying)
    /// That an entity is there, ended or was entered in error: `present`, `ended`, `retracted`.
    case existence(String)
    /// What no reader understands, as given.
    case unreadable(String)
    /// A value that has not come yet.
    case onItsWay
    /// A value that was destroyed by order.
    case erased

    /// Whether there is no value.
    var isNothing: Bool { if case .nothing = self { true } else { false } }
}
