public import CareRecord

/// Events of one lane that the peer is owed, whatever its cursor says.
///
/// The store keeps at most one owed row for a peer and a stream: (lane, after, through, not
/// before). The row owes the events with `after < position ≤ through`. It stays, settled, until the
/// cursor has passed `through`: the feed skips every event of the stream up to there. So a new row
/// never begins past the peer's cursor, or past the end of the settled row whose place it takes.
public struct OwedPage: Sendable, Hashable {
    /// The lane that was asked for.
    public var lane: Lane
    /// The place that was asked for: the page holds what comes after it.
    public var after: OwedPosition?
    /// By stream, and within one by position, ascending: what is due and not settled.
    public var rows: [OwedRow]
    /// Where the next page starts; `nil` if nothing more of the lane is due.
    public var next: OwedPosition?
    /// The earliest time at which an unsettled row of the lane falls due that is not due yet, in
    /// milliseconds since 1970 UTC; `nil` if there is none.
    public var nextDue: UInt64?
    /// The version of the share set that the permits of the rows are of.
    public var shareVersion: UInt64

    /// Describes a page.
    public init(
        lane: Lane, after: OwedPosition?, rows: [OwedRow], next: OwedPosition?, nextDue: UInt64?,
        shareVersion: UInt64
    ) {
        self.lane = lane
        self.after = after
        self.rows = rows
        self.next = next
        self.nextDue = nextDue
        self.shareVersion = shareVersion
    }
}

/// One event that an owed row covers.
public struct OwedRow: Sendable, Hashable {
    /// The event.
    public var event: FeedRow
    /// The feed position up to which the owed row of its stream reaches.
    public var through: UInt64
    /// Whether the peer must be asked first what it holds of the stream: its owed row was held
    /// back, and nothing was offered since. The same for every event of a stream in one page.
    public var needsOffer: Bool

    /// Describes an owed event.
    public init(event: FeedRow, through: UInt64, needsOffer: Bool) {
        self.event = event
        self.through = through
        self.needsOffer = needsOffer
    }
}

/// A place among owed events; its numbers mean something to the store only.
public struct OwedPosition: Sendable, Hashable {
    /// The stream's row.
    public var stream: Int64
    /// The feed position after which the page starts.
    public var position: Int64

    /// Names a place.
    public init(stream: Int64, position: Int64) {
        self.stream = stream
        self.position = position
    }
}

/// How far an owed stream is settled.
public struct OwedSettlement: Sendable, Hashable {
    /// The stream.
    public var stream: StreamID
    /// Its events up to this feed position are answered, or need not be sent.
    public var through: UInt64
    /// The version of the share set when the pass began that presented them. If the stream joined
    /// the set after it, it is owed anew, and this says nothing about that.
    public var shareVersion: UInt64

    /// Describes a settlement.
    public init(stream: StreamID, through: UInt64, shareVersion: UInt64) {
        self.stream = stream
        self.through = through
        self.shareVersion = shareVersion
    }
}
