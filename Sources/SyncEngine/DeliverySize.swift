/// The size that deliveries aim at, from how long the peer takes to answer.
struct DeliverySize: Sendable {
    /// An answer that comes sooner lets deliveries grow.
    static let quickMilliseconds: UInt64 = 150
    /// An answer that comes later makes them shrink.
    static let slowMilliseconds: UInt64 = 600

    private let limits: DeliveryLimits
    /// In bytes of envelopes.
    private(set) var target: Int

    init(_ limits: DeliveryLimits) {
        self.limits = limits
        target = limits.deliveryBytesStart
    }

    /// A delivery of so many bytes was answered after so long.
    ///
    /// A quick answer to a small delivery says nothing about large ones: only one that filled half
    /// of the target doubles it.
    mutating func note(bytes: Int, tookMilliseconds: UInt64) {
        if tookMilliseconds > Self.slowMilliseconds {
            target = max(limits.deliveryBytesMin, target / 2)
        } else if tookMilliseconds < Self.quickMilliseconds, bytes >= target / 2 {
            target = min(limits.deliveryBytesMax, target * 2)
        }
    }
}
