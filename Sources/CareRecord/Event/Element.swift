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

    /// Names an element.
    public init(entityType: String, entity: EntityID, facet: Facet) {
        self.entityType = entityType
        self.entity = entity
        self.facet = facet
    }
}
