import Foundation
import Testing

extension Daemons {
    @Suite("Stopped in good order")
    struct StopTests {
        @Test("a stop during an import keeps whole files only, and the import can be run again")
        func duringImport() async throws {
            let folder = try TemporaryFolder()
            let site = try await Site.started("practice", name: "Example Practice", in: folder)
            let samples = try await SampleFiles.written(seed: 51, patients: 60, to: folder, "in")
            let command = ["import", "--format", "json"] + samples.all
            let running = try site.launch(command)
            try await Deadline.wait(for: "the import is under way", every: .milliseconds(5)) {
                try await site.status().patients >= 2
            }
            #expect(running.process.isRunning, "the import was too short for this test")
            #expect(try await site.stop() == 0)
            #expect(site.log.contains("node stopped"))
            let interrupted = try await running.result(within: .seconds(20))
            #expect(interrupted.status == 2, "\(interrupted)")

            try await site.start()
            let held = try await site.status()
            #expect(held.patients >= 2 && held.patients < 60)
            var whole = 0
            for file in samples.patients.prefix(held.patients + 1) {
                guard let found = try await site.find(SampleFiles.identifier(of: file)).first else {
                    continue
                }
                whole += 1
                let resources = try await site.record(of: found.id).resources
                #expect(resources == (try SampleFiles.patientEntries(of: file)))
            }
            #expect(whole == held.patients)
            let again = try await site.takeIn(samples.all)
            #expect(again.units == 61)
            #expect(again.alreadyImported == held.patients + 1)
            let entries = try samples.all.map(SampleFiles.entries).reduce(0, +)
            #expect(try await site.status().resources == entries)
        }

        @Test("a stop during a catch-up ends in time, and the rest follows after the start")
        func duringCatchUp() async throws {
            let folder = try TemporaryFolder()
            let link = try await SiteLink.started(in: folder)
            let samples = try await SampleFiles.written(seed: 52, patients: 40, to: folder, "in")
            let resources = try await link.first.takeIn(samples.all).resources
            try await link.grant()
            for site in [link.second, link.first] {
                let start = ContinuousClock.now
                #expect(try await site.stop() == 0)
                print("\(site.label) stopped in \(ContinuousClock.now - start)")
                try await site.start()
            }
            try await link.second.waitUntilHolding(resources)
            try await link.first.waitUntilHolding(resources)
        }

        @Test("a stop does not wait for a delivery that never comes to its end")
        func duringFrozenDelivery() async throws {
            let folder = try TemporaryFolder()
            let link = try await SiteLink.started(in: folder)
            try await link.waitForContact()
            let samples = try await SampleFiles.written(seed: 53, patients: 40, to: folder, "in")
            let resources = try await link.first.takeIn(samples.all).resources
            // Slow enough to be frozen in the middle of a body that is too long to be cut soon.
            link.slow(to: 100_000)
            try await link.grant()
            try await Deadline.wait(for: "a delivery is under way") {
                link.toSecond.bytesInRequest > 20_000
            }
            link.toSecond.freeze(.toServer)
            #expect(try await link.second.stop(within: .seconds(15)) == 0)
            link.slow(to: nil)
            link.toSecond.reset()
            try await link.second.start()
            try await link.second.waitUntilHolding(resources, within: .seconds(60))
            try await link.first.waitUntilHolding(resources, within: .seconds(60))
        }

        @Test("an idle pair stops at once although requests are held open")
        func idle() async throws {
            let link = try await SiteLink.started(in: TemporaryFolder())
            try await link.waitForContact()
            for site in [link.first, link.second] {
                #expect(try await site.stop(within: .seconds(10)) == 0, "\(site.log.suffix(500))")
            }
        }
    }
}
