public import CareRecord
import Interchange

/// What holds for a client's request beyond what holds for a file.
///
/// A file says what it calls things, so that it can be imported again; a client is told ids and
/// chooses them. Its POST makes a new resource whatever it calls it, its PUT keeps the id, and what a
/// PUT changes follows from the version that its `If-Match` says it was shown (`merge.md` §2.2).
public struct RequestRules: Sendable {
    /// What the client may see, and so write.
    public var access: AccessView
    /// Feed positions of the versions of a resource that a list of entity tags names for this client;
    /// none for names that are not of this node, this view and this entity; `nil` for `*`.
    public var positions: Positions

    /// Finds what entity tags name, in a resource of a type.
    public typealias Positions =
        @Sendable (_ tags: String, _ type: String, _ entity: EntityID) -> [UInt64]?

    /// Makes rules.
    public init(access: AccessView, positions: @escaping Positions = { _, _, _ in [] }) {
        self.access = access
        self.positions = positions
    }

    /// What the client may see.
    func sight(of sourceSystem: String) -> ClientSight {
        ClientSight(access: access, sourceSystem: sourceSystem)
    }

    /// Which version a request says that its client was shown.
    func shown(by draft: EntryDraft, of entity: EntityID) -> ShownVersion {
        guard case .match(let tags) = draft.condition else { return .unsaid }
        return positions(tags, draft.resourceType, entity).map { .named($0) } ?? .unsaid
    }
}

/// Which version a client says that it was shown.
enum ShownVersion: Sendable, Hashable {
    /// It does not say: it is compared with the present one, and replaces only what the same client
    /// and the same author wrote.
    case unsaid
    /// One of those at these feed positions.
    case named([UInt64])
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
