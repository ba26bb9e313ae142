public import CareRecord

/// How a client names a resource.
public struct ResourceAddress: Sendable, Hashable {
    /// The resource type.
    public var type: String
    /// The entity's UUID, or the id that the client chose when it stored the resource.
    public var id: String
    /// The client's source system: ids that it chose are its own.
    public var sourceSystem: String

    /// Names a resource.
    public init(type: String, id: String, sourceSystem: String) {
        self.type = type
        self.id = id
        self.sourceSystem = sourceSystem
    }
}

/// A resource as this node showed it once it had accepted a certain event (`interchange.md` §3).
public struct ResourceVersion: Sendable, Hashable {
    /// The entity.
    public var entity: EntityID
    /// The resource type.
    public var type: String
    /// The stream it is in.
    public var stream: StreamID
    /// The change feed's position of the newest event that touches the resource. Of a chain, which
    /// enters the view whole, that of its last event.
    public var position: UInt64
    /// When this node accepted that event, in milliseconds since 1970 UTC by its own clock.
    public var acceptedMilliseconds: Int64
    /// Whether the resource came into being with it.
    public var isFirst: Bool
    /// What it shows.
    public var content: Content

    /// What a version shows.
    public enum Content: Sendable, Hashable {
        /// R4 as compact JSON; of a resource that nobody changed, as it was given.
        case shown([UInt8])
        /// Entered in error: all that is shown is that.
        case retracted
        /// Destroyed by order.
        case erased
        /// Its bytes are still coming from a peer.
        case onItsWay
    }
}

/// Which versions of a resource are asked for.
public enum VersionChoice: Sendable {
    /// The present one.
    case newest
    /// The one that a version id names: a position of the change feed, or `nil` if the id is not one
    /// of this entity.
    case named(@Sendable (EntityID) -> UInt64?)
    /// As many as that, the newest first.
    case history(countMax: Int)
}

/// What is held of a resource, for one reader.
public enum VersionAnswer: Sendable {
    /// The versions asked for, the newest first, at least one; and how many there are in all.
    case held([ResourceVersion], total: Int)
    /// Nothing that this reader may see.
    case absent
}
