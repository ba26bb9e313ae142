/// Lets the deliveries of one session through in the order of their numbers (`sync-v1.md` §8).
final class DeliveryGate {
    /// How far ahead of the next delivery a number may be.
    private static let aheadMax: UInt64 = 8

    private var next: UInt64 = 1
    private var waiting: [UInt64: (Bool) async throws -> Void] = [:]
    private var isClosed = false

    /// Goes on once every earlier delivery is through; with `false` if the number is used up, too
    /// far ahead, or the session ended.
    func enter(_ number: UInt64, _ then: @escaping (Bool) async throws -> Void) async throws {
        guard !isClosed, number >= next, number - next <= Self.aheadMax, waiting[number] == nil
        else { return try await then(false) }
        guard number == next else {
            waiting[number] = then
            return
        }
        try await then(true)
    }

    /// A delivery is through.
    func leave(_ number: UInt64) async throws {
        next = max(next, number + 1)
        if let waiter = waiting.removeValue(forKey: next) { try await waiter(true) }
    }

    /// The session ended: nobody waits any longer.
    func close() async throws {
        isClosed = true
        let waiters = waiting.sorted { $0.key < $1.key }.map(\.value)
        waiting = [:]
        for waiter in waiters { try await waiter(false) }
    }
}
