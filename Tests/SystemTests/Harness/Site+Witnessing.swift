import Testing

extension Site {
    /// Adds entries to the audit log, and expects one check to wait until a witness has cosigned them.
    func growWitnessed() async throws {
        for _ in 0..<3 { _ = try await accord("audit", "tail").expect(0) }
        let verified = try await accord("audit", "verify", "--require-witnesses", "1")
        #expect(verified.status == 0, "\(verified.output)\(verified.errors)")
    }
}
