import Foundation
import Testing

extension Daemons {
    @Suite("Killed at random moments")
    struct KillTests {
        @Test("nothing acknowledged is lost, and the same commands end as without kills")
        func killLoop() async throws {
            let seed = Surrounding.seed
            let kills = Surrounding.kills
            print("kill loop: ACCORD_SEED=\(seed) ACCORD_KILLS=\(kills)")
            let folder = try TemporaryFolder()
            let samples = try await SampleFiles.written(
                seed: 41, patients: kills * Self.patientsOfRound, to: folder, "in")
            var loop = try await KillLoop(samples: samples, seed: seed, in: folder)
            for round in 0..<kills {
                try await loop.run(round: round)
            }
            let resources = try samples.all.map(SampleFiles.entries).reduce(0, +)
            let link = loop.link
            try await link.first.waitUntilHolding(resources, within: .seconds(60))
            try await link.second.waitUntilHolding(resources, within: .seconds(60))

            let identifiers = try samples.patients.map(SampleFiles.identifier)
            let sender = try await Holdings.read(identifiers, at: link.first)
            let receiver = try await Holdings.read(identifiers, at: link.second)
            Holdings.expectEqual(sender, receiver)
            let reference = try await Self.reference(samples, in: folder)
            #expect(try await reference.status().resources == resources)
            Holdings.expectEqual(
                sender.anonymous, try await Holdings.read(identifiers, at: reference).anonymous)
            let events = try await reference.status().events
            #expect(try await link.first.status().events == events)
            #expect(try await link.second.status().events == events)
            print("kill loop: \(loop.tally)")
        }

        @Test("a receiver killed again and again during a catch-up ends with everything")
        func killedCatchUp() async throws {
            let folder = try TemporaryFolder()
            let samples = try await SampleFiles.written(seed: 42, patients: 40, to: folder, "in")
            let link = try await KillLoop.link(in: folder)
            let resources = try await link.first.takeIn(samples.all).resources
            try await link.grant()
            var moments = SeededMoments(seed: Surrounding.seed)
            for round in 0..<max(2, Surrounding.kills / 2) {
                let victim = round % 2 == 0 ? link.second : link.first
                try await Task.sleep(for: .milliseconds(Int.random(in: 0...300, using: &moments)))
                try await victim.kill()
                try await victim.start()
            }
            try await link.second.waitUntilHolding(resources)
            try await link.first.waitUntilHolding(resources)
            let identifiers = try samples.patients.map(SampleFiles.identifier)
            Holdings.expectEqual(
                try await Holdings.read(identifiers, at: link.first),
                try await Holdings.read(identifiers, at: link.second))
        }

        private static let patientsOfRound = 4

        /// A site that imported the same files and was never killed.
        private static func reference(
            _ samples: SampleFiles, in folder: TemporaryFolder
        ) async throws -> Site {
            let site = try await Site.started("reference", name: "Reference", in: folder)
            _ = try await site.takeIn(samples.all)
            return site
        }
    }
}
