/// How much one session sends at a time.
public struct DeliveryLimits: Sendable, Hashable {
    /// Envelopes in one delivery, in bytes; one event alone may be larger.
    public var deliveryBytesMax: Int
    /// Events in one delivery.
    public var deliveryEventsMax: Int
    /// Deliveries that wait for an answer at the same time.
    public var inFlightMax: Int
    /// Rows of the feed that are read at once.
    public var pageRowsMax: Int

    /// Limits for a peer on an ordinary network.
    public init(
        deliveryBytesMax: Int = 1 << 20, deliveryEventsMax: Int = 2_048, inFlightMax: Int = 3,
        pageRowsMax: Int = 4_096
    ) {
        self.deliveryBytesMax = deliveryBytesMax
        self.deliveryEventsMax = deliveryEventsMax
        self.inFlightMax = inFlightMax
        self.pageRowsMax = pageRowsMax
    }
}
