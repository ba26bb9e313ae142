/// A part of an entity that is edited as a whole, by name (`merge.md` §3.1).
public struct Facet: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// The name, ASCII, at most 64 bytes on the wire.
    public let name: String

    /// Wraps a name.
    public init(_ name: String) { self.name = name }

    /// Every facet of a resource at once: what `create` and a whole-resource write carry.
    public static let whole = Facet("*")

    /// That the entity is there at all; every entity has it.
    public static let existence = Facet("existence")

    public var description: String { name }

    public static func < (left: Facet, right: Facet) -> Bool { left.name < right.name }
}

/// The smallest thing that is ever merged on its own: one facet of one entity.
public struct Element: Sendable, Hashable {
    /// The FHIR resource type, or the kind of inner entity (`CarePlan.activity`).
    public var entityType: String
    /// The entity.
    public var entity: EntityID
    /// The part of it.
    public var facet: Facet
    /// Where the entity stands; `nil`: it is a resource itself.
    public var inside: EntityPlace?

    /// Names an element.
    public init(
        entityType: String, entity: EntityID, facet: Facet, inside: EntityPlace? = nil
    ) {
        self.entityType = entityType
        self.entity = entity
        self.facet = facet
        self.inside = inside
    }
}

extension Element {
    /// The resource that the entity is, or stands in.
    public var resource: EntityID { inside?.resource ?? entity }

    /// Its type: of an entity inside a resource, what stands before the first dot of its own.
    public var resourceType: String {
        guard inside != nil, let dot = entityType.firstIndex(of: ".") else { return entityType }
        return String(entityType[..<dot])
    }

    /// Whether this is all of a resource, with everything inside it.
    public var isWholeResource: Bool { facet == .whole && inside == nil }

    /// Whether a change on this element ends a head of another that it names: on one element, or
    /// where one of them is the whole of what holds the other (`record-v1.md` §15).
    public func meets(_ other: Element) -> Bool {
        guard resource == other.resource, resourceType == other.resourceType else { return false }
        if isWholeResource || other.isWholeResource { return true }
        guard facet == other.facet || facet == .whole || other.facet == .whole else {
            return false
        }
        if entity == other.entity, entityType == other.entityType, inside == other.inside {
            return true
        }
        return holds(other) || other.holds(self)
    }

    /// Whether this is all of an entity that another one stands in.
    private func holds(_ other: Element) -> Bool {
        facet == .whole && inside != nil && other.inside?.holder == entity
            && other.entityType.hasPrefix(entityType + ".")
    }
}

/// Where an entity stands that is no resource itself, such as an activity of a care plan.
public struct EntityPlace: Sendable, Hashable {
    /// The resource that it belongs to.
    public var resource: EntityID
    /// The entity inside the resource that holds it; `nil`: the resource itself.
    public var holder: EntityID?

    /// Names a place.
    public init(resource: EntityID, holder: EntityID? = nil) {
        self.resource = resource
        self.holder = holder
    }
}
