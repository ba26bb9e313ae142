/// Events that wait here for a peer, by lane.
public struct PeerQueue: Codable, Sendable, Hashable {
    /// Events of the urgent lane.
    public var urgentEvents: Int
    /// Events of the current lane.
    public var currentEvents: Int
    /// Events of the backfill lane.
    public var backfillEvents: Int
    /// Their size together, as stored.
    public var bytes: Int
    /// When the oldest of them was accepted here, in milliseconds since 1970 UTC; absent if none
    /// waits.
    public var oldestMilliseconds: Int64?

    /// Describes a queue.
    public init(
        urgentEvents: Int, currentEvents: Int, backfillEvents: Int, bytes: Int,
        oldestMilliseconds: Int64? = nil
    ) {
        self.urgentEvents = urgentEvents
        self.currentEvents = currentEvents
        self.backfillEvents = backfillEvents
        self.bytes = bytes
        self.oldestMilliseconds = oldestMilliseconds
    }

    /// Events of all lanes.
    public var events: Int { urgentEvents + currentEvents + backfillEvents }
}
