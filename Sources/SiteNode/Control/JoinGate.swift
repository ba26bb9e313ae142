import Synchronization

/// Lets one comparison of logs run at a time: both halves are in memory as long as it lasts.
final class JoinGate: Sendable {
    private let isTaken = Mutex(false)

    /// Runs the comparison; `nil` if another one is running.
    func run<Value: Sendable>(_ compare: () async throws -> Value) async throws -> Value? {
        let isFree = isTaken.withLock { isTaken in
            defer { isTaken = true }
            return !isTaken
        }
        guard isFree else { return nil }
        defer { isTaken.withLock { $0 = false } }
        return try await compare()
    }
}
