public import CareRecord
public import WireFormat

/// What the engine orders its shell to do. The order of effects is the order of their execution,
/// also over several inputs; only deliveries and offers may be left to finish beside the rest.
public enum SyncEffect: Sendable, Hashable {
    /// Read the feed after the position, at most so many rows, and give `.feed`.
    case readFeed(after: UInt64, rowsMax: Int)
    /// Read owed events of a lane from a place on, at most so many rows, without those that are
    /// not to be sent before a time later than `dueBy` (milliseconds since 1970 UTC), and give
    /// `.owed`.
    case readOwed(lane: Lane, after: OwedPosition?, dueBy: UInt64, rowsMax: Int)
    /// Owe these events from now on: make it durable before the `.moveCursor` that follows.
    /// Each stream at most once, in the order in which its first event was read.
    case owe([OweOrder])
    /// Held-back events of these streams are due: exchange version vectors with the peer, settle in
    /// the store what it holds, note that the rest was offered, and give `.offered`. A rest whose
    /// first event is younger than the hold-back is put off instead, until it is not. By stream row
    /// of the store, at most as many as a page has rows.
    case offer([StreamID])
    /// Announce the share set from this version on.
    case announce(fromVersion: UInt64)
    /// Send this delivery, with the cards it names before it.
    case deliver(OutgoingDelivery)
    /// Everything up to this feed position is answered or owed, or was not permitted by the given
    /// version of the share set: make the peer's cursor durable, and what joined the set since
    /// then owed.
    case moveCursor(UInt64, shareVersion: UInt64)
    /// These owed events are answered, or need not be sent: make it durable, unless their stream
    /// joined the share set after the version that the settlement names.
    case settleOwed([OwedSettlement])
    /// The peer holds these writers' cards.
    case noteCards([Replica])
    /// Give `.tick` at this time (milliseconds since 1970 UTC). Replaces any earlier order.
    case wakeAt(milliseconds: UInt64)
    /// Nothing is left to send, in any lane: both sides hold the same of what this node shares.
    case inStep
    /// End the session and open a new one: what both sides think of it differs.
    case reopen
    /// End the session and say why.
    case close(SyncRefusal)
}
