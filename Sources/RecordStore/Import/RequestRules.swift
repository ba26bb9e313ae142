public import CareRecord
import Interchange

/// What holds for a client's request beyond what holds for a file.
///
/// A file says what it calls things, so that it can be imported again; a client is told ids and
/// chooses them. Its POST makes a new resource whatever it calls it, and its PUT keeps the id.
public struct RequestRules: Sendable, Hashable {
    /// What the client may see, and so write.
    public var access: AccessView

    /// Makes rules.
    public init(access: AccessView) {
        self.access = access
    }
}

/// What became of one entry of a request.
public struct WrittenResource: Sendable, Hashable {
    /// The index in `ImportUnit.entries`.
    public var entry: Int
    /// The resource type.
    public var type: String
    /// The id that the client uses for it: the one that it chose, else the entity's.
    public var id: String
    /// The entity.
    public var entity: EntityID
    /// The stream it is in.
    public var stream: StreamID
    /// What was done.
    public var act: Act
    /// The version that it has now, whose content is what the answer shows.
    public var version: ResourceVersion?

    /// What was done with a resource.
    public enum Act: Sendable, Hashable {
        /// It is new.
        case created
        /// It has another version.
        case changed
        /// It was entered in error.
        case retracted
        /// It was there, and stays as it was.
        case found
    }
}

/// What became of a client's request, or of one entry of its batch.
public enum RequestOutcome: Sendable {
    /// Durable now: every entry, in order.
    case written([WrittenResource])
    /// Nothing of it was stored.
    case refused(ImportUnitRefusal)
}
