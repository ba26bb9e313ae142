import Testing

extension Daemons {
    @Suite("Power cuts", .needs(.loopDisk))
    struct PowerCutTests {
        @Test("nothing acknowledged is lost, and the same commands end as without power cuts")
        func cuts() async throws {
            let seed = Surrounding.seed
            let rounds = Surrounding.powerCuts
            print("power cuts: ACCORD_SEED=\(seed) ACCORD_POWER_CUTS=\(rounds)")
            let folder = try TemporaryFolder()
            let samples = try await SampleFiles.written(
                seed: 61, patients: rounds * 2, to: folder, "in")
            let fault = try await PowerCut(["practice", "hospital"], seed: seed, in: folder)
            var loop = try await FaultLoop(
                samples: samples, rounds: rounds, fault: fault, in: folder)
            for round in 0..<rounds { try await loop.run(round: round) }
            try await loop.finish(in: folder)
            print("power cuts: \(loop.tally)")
        }

        @Test("a site that was made before the power was cut is there after it")
        func afterInit() async throws {
            for _ in 0..<3 {
                let folder = try TemporaryFolder()
                let disk = try await LoopDisk(at: folder.path + "/practice", in: folder)
                let site = try Site("practice", name: "Example Practice", in: folder)
                _ = try await site.initialise().expect(0)
                try disk.cutPower()
                try await disk.remount()
                try await site.start()
                #expect(try await site.status().name == "Example Practice")
                #expect(try await site.stop() == 0)
            }
        }
    }
}
