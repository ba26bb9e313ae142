/// What an administrator allows, and how much of it is used up. Outlives channels: a new one does
/// not start with a full bucket.
struct Pacing: Sendable {
    private(set) var policy = TrafficPolicy()
    private var bucket: TokenBucket?

    /// Another policy holds from now on.
    mutating func follow(_ policy: TrafficPolicy, at now: UInt64) {
        self.policy = policy
        bucket?.fill(at: now)
        bucket = policy.bytesPerSecond.map { cap in
            bucket?.changed(toBytesPerSecond: cap) ?? TokenBucket(bytesPerSecond: cap, at: now)
        }
    }

    /// The size of a delivery under the cap: at most what may leave at once.
    func deliveryBytes(target: Int) -> Int { min(target, bucket?.burstBytes ?? target) }

    /// How many milliseconds until so many bytes may leave; 0 for now.
    mutating func wait(forBytes bytes: Int, at now: UInt64) -> UInt64 {
        bucket?.fill(at: now)
        return bucket?.wait(forBytes: bytes) ?? 0
    }

    /// Counts bytes that leave, also those that did not wait.
    mutating func take(_ bytes: Int, at now: UInt64) {
        bucket?.fill(at: now)
        bucket?.take(bytes)
    }
}
