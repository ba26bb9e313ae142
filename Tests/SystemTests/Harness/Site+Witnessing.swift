import Testing

extension Site {
    /// Adds entries to the audit log, and waits until a witness has cosigned them.
    func growWitnessed() async throws {
        for _ in 0..<3 { _ = try await accord("audit", "tail").expect(0) }
        try await Deadline.wait(for: "a witness cosigns") {
            let verified = try await accord("audit", "verify", "--require-witnesses", "1")
            #expect(verified.status != 1, "\(verified.output)")
            return verified.status == 0
        }
    }
}
