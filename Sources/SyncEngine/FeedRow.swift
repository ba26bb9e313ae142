public import CareRecord

/// One event of this node's change feed, as the engine needs to know it.
public struct FeedRow: Sendable, Hashable {
    /// Its position in the feed, from 1.
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
    /// Whether an owed row of its stream reaches up to its position or further: the feed skips it,
    /// since the owed row sends it or has settled it.
    public var isOwed: Bool
    /// When this node accepted it: milliseconds since 1970 UTC, of this node's clock.
    public var acceptedMilliseconds: UInt64
    /// Whether it has urgent content: it is never held back.
    public var isUrgent: Bool

    /// Describes one event.
    public init(
        position: UInt64, stream: StreamID, author: Replica, bytes: Int, isPermitted: Bool,
        cameFromPeer: Bool, isOwed: Bool, acceptedMilliseconds: UInt64, isUrgent: Bool
    ) {
        self.position = position
        self.stream = stream
        self.author = author
        self.bytes = bytes
        self.isPermitted = isPermitted
        self.cameFromPeer = cameFromPeer
        self.isOwed = isOwed
        self.acceptedMilliseconds = acceptedMilliseconds
        self.isUrgent = isUrgent
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
