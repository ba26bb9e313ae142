public import CareRecord

/// A change of an event that is held, with what the resolver must know of its event.
public struct HeldChange: Sendable, Hashable {
    /// Its name.
    public let name: HeadName
    /// What was changed: the resource, or an entity inside it.
    public let element: Element
    /// What was done.
    public let operation: Operation
    /// The changes that it replaces.
    public let supersedes: [ChangeReference]
    /// What an ending change had on screen.
    public let covers: [ChangeReference]
    /// The entity that holds one inside a resource; `nil`: the resource itself.
    public let holder: EntityID?
    /// Who acted.
    public let author: Author
    /// When, for display order only.
    public let time: HybridTime
    /// What the change says.
    public let value: Value

    /// The value of a change, as far as it is held.
    public enum Value: Sendable, Hashable {
        /// JSON as given.
        case given([UInt8])
        /// An operation without a value.
        case none
        /// A blob whose bytes are on their way.
        case onItsWay
        /// Destroyed by order.
        case erased
    }

    /// Describes a change.
    public init(
        name: HeadName, element: Element, operation: Operation,
        supersedes: [ChangeReference] = [], covers: [ChangeReference] = [],
        holder: EntityID? = nil, author: Author, time: HybridTime, value: Value
    ) {
        self.name = name
        self.element = element
        self.operation = operation
        self.supersedes = supersedes
        self.covers = covers
        self.holder = holder
        self.author = author
        self.time = time
        self.value = value
    }
}
