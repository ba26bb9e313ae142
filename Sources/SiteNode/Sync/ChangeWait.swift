/// Waits for a signal or for time to pass, whichever comes first.
///
/// The end of a wait cancels the task that reads the signal, which ends an `AsyncStream` for good:
/// each wait takes a stream of its own, made before the state is looked at that it tells of.
enum ChangeWait {
    /// Whether a signal that is meant came before the time was over; `false` also at once when the
    /// signals have ended, because the node stops.
    @concurrent
    static func signalled(
        by signals: AsyncStream<Void>, until deadline: ContinuousClock.Instant,
        if isMeant: @escaping @Sendable () -> Bool = { true }
    ) async -> Bool {
        await withTaskGroup(of: Bool.self) { group in
            group.addTask {
                for await _ in signals where isMeant() { return true }
                return false
            }
            group.addTask {
                do {
                    try await Task.sleep(until: deadline, clock: .continuous)
                } catch {
                    // Cancelled together with the other: the wait is over either way.
                }
                return false
            }
            let isSignalled = await group.next() ?? false
            group.cancelAll()
            return isSignalled
        }
    }
}
