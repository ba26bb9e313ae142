import Synchronization

/// Rings once at the time that was set last; setting it again replaces the earlier time.
final class WakeAlarm: Sendable {
    private let deadline = Mutex<ContinuousClock.Instant?>(nil)
    private let changes: AsyncStream<Void>
    private let changed: AsyncStream<Void>.Continuation

    init() {
        (changes, changed) = AsyncStream.makeStream(
            of: Void.self, bufferingPolicy: .bufferingNewest(1))
    }

    /// Rings after a duration; at once if it is not positive.
    func set(after duration: Duration) {
        deadline.withLock { $0 = .now + max(duration, .zero) }
        changed.yield()
    }

    /// Rings until the task is cancelled.
    func run(_ ring: @Sendable () -> Void) async {
        var iterator = changes.makeAsyncIterator()
        while !Task.isCancelled {
            guard let time = deadline.withLock({ $0 }) else {
                guard await iterator.next() != nil else { return }
                continue
            }
            // Looks again every second at the latest: the time may have been set anew.
            let next = min(time, .now + .seconds(1))
            do {
                try await Task.sleep(until: next, clock: .continuous)
            } catch {
                return
            }
            let isDue = deadline.withLock { deadline in
                guard let time = deadline, time <= .now else { return false }
                deadline = nil
                return true
            }
            if isDue { ring() }
        }
    }
}
