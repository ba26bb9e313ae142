public import CareRecord

/// Names a change as a head of its element, also where its dot is forked.
public struct HeadName: Sendable, Hashable, Comparable {
    /// The event's dot.
    public let dot: Dot
    /// The change's place in the event, from 0.
    public let index: UInt32
    /// The event itself: two branches of a fork have one dot.
    public let event: EventID

    /// Names a change.
    public init(dot: Dot, index: UInt32, event: EventID) {
        self.dot = dot
        self.index = index
        self.event = event
    }

    /// By the event, which is a hash itself, and the index.
    public func hash(into hasher: inout Hasher) {
        hasher.combine(event.lower.low &+ UInt64(index))
    }

    public static func < (left: HeadName, right: HeadName) -> Bool {
        (left.dot, left.index, left.event) < (right.dot, right.index, right.event)
    }
}
