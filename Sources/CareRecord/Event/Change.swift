/// One operation on one element, inside an event. Its value travels beside the header.
public struct Change: Sendable, Hashable {
    /// What is changed.
    public var element: Element
    /// What is done to it.
    public var operation: Operation
    /// The changes that this one replaces: those its author was shown. Same stream.
    public var supersedes: [ChangeReference]
    /// For an ending change: the heads that its author had on screen. For a change of what had ended:
    /// the ending that was shown.
    public var covers: [ChangeReference]
    /// When it is or was true in the world: a FHIR `dateTime` as given, with its precision.
    public var effective: String?
    /// What the source system called the entity; unique per (source system, entity type).
    public var sourceID: String?
    /// What the references in the value were resolved to at the origin, in document order.
    public var targets: [ReferenceTarget]
    /// What `relocate`, its `create`, and `erase` point at.
    public var names: [ChangeName]
    /// How the bytes of the value are to be read.
    public var valueForm: ValueForm

    /// Creates a change with nothing but its element and operation.
    public init(element: Element, operation: Operation) {
        self.element = element
        self.operation = operation
        supersedes = []
        covers = []
        effective = nil
        sourceID = nil
        targets = []
        names = []
        valueForm = .json
    }

    /// How the bytes of a value are to be read.
    public enum ValueForm: Sendable, Hashable {
        /// JSON text, or no bytes at all for an operation without a value.
        case json
        /// 32 bytes of SHA-256, then the length as eight big-endian bytes: the content is a blob.
        case blob
        /// A form of a later version: shown as an unreadable change.
        case unknown(UInt32)
    }
}

/// Points at a change of the same stream.
public struct ChangeReference: Sendable, Hashable, Comparable {
    /// The event.
    public let dot: Dot
    /// The position of the change in it, from 0.
    public let index: UInt32
    /// The event's id, given once the dot is known to be forked.
    public let event: EventID?

    /// Points at a change, by default of an event that is not forked.
    public init(dot: Dot, index: UInt32, event: EventID? = nil) {
        self.dot = dot
        self.index = index
        self.event = event
    }

    public static func < (left: ChangeReference, right: ChangeReference) -> Bool {
        if (left.dot, left.index) != (right.dot, right.index) {
            return (left.dot, left.index) < (right.dot, right.index)
        }
        // Without an id first, so that the order agrees with equality.
        guard let other = right.event else { return false }
        return left.event.map { $0 < other } ?? true
    }
}

/// Points at a change of any stream.
public struct ChangeName: Sendable, Hashable {
    /// The stream of the event.
    public let stream: StreamID
    /// The event.
    public let dot: Dot
    /// The position of the change in it, from 0.
    public let index: UInt32

    /// Points at a change.
    public init(stream: StreamID, dot: Dot, index: UInt32) {
        self.stream = stream
        self.dot = dot
        self.index = index
    }
}

/// What one reference in a value was resolved to where the event was written.
public enum ReferenceTarget: Sendable, Hashable {
    /// An entity of the given type, in a stream of the given kind byte.
    case entity(streamKind: UInt8, type: String, id: EntityID)
    /// The origin could not resolve the reference.
    case unresolved
}
