public import WireFormat

/// How much one session sends at a time, and how long it waits. Times are in milliseconds.
public struct DeliveryLimits: Sendable, Hashable {
    /// The smallest size that deliveries aim at, in bytes of envelopes.
    public var deliveryBytesMin: Int
    /// The size that deliveries of a new session aim at, in bytes of envelopes.
    public var deliveryBytesStart: Int
    /// The largest size that deliveries aim at, in bytes of envelopes; one event may be larger.
    public var deliveryBytesMax: Int
    /// Events in one delivery.
    public var deliveryEventsMax: Int
    /// Deliveries that wait for an answer at the same time; an urgent one may be one more.
    public var inFlightMax: Int
    /// Rows of the feed or of a lane that are read at once.
    public var pageRowsMax: Int
    /// How long an event is held back whose author's site the peer receives directly.
    public var holdBackMilliseconds: UInt64
    /// How long events wait for which the peer had no room, the first time; doubled after each
    /// try that fails again. Also how long everything waits if nothing of a delivery had room.
    public var fullWaitMilliseconds: UInt64
    /// The longest that such events wait.
    public var fullWaitMillisecondsMax: UInt64

    /// Limits for a peer on an ordinary network.
    public init(
        deliveryBytesMin: Int = 64 << 10, deliveryBytesStart: Int = 256 << 10,
        deliveryBytesMax: Int = 4 << 20, deliveryEventsMax: Int = 2_048, inFlightMax: Int = 3,
        pageRowsMax: Int = 4_096, holdBackMilliseconds: UInt64 = SyncLimits.holdBackMilliseconds,
        fullWaitMilliseconds: UInt64 = 30_000, fullWaitMillisecondsMax: UInt64 = 600_000
    ) {
        precondition(
            0 < deliveryBytesMin && deliveryBytesMin <= deliveryBytesStart
                && deliveryBytesStart <= deliveryBytesMax,
            "delivery sizes \(deliveryBytesMin), \(deliveryBytesStart), \(deliveryBytesMax)")
        self.deliveryBytesMin = deliveryBytesMin
        self.deliveryBytesStart = deliveryBytesStart
        self.deliveryBytesMax = deliveryBytesMax
        self.deliveryEventsMax = deliveryEventsMax
        self.inFlightMax = inFlightMax
        self.pageRowsMax = pageRowsMax
        self.holdBackMilliseconds = holdBackMilliseconds
        self.fullWaitMilliseconds = fullWaitMilliseconds
        self.fullWaitMillisecondsMax = fullWaitMillisecondsMax
    }
}
