public import CareRecord

/// A delivery that the engine orders; the shell reads the envelopes and makes the disclosure
/// durable before the first byte leaves.
public struct OutgoingDelivery: Sendable, Hashable {
    /// From 1 in this session and direction.
    public var number: UInt64
    /// Where it starts: the feed position after which it carries what the peer may have.
    public var after: UInt64
    /// The position that the peer's cursor reaches once everything is answered; equal to `after`
    /// for owed events, which the cursor has passed.
    public var through: UInt64
    /// Feed positions of the events, ascending; may be empty where nothing was shared.
    public var positions: [UInt64]
    /// Writers of these events whose card the peer has not acknowledged, ascending.
    public var cardsOf: [Replica]
    /// For owed events, how far each of their streams is settled once they are answered.
    public var settles: [OwedSettlement]
    /// Whether the events are owed ones, which the cursor has passed.
    public var isOwed: Bool { !settles.isEmpty }
}

/// How far an owed stream is settled.
public struct OwedSettlement: Sendable, Hashable {
    /// The stream.
    public var stream: StreamID
    /// Its events up to this feed position are answered, or need not be sent.
    public var through: UInt64

    /// Describes a settlement.
    public init(stream: StreamID, through: UInt64) {
        self.stream = stream
        self.through = through
    }
}
