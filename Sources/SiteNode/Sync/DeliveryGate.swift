/// Lets the deliveries of one session through in the order of their numbers, whatever order they
/// arrived and were examined in.
actor DeliveryGate {
    private var next: UInt64 = 1
    private var waiting: [UInt64: CheckedContinuation<Bool, Never>] = [:]
    private var isClosed = false

    /// The most deliveries that may wait for an earlier one.
    private static let waitingMax = 8

    /// Waits until every earlier delivery is through; `false` if the number is used up, too far
    /// ahead, or the session ended.
    func enter(_ number: UInt64) async -> Bool {
        guard !isClosed, number >= next, waiting[number] == nil else { return false }
        if number == next { return true }
        guard waiting.count < Self.waitingMax else { return false }
        return await withCheckedContinuation { waiting[number] = $0 }
    }

    /// A delivery is through.
    func leave(_ number: UInt64) {
        next = max(next, number + 1)
        waiting.removeValue(forKey: next)?.resume(returning: true)
    }

    /// The session ended: nobody waits any longer.
    func close() {
        isClosed = true
        for waiter in waiting.values {
            waiter.resume(returning: false)
        }
        waiting.removeAll()
    }
}
