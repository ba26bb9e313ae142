import Testing

extension Daemons {
    @Suite("Clocks that jump")
    struct ClockJumpTests {
        @Test("a clock that jumps by seconds, hours or years during sync loses and stops nothing")
        func jumps() async throws {
            let seed = Surrounding.seed
            let rounds = Surrounding.clockJumps
            print("clock jumps: ACCORD_SEED=\(seed) ACCORD_CLOCK_JUMPS=\(rounds)")
            let folder = try TemporaryFolder()
            let samples = try await SampleFiles.written(
                seed: 101, patients: rounds * 2, to: folder, "in")
            let fault = try await ClockJump(["practice", "hospital"], seed: seed, in: folder)
            var loop = try await FaultLoop(
                samples: samples, rounds: rounds, fault: fault, in: folder)
            for round in 0..<rounds { try await loop.run(round: round) }
            try await loop.finish(in: folder)
            print("clock jumps: \(loop.tally)")
        }
    }
}
