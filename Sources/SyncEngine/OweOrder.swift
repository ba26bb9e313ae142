public import CareRecord

/// An order to owe events of one stream from now on, so that the cursor may pass them.
///
/// The store merges it with an owed row of the stream that is not settled: the earlier `after`, the
/// later `through`, the more urgent lane. A row that is settled sends nothing: the order takes its
/// place, from the end of that row on if that is later, and keeps its `through` if that is later.
/// If the stream has left the share set meanwhile, the order is dropped: a new grant owes all.
public struct OweOrder: Sendable, Hashable {
    /// The stream.
    public var stream: StreamID
    /// Its events past this feed position are owed: never past the cursor, so that whatever the
    /// feed skips because of the order is covered by it.
    public var after: UInt64
    /// The last position that is owed.
    public var through: UInt64
    /// The lane that they leave by.
    public var lane: Lane
    /// They are not read as due before: milliseconds since 1970 UTC. For `heldBack` a row that is
    /// not settled keeps its own time, so that a busy stream is not put off for ever; for `full`
    /// the later time counts.
    public var notBeforeMilliseconds: UInt64
    /// Why they do not leave now.
    public var reason: OweReason

    /// Describes an order.
    public init(
        stream: StreamID, after: UInt64, through: UInt64, lane: Lane,
        notBeforeMilliseconds: UInt64, reason: OweReason
    ) {
        self.stream = stream
        self.after = after
        self.through = through
        self.lane = lane
        self.notBeforeMilliseconds = notBeforeMilliseconds
        self.reason = reason
    }
}

/// Why events that could leave now are owed instead.
public enum OweReason: UInt8, Sendable, Hashable, CaseIterable {
    /// The peer receives their author's site directly: they are offered once they are due, and the
    /// store marks the row as in need of that.
    case heldBack = 1
    /// The peer had no room for them.
    case full = 2
}
