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

    /// Reads both hellos: a peer that lost what it had acknowledged gets it again.
    ///
    /// - Parameters:
    ///   - storedCursor: the position of this node's feed that the peer had acknowledged, as it is
    ///     stored.
    ///   - answeredThrough: the position up to which it answered since it said that hello, which
    ///     may be older than a channel that was open in between.
    ///   - shareVersionTaken: the version of this node's share set that it took since.
    ///   - cardsAcknowledged: writers whose card it has acknowledged, ascending.
    public init(
        own: Hello, peer: Hello, storedCursor: UInt64, answeredThrough: UInt64,
        shareVersionTaken: UInt64, cardsAcknowledged: [Replica]
    ) {
        let echo = peer.echo.flatMap { $0.feed == own.feed ? $0 : nil }
        let taken = max(echo?.shareVersion ?? 0, shareVersionTaken)
        self.init(
            own: own, peer: peer,
            cursor: min(storedCursor, max(echo?.position ?? 0, answeredThrough)),
            shareAcknowledged: taken <= own.shareVersion ? taken : 0,
            cardsAcknowledged: echo == nil && answeredThrough == 0 ? [] : cardsAcknowledged)
    }
}
