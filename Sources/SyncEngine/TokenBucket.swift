/// A bandwidth cap: bytes may leave as time passes, and a second's worth at once.
///
/// Over any stretch of time no more leaves than the burst and the rate times that stretch, but for
/// what is taken without waiting. Counts in byte-milliseconds, so that nothing is lost to rounding.
struct TokenBucket: Sendable {
    /// The smallest burst, in bytes: a cap below it must not cut deliveries into crumbs.
    static let burstBytesMin = 64 << 10
    /// The fastest cap; anything above is none in practice.
    static let bytesPerSecondMax = 1 << 40
    /// Time beyond this is not counted at once, about an hour.
    private static let elapsedMillisecondsMax: UInt64 = 1 << 22

    let bytesPerSecond: Int
    /// What may be there, in byte-milliseconds; below zero after more was taken than was there.
    private var credit: Int
    private var filledAt: UInt64

    /// A full bucket.
    init(bytesPerSecond: Int, at now: UInt64) {
        self.bytesPerSecond = min(max(1, bytesPerSecond), Self.bytesPerSecondMax)
        credit = max(self.bytesPerSecond, Self.burstBytesMin) * 1_000
        filledAt = now
    }

    /// The most that may leave at once, in bytes.
    var burstBytes: Int { max(bytesPerSecond, Self.burstBytesMin) }

    /// Counts the time that has passed. A clock that was set back costs what it was set back by.
    mutating func fill(at now: UInt64) {
        let elapsed = now > filledAt ? min(now - filledAt, Self.elapsedMillisecondsMax) : 0
        filledAt = now
        credit = min(burstBytes * 1_000, credit + Int(elapsed) * bytesPerSecond)
    }

    /// How many milliseconds until so many bytes may leave; 0 for now. More than a burst may leave
    /// once the bucket is full.
    func wait(forBytes bytes: Int) -> UInt64 {
        let missing = min(bytes, burstBytes) * 1_000 - credit
        guard missing > 0 else { return 0 }
        return UInt64((missing + bytesPerSecond - 1) / bytesPerSecond)
    }

    /// Takes bytes, whether or not they are there.
    mutating func take(_ bytes: Int) { credit -= bytes * 1_000 }

    /// Keeps what was there, under another cap.
    func changed(toBytesPerSecond bytesPerSecond: Int) -> TokenBucket {
        var bucket = TokenBucket(bytesPerSecond: bytesPerSecond, at: filledAt)
        bucket.credit = min(credit, bucket.credit)
        return bucket
    }
}
