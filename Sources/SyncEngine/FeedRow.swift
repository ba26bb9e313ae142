public import CareRecord

/// One event of this node's change feed, as the engine needs to know it.
public struct FeedRow: Sendable, Hashable {
    /// Its position in the feed.
    public var position: UInt64
    /// Its stream.
    public var stream: StreamID
    /// Its author's writer.
    public var author: Replica
    /// The size of its envelope, in bytes.
    public var bytes: Int
    /// Whether the peer's share set holds the stream.
    public var isPermitted: Bool
    /// Whether the peer delivered it to this node.
    public var cameFromPeer: Bool

    /// Describes one event.
    public init(
        position: UInt64, stream: StreamID, author: Replica, bytes: Int, isPermitted: Bool,
        cameFromPeer: Bool
    ) {
        self.position = position
        self.stream = stream
        self.author = author
        self.bytes = bytes
        self.isPermitted = isPermitted
        self.cameFromPeer = cameFromPeer
    }
}

/// What the feed holds past a position.
public struct FeedPage: Sendable, Hashable {
    /// The position that was asked for: the page holds what comes after it.
    public var after: UInt64
    /// Ascending by position, without gaps in what was accepted.
    public var rows: [FeedRow]
    /// The position up to which the page speaks for the feed.
    public var through: UInt64
    /// The version of the peer's share set that the permits are of.
    public var shareVersion: UInt64
    /// Whether more follows.
    public var hasMore: Bool

    /// Describes a page.
    public init(
        after: UInt64, rows: [FeedRow], through: UInt64, shareVersion: UInt64, hasMore: Bool
    ) {
        self.after = after
        self.rows = rows
        self.through = through
        self.shareVersion = shareVersion
        self.hasMore = hasMore
    }
}

/// Events that the peer's cursor has passed and that it is owed all the same.
public struct OwedPage: Sendable, Hashable {
    /// The place that was asked for: the page holds what comes after it.
    public var after: OwedPosition?
    /// By stream, and within one by position, ascending.
    public var rows: [FeedRow]
    /// Where the next page starts; `nil` if nothing more is owed.
    public var next: OwedPosition?

    /// Describes a page.
    public init(after: OwedPosition?, rows: [FeedRow], next: OwedPosition?) {
        self.after = after
        self.rows = rows
        self.next = next
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
