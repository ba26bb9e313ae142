import Foundation
import TestSupport
import Testing

extension Daemons {
    @Suite("Killed")
    struct KillTests {
        @Test("nothing acknowledged is lost at random moments, and the end is as without kills")
        func atRandomMoments() async throws {
            let seed = Surrounding.seed
            let rounds = Surrounding.kills
            print("kill loop: ACCORD_SEED=\(seed) ACCORD_KILLS=\(rounds)")
            let folder = try TemporaryFolder()
            let samples = try await SampleFiles.written(
                seed: 41, patients: rounds * 2, to: folder, "in")
            var loop = try await FaultLoop(
                samples: samples, rounds: rounds,
                fault: RandomKill(moments: SeededGenerator(seed: seed)), in: folder)
            for round in 0..<rounds { try await loop.run(round: round) }
            try await loop.finish(in: folder)
            print("kill loop: \(loop.tally)")
        }

        @Test("nothing acknowledged is lost at the first, second, third … fsync")
        func atEachSync() async throws {
            let seed = Surrounding.seed
            let rounds = Surrounding.kills
            print("kills at fsync: ACCORD_SEED=\(seed) ACCORD_KILLS=\(rounds)")
            let folder = try TemporaryFolder()
            let samples = try await SampleFiles.written(
                seed: 43, patients: rounds * 2, to: folder, "in")
            var loop = try await FaultLoop(
                samples: samples, rounds: rounds,
                fault: SyncKill(["practice", "hospital"], seed: seed, in: folder), in: folder)
            for round in 0..<rounds { try await loop.run(round: round) }
            try await loop.finish(in: folder)
            print("kills at fsync: \(loop.tally), up to number \(loop.fault.longest)")
        }

        @Test("a receiver killed again and again during a catch-up ends with everything")
        func duringCatchUp() async throws {
            let folder = try TemporaryFolder()
            let samples = try await SampleFiles.written(seed: 42, patients: 40, to: folder, "in")
            let link = try await SiteLink.started(in: folder)
            let resources = try await link.first.takeIn(samples.all).resources
            try await link.grant()
            var moments = SeededGenerator(seed: Surrounding.seed)
            for round in 0..<max(2, Surrounding.kills / 2) {
                let victim = round % 2 == 0 ? link.second : link.first
                try await Task.sleep(for: .milliseconds(Int.random(in: 0...300, using: &moments)))
                try await victim.kill()
                try await victim.start()
            }
            try await link.second.waitUntilHolding(resources)
            try await link.first.waitUntilHolding(resources)
            try await SiteNetwork.expectEqual([link.first, link.second])
        }

        @Test("a site whose making is killed at any fsync is made by the same command")
        func whileMade() async throws {
            let folder = try TemporaryFolder()
            for number in 1...100 {
                let label = "site-\(number)"
                let site = try Site(label, name: "Example Practice", in: folder)
                let plan = try await FaultPlan(below: site.home + "/", in: folder, for: label)
                let action: FaultPlan.Action = number % 2 == 0 ? .killBefore : .killAfter
                try plan.arm(action, at: number...number, of: [.sync])
                let first = try await site.initialise(settings: plan.settings)
                let again = try await site.initialise()
                // What was made to the end is made once, even if nobody was told.
                #expect(again.status == 0 || again.status == 78, "fsync \(number): \(again)")
                #expect(first.status != 0 || again.status == 78, "fsync \(number): \(again)")
                try await site.start()
                #expect(try await site.status().held == [0, 0, 0, 0, 0])
                #expect(try await site.stop() == 0)
                guard plan.struck > 0 else {
                    print("a site is made with \(plan.seen) fsyncs")
                    #expect(number > 10)
                    return
                }
                #expect(first.status == 128 + SIGKILL, "fsync \(number): \(first)")
            }
            Issue.record("the making of a site has no end")
        }

        @Test("a daemon killed at any fsync of its start starts the next time")
        func whileStarted() async throws {
            let folder = try TemporaryFolder()
            let plan = try await FaultPlan(
                below: folder.path + "/practice/", in: folder, for: "practice")
            let site = try await Site.started(
                "practice", name: "Example Practice", in: folder, settings: plan.settings)
            let samples = try await SampleFiles.written(seed: 44, patients: 1, to: folder, "in")
            let total = try await site.takeIn(samples.all)
            try await site.kill()
            for number in 1...20 {
                try plan.arm(.killAfter, at: number...number, of: [.sync])
                do {
                    try await site.start()
                } catch let stopped as Site.Stopped {
                    #expect(stopped.status == 128 + SIGKILL, "\(stopped)")
                }
                try plan.disarm()
                // It may have been struck just after it had started.
                try await Deadline.wait(for: "the site answers") {
                    if !site.isRunning { try await site.start() }
                    return try await site.accord("status").status == 0
                }
                #expect(try await site.status().resources == total.created)
                try await site.kill()
            }
            try await site.start()
            #expect(try await site.takeIn(samples.all).alreadyImported == total.units)
            #expect(try await site.stop() == 0)
        }
    }
}
