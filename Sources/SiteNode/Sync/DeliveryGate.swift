/// Lets the deliveries of one session through in the order of their numbers, whatever order they
/// arrived and were examined in.
actor DeliveryGate {
    private var next: UInt64 = 1
    private var waiting: [UInt64: CheckedContinuation<Bool, Never>] = [:]
    private var isClosed = false
    /// Whether the delivery whose turn it is has entered.
    private var isTaken = false

    /// How far ahead of the next delivery a number may be (`sync-v1.md` §8).
    private static let aheadMax: UInt64 = 8

    /// Waits until every earlier delivery is through; `false` if the number is used up, too far
    /// ahead, or the session ended.
    func enter(_ number: UInt64) async -> Bool {
        guard !isClosed, number >= next, number - next <= Self.aheadMax, waiting[number] == nil
        else { return false }
        if number == next {
            defer { isTaken = true }
            return !isTaken
        }
        return await withCheckedContinuation { waiting[number] = $0 }
    }

    /// A delivery is through.
    func leave(_ number: UInt64) {
        next = max(next, number + 1)
        let waiter = waiting.removeValue(forKey: next)
        isTaken = waiter != nil
        waiter?.resume(returning: true)
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
