/// The unique name of an event in its stream: who wrote it, and as which of theirs.
public struct Dot: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// The writer.
    public let replica: Replica
    /// 1 for the writer's first event in the stream, without gaps.
    public let counter: UInt64

    /// Creates a dot; `counter` starts at 1.
    public init(replica: Replica, counter: UInt64) {
        self.replica = replica
        self.counter = counter
    }

    /// Replica and counter, for logs.
    public var description: String { "\(replica)#\(counter)" }

    public static func < (left: Dot, right: Dot) -> Bool {
        (left.replica, left.counter) < (right.replica, right.counter)
    }
}

/// A dot together with the id of the event it names.
public struct IdentifiedDot: Sendable, Hashable, Comparable {
    /// The dot.
    public let dot: Dot
    /// The id of the event that carries it.
    public let event: EventID

    /// Pairs a dot with its event's id.
    public init(dot: Dot, event: EventID) {
        self.dot = dot
        self.event = event
    }

    public static func < (left: IdentifiedDot, right: IdentifiedDot) -> Bool {
        (left.dot, left.event) < (right.dot, right.event)
    }
}
