public import CareRecord
public import WireFormat

/// What happens to a session.
public enum SyncInput: Sendable {
    /// A channel to the peer is open and both hellos were exchanged.
    case opened(SessionOpening)
    /// The channel is gone: what was in flight is sent again later.
    case channelLost
    /// The feed was read after the position that `.readFeed` named.
    case feed(FeedPage)
    /// Owed events were read.
    case owed(OwedPage)
    /// The feed grew, or the share set changed.
    case feedGrew
    /// The peer answered a delivery.
    case answered(Answer)
    /// The shell could not send a delivery: the share set changed after it was ordered.
    case permitsChanged
}

/// What both hellos said.
public struct SessionOpening: Sendable {
    /// What this node said.
    public var own: Hello
    /// What the peer said.
    public var peer: Hello
    /// The position of this node's feed that the peer has acknowledged.
    public var cursor: UInt64
    /// The version of this node's share set that the peer holds.
    public var shareAcknowledged: UInt64
    /// Writers whose card the peer has acknowledged, ascending.
    public var cardsAcknowledged: [Replica]

    /// Describes an opening.
    public init(
        own: Hello, peer: Hello, cursor: UInt64, shareAcknowledged: UInt64,
        cardsAcknowledged: [Replica]
    ) {
        self.own = own
        self.peer = peer
        self.cursor = cursor
        self.shareAcknowledged = shareAcknowledged
        self.cardsAcknowledged = cardsAcknowledged
    }
}

/// What the engine orders its shell to do. The order of effects is the order of their execution.
public enum SyncEffect: Sendable, Hashable {
    /// Read the feed after the position, at most so many rows, and give `.feed`.
    case readFeed(after: UInt64, rowsMax: Int)
    /// Read owed events from a place on, at most so many rows, and give `.owed`.
    case readOwed(after: OwedPosition?, rowsMax: Int)
    /// Announce the share set from this version on.
    case announce(fromVersion: UInt64)
    /// Send this delivery, with the cards it names before it.
    case deliver(OutgoingDelivery)
    /// Everything up to this feed position is answered, or was not permitted by the given version
    /// of the share set: make the peer's cursor durable, and what joined the set since then owed.
    case moveCursor(UInt64, shareVersion: UInt64)
    /// These owed events are answered: make it durable.
    case settleOwed([OwedSettlement])
    /// The peer holds these writers' cards.
    case noteCards([Replica])
    /// Nothing is left to send: both sides hold the same of what this node shares.
    case inStep
    /// End the session and open a new one: the two sides disagree about the share set.
    case reopen
    /// End the session and say why.
    case close(SyncRefusal)
}
