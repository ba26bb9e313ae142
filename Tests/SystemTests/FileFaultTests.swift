import Foundation
import Testing

extension Daemons {
    @Suite("Files that cannot be written")
    struct FileFaultTests {
        @Test("a failing call costs a command at most, and what was acknowledged stays")
        func failingCalls() async throws {
            let seed = Surrounding.seed
            let rounds = Surrounding.callFailures
            print("call failures: ACCORD_SEED=\(seed) ACCORD_CALL_FAILURES=\(rounds)")
            let folder = try TemporaryFolder()
            let samples = try await SampleFiles.written(
                seed: 91, patients: rounds * 2, to: folder, "in")
            let fault = try await CallFailure(["practice", "hospital"], seed: seed, in: folder)
            var loop = try await FaultLoop(
                samples: samples, rounds: rounds, fault: fault, in: folder)
            for round in 0..<rounds { try await loop.run(round: round) }
            try await loop.finish(in: folder)
            print("call failures: \(loop.tally), \(loop.fault.stops) stops")
        }

        @Test("a site without peers whose commit failed stops by itself, and says what to do")
        func alone() async throws {
            let folder = try TemporaryFolder()
            // The database and its log: files outside are kept in step behind an import's back.
            let plan = try await FaultPlan(
                below: folder.path + "/practice/data/record.db", in: folder, for: "practice")
            let site = try await Site.started(
                "practice", name: "Example Practice", in: folder, settings: plan.settings)
            let samples = try await SampleFiles.written(seed: 92, patients: 3, to: folder, "in")
            _ = try await site.takeIn([samples.directory])
            try plan.arm(.fail(EIO), at: 1...1, of: [.sync])
            let failed = try await site.run(["import"] + samples.patients)
            #expect(failed.status != 0, "\(failed)")
            try plan.disarm()
            #expect(try await site.end(within: .seconds(20)) == 74, "\(site.log.suffix(500))")
            #expect(site.log.contains("Check the disk"))
            try await site.start()
            let total = try await site.takeIn(samples.all)
            #expect(total.refused == 0)
            let entries = try samples.all.map(SampleFiles.entries).reduce(0, +)
            #expect(try await site.status().resources == entries)
            #expect(try await site.stop() == 0)
        }

        @Test("a start that cannot write ends with what to do, and the next one starts")
        func atStart() async throws {
            let folder = try TemporaryFolder()
            let plan = try await FaultPlan(
                below: folder.path + "/practice/", in: folder, for: "practice")
            let site = try await Site.started(
                "practice", name: "Example Practice", in: folder, settings: plan.settings)
            #expect(try await site.stop() == 0)
            for code in [EIO, ENOSPC] {
                for number in [1, 2, 3, 5] {
                    try plan.arm(.fail(code), at: number...(number + 100), of: [.write, .sync])
                    do {
                        try await site.start()
                        try plan.disarm()
                        try await site.kill()
                    } catch let stopped as Site.Stopped {
                        #expect([65, 73, 74].contains(stopped.status), "\(stopped)")
                        let isClear = ["heck the disk", "ree space"].contains {
                            stopped.log.contains($0)
                        }
                        #expect(isClear, "\(stopped)")
                    }
                    try plan.disarm()
                    try await site.start()
                    #expect(try await site.stop() == 0)
                }
            }
        }

        @Test("a receiver whose disk is full says so at both sides, and goes on when there is room")
        func fullReceiver() async throws {
            let (link, disk, samples) = try await Self.pair(fullAt: "hospital")
            try disk.fill()
            var resources = try await link.first.takeIn(samples.all).resources
            try await link.grant()
            try await Deadline.wait(for: "the receiver names its full disk") {
                try await link.second.status().peers[0].reasons.map(\.code).contains("disk-full")
            }
            try await Deadline.wait(for: "the sender names the receiver's full disk") {
                let codes = try await link.first.status().peers[0].reasons.map(\.code)
                return codes.contains("peer-full") && !codes.contains("disk-full")
            }
            let refused = try await link.second.accord("import", samples.directory)
            #expect(refused.status != 0)
            #expect(refused.text.contains("Free space"), "\(refused)")
            try disk.makeRoom()
            try await link.second.waitUntilHolding(resources, within: .seconds(60))
            let one = try await SampleFiles.written(
                seed: 94, patients: 1, from: 50, to: link.first.folder, "more")
            resources += try await link.first.takeIn(one.all).created
            try await link.second.waitUntilHolding(resources)
            try await link.first.waitUntilHolding(resources)
            try await SiteNetwork.expectEqual([link.first, link.second])
            try await link.expectTold()
            try await link.stop()
        }

        @Test("a sender whose disk is full refuses imports, and takes them when there is room")
        func fullSender() async throws {
            let (link, disk, samples) = try await Self.pair(fullAt: "practice")
            try await link.grant()
            let early = try await link.first.takeIn([samples.directory]).resources
            try await link.second.waitUntilHolding(early)
            try disk.fill()
            let refused = try await link.first.run(["import"] + samples.patients)
            #expect(refused.status != 0)
            #expect(refused.text.contains("Free space"), "\(refused)")
            #expect(try await link.first.status().resources >= early)
            try disk.makeRoom()
            let total = try await link.first.takeIn(samples.all)
            #expect(total.refused == 0)
            let resources = try samples.all.map(SampleFiles.entries).reduce(0, +)
            try await link.second.waitUntilHolding(resources, within: .seconds(60))
            try await link.first.waitUntilHolding(resources, within: .seconds(60))
            try await SiteNetwork.expectEqual([link.first, link.second])
            try await link.expectTold()
            try await link.stop()
        }

        private static func pair(
            fullAt label: String
        ) async throws -> (SiteLink, FullDisk, SampleFiles) {
            let folder = try TemporaryFolder()
            let disk = try await FullDisk(of: label, in: folder)
            let link = try await SiteLink.started(in: folder) {
                $0 == label ? disk.settings : [:]
            }
            let samples = try await SampleFiles.written(seed: 93, patients: 8, to: folder, "in")
            return (link, disk, samples)
        }
    }
}
