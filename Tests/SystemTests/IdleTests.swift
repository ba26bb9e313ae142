import Foundation
import Testing

extension Daemons {
    @Suite("Sites with nothing to do") struct IdleTests {
        /// Clock ticks of 10 ms that a process may use in a second while nothing happens.
        private static let ticksMax = 8

        @Test(
            "after a grant, a withdrawal and a delivery nobody spins, whoever dials",
            arguments: [false, true])
        func idle(dialsOutOnly: Bool) async throws {
            let folder = try TemporaryFolder()
            let link = try await LinkTests.link(in: folder)
            try await link.waitForContact()
            if dialsOutOnly {
                link.cutDialsOfFirst()
                try await Deadline.wait(for: "a dial fails") {
                    link.first.log.contains("state=unreachable")
                }
            }
            try await link.grant()
            let samples = try await SampleFiles.written(seed: 61, patients: 2, to: folder, "in")
            let resources = try await link.first.takeIn(samples.all).resources
            try await link.second.waitUntilHolding(resources)
            _ = try await link.first.accord(
                "share", "withdraw", link.second.label, "--reason", "test"
            ).expect(0)
            for site in [link.first, link.second] {
                try await Self.waitUntilIdle(site)
            }
        }

        /// Waits until a second passes in which the service uses next to no processor time.
        private static func waitUntilIdle(_ site: Site) async throws {
            var last = try ticks(of: site) - 1_000_000
            try await Deadline.wait(
                for: "\(site.label) is idle", within: .seconds(20), every: .seconds(1)
            ) {
                let present = try ticks(of: site)
                defer { last = present }
                return present - last >= 0 && present - last <= ticksMax
            }
        }

        /// Processor time of the service so far, from /proc/PID/stat (proc(5)): utime and stime.
        private static func ticks(of site: Site) throws -> Int {
            let process = try #require(site.daemon)
            let path = "/proc/\(process.id)/stat"
            let text = try String(contentsOfFile: path, encoding: .utf8)
            let fields = try #require(text.split(separator: ")").last).split(separator: " ")
            return (Int(fields[11]) ?? 0) + (Int(fields[12]) ?? 0)
        }
    }
}
