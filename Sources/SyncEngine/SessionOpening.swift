public import CareRecord
public import WireFormat

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
