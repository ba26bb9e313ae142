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

/// A stream that the peer must still be brought up to date with, and some of its events.
public struct OwedPage: Sendable, Hashable {
    /// The stream.
    public var stream: StreamID
    /// Its events that the peer's cursor has passed, ascending by position.
    public var rows: [FeedRow]
    /// Whether more of this stream follows.
    public var hasMore: Bool

    /// Describes a page.
    public init(stream: StreamID, rows: [FeedRow], hasMore: Bool) {
        self.stream = stream
        self.rows = rows
        self.hasMore = hasMore
    }
}
