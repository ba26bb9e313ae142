import Testing

@testable import SiteNode

/// Comparisons of logs, one at a time.
@Suite struct JoinGateTests {
    private struct Broken: Error {}

    @Test("one comparison runs at a time, and the next one once it has ended, however it did")
    func oneAtATime() async throws {
        let gate = JoinGate()
        let outcome = try await gate.run {
            let inner = try await gate.run { 2 }
            #expect(inner == nil)
            return 1
        }
        #expect(outcome == 1)
        await #expect(throws: Broken.self) { try await gate.run { throw Broken() } }
        let next = try await gate.run { 3 }
        #expect(next == 3)
    }
}
