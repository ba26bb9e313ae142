import Testing

/// Waiting for a condition, never for time to pass.
enum Deadline {
    /// Looks until the condition holds.
    ///
    /// - Returns: how long it took.
    /// - Throws: `Passed` if the time is up, or whatever the condition throws.
    @discardableResult
    static func wait(
        for what: String, within limit: Duration = .seconds(30),
        every pause: Duration = .milliseconds(20), until holds: () async throws -> Bool
    ) async throws -> Duration {
        let start = ContinuousClock.now
        while true {
            let holds = try await holds()
            let elapsed = ContinuousClock.now - start
            if holds { return elapsed }
            guard elapsed < limit else { throw Passed(what: what, limit: limit) }
            try await Task.sleep(for: pause)
        }
    }

    /// A condition did not come to hold in time.
    struct Passed: Error, CustomStringConvertible {
        let what: String
        let limit: Duration

        var description: String { "not within \(limit): \(what)" }
    }
}
