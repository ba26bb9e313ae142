/// The signed part of an event that is never erased: everything but its values.
public struct EventHeader: Sendable, Hashable {
    /// The version of the header's grammar; 1.
    public var schemaVersion: UInt32
    /// The stream that the event belongs to.
    public var stream: StreamID
    /// Its unique name in the stream.
    public var dot: Dot
    /// The id of the same replica's previous event in the stream; `nil` for its first.
    public var previous: EventID?
    /// Of every other replica, the event that this one builds on; ascending by replica.
    public var dependencies: [IdentifiedDot]
    /// For display and feed order.
    public var time: HybridTime
    /// When the author's node recorded it, in milliseconds since 1970 UTC, by its own clock.
    public var recordedMilliseconds: Int64
    /// Who acted, and in what capacity.
    public var author: Author
    /// The system that the content came from.
    public var sourceSystem: String
    /// Why, as a code; free text is a value.
    public var reasonCode: String?
    /// Where the event stands in a chain, if its input needed more than one in this stream.
    public var chain: ChainPosition?
    /// At least one and at most `EventLimits.changesMax`; at most one for each element.
    public var changes: [Change]
    /// Whether one more value follows those of the changes: the reason as free text.
    public var hasReasonText: Bool

    /// How many values travel beside the header.
    public var valueCount: Int { changes.count + (hasReasonText ? 1 : 0) }

    /// Creates the header of an event that builds on nothing of other replicas.
    public init(
        stream: StreamID, dot: Dot, previous: EventID?, time: HybridTime,
        recordedMilliseconds: Int64, author: Author, sourceSystem: String, changes: [Change]
    ) {
        schemaVersion = 1
        self.stream = stream
        self.dot = dot
        self.previous = previous
        dependencies = []
        self.time = time
        self.recordedMilliseconds = recordedMilliseconds
        self.author = author
        self.sourceSystem = sourceSystem
        reasonCode = nil
        chain = nil
        self.changes = changes
        hasReasonText = false
    }
}

/// Who acted, and in what capacity. Every text is an opaque id or code of the author's site.
public struct Author: Sendable, Hashable {
    /// The person, or the machine account.
    public var practitioner: String
    /// In what capacity.
    public var role: String
    /// For which organisation.
    public var organisation: String
    /// For whom, if not for themselves.
    public var onBehalfOf: String?

    /// Names an author.
    public init(practitioner: String, role: String, organisation: String, onBehalfOf: String? = nil)
    {
        self.practitioner = practitioner
        self.role = role
        self.organisation = organisation
        self.onBehalfOf = onBehalfOf
    }
}

/// Where an event stands among the events of one input in one stream.
public struct ChainPosition: Sendable, Hashable {
    /// The chain; the same id in another stream only joins the display.
    public let id: ChainID
    /// From 0.
    public let index: UInt32
    /// How many events of this stream belong to the chain, at least 1.
    public let count: UInt32

    /// Creates a position; `nil` unless `index < count`.
    public init?(id: ChainID, index: UInt32, count: UInt32) {
        guard index < count else { return nil }
        self.id = id
        self.index = index
        self.count = count
    }
}
