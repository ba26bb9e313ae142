public import CareRecord

/// A delivery that the engine orders; the shell reads the envelopes and makes the disclosure
/// durable before the first byte leaves.
public struct OutgoingDelivery: Sendable, Hashable {
    /// From 1 in this session and direction.
    public var number: UInt64
    /// The lane that it leaves by; one delivery has one.
    public var lane: Lane
    /// Where it starts: the feed position after which it carries what the peer may have.
    public var after: UInt64
    /// The position that the peer's cursor reaches once everything is answered; equal to `after`
    /// for owed events, which the cursor does not wait for.
    public var through: UInt64
    /// Feed positions of the events, at least one; ascending, for owed events within each stream.
    public var positions: [UInt64]
    /// The size of their envelopes, in bytes.
    public var bytes: Int
    /// Writers of these events whose card the peer has not acknowledged, ascending.
    public var cardsOf: [Replica]
    /// Whether the events are owed ones, which the cursor does not wait for.
    public var isOwed: Bool
}
