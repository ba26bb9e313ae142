import Testing

extension Daemons {
    @Suite("Away, and wrong clocks")
    struct AwayTests {
        private static let month: Int64 = 31 * 86_400

        @Test("a site that was away for a month gets everything, and no clock is suspected")
        func month() async throws {
            let pair = try await Pair()
            let (one, two) = (pair.network["one"], pair.network["two"])
            #expect(try await two.stop() == 0)
            #expect(try await one.stop() == 0)
            try pair.first.shift(by: Self.month)
            try pair.second.shift(by: Self.month)
            try await one.start()
            let late = try await SampleFiles.written(
                seed: 802, patients: 3, from: 50, to: pair.network.folder, "late")
            let resources = pair.resources + (try await one.takeIn(late.all).created)
            try await two.start()
            try await pair.network.expectConverged(on: resources)
            for site in [one, two] {
                let status = try await site.status()
                #expect(status.peers[0].clockAheadMilliseconds == nil)
                #expect(status.clock.state != "held")
                let alarms = status.alarms.map(\.code)
                #expect(!alarms.contains("peer-clock") && !alarms.contains("clock-held"))
            }
        }

        @Test("a site whose clock stood still for a month gets everything, and its clock is named")
        func stood() async throws {
            let pair = try await Pair()
            let (one, two) = (pair.network["one"], pair.network["two"])
            #expect(try await two.stop() == 0)
            #expect(try await one.stop() == 0)
            try pair.first.shift(by: Self.month)
            try await one.start()
            try await one.takeIn(0..<3, of: pair.patient)
            try await two.start()
            try await pair.network.expectConverged(on: pair.resources + 3)
            try await Deadline.wait(for: "the clocks are compared") {
                try await two.status().alarms.map(\.code).contains("peer-clock")
            }
            let ahead = try await two.status().peers[0].clockAheadMilliseconds ?? 0
            #expect(ahead > (Self.month - 600) * 1_000)
            #expect(try await one.status().peers[0].clockAheadMilliseconds == nil)
            // Nobody followed: what the second writes has its own time.
            try await two.takeIn(5..<6, of: pair.patient)
            #expect(try await Self.lead(of: two) < 600)
            try await pair.network.expectConverged(on: pair.resources + 4)
        }

        @Test("a step of two hours forward is held until it is confirmed, one back is followed")
        func steps() async throws {
            let pair = try await Pair()
            let (one, two) = (pair.network["one"], pair.network["two"])
            try pair.first.shift(by: 7_200)
            try await Deadline.wait(for: "the step is held") {
                try await one.status().clock.state == "held"
            }
            let held = try await one.status()
            #expect(held.clock.offMilliseconds ?? 0 > 7_000_000)
            #expect(held.alarms.map(\.code).contains("clock-held"))
            try await one.takeIn(0..<1, of: pair.patient)
            #expect(try await Self.lead(of: one) < 600)
            _ = try await one.accord("clock", "confirm").expect(0)
            #expect(try await one.status().clock.state != "held")
            try await one.takeIn(1..<2, of: pair.patient)
            #expect(try await Self.lead(of: one) > 6_600)
            _ = try await one.accord("clock", "confirm").expect(1)

            try pair.first.shift(by: 0)
            try await Deadline.wait(for: "the step back is followed") {
                try await StoreFile(of: one).audit("clock").contains {
                    $0.reason?.hasPrefix("stepped back") ?? false
                }
            }
            #expect(try await one.status().clock.state != "held")
            try await one.takeIn(2..<3, of: pair.patient)
            #expect(try await Self.lead(of: one) < 600)
            try await pair.network.expectConverged(on: pair.resources + 3)
            #expect(try await two.status().clock.state != "held")
            #expect(try await Self.suspects(at: two) == 1)
        }

        @Test("what a site wrote in 2036 is kept and marked, and nobody else's clock moves")
        func year2036() async throws {
            let pair = try await Pair()
            let (one, two) = (pair.network["one"], pair.network["two"])
            #expect(try await one.stop() == 0)
            try pair.first.shift(by: 10 * 366 * 86_400)
            try await one.start()
            try await one.takeIn(0..<4, of: pair.patient)
            #expect(try await Self.lead(of: one) > 300_000_000)
            #expect(try await one.stop() == 0)
            try pair.first.shift(by: 0)
            try await one.start()
            try await one.takeIn(4..<6, of: pair.patient)
            try await two.takeIn(6..<8, of: pair.patient)
            try await pair.network.expectConverged(on: pair.resources + 8)
            #expect(try await Self.suspects(at: two) == 4)
            for site in [one, two] { #expect(try await Self.lead(of: site) < 600) }
            #expect(try await two.status().clock.state != "held")
            let shown = try await two.timeline(of: pair.patient)
            for value in 0..<8 {
                let title = NewObservation(patient: pair.patient, value: value).title
                #expect(shown.contains { $0.display == title }, "\(title)")
            }
        }

        /// By how many seconds the newest own event's recorded time leads the machine's clock.
        private static func lead(of site: Site) async throws -> Int {
            try await StoreFile(of: site).number(
                """
                SELECT accepted / 1000 - unixepoch('now') FROM event
                WHERE source IS NULL ORDER BY seq DESC LIMIT 1
                """)
        }

        /// Events whose author's clock is suspect.
        private static func suspects(at site: Site) async throws -> Int {
            try await StoreFile(of: site).number("SELECT count(*) FROM event WHERE flags & 2")
        }

        /// Two sites in step, each with a clock of its own.
        private struct Pair {
            let network: SiteNetwork
            let first: ShiftedClock
            let second: ShiftedClock
            let patient: String
            let resources: Int

            init() async throws {
                let folder = try TemporaryFolder()
                first = try await ShiftedClock(in: folder, for: "one")
                second = try await ShiftedClock(in: folder, for: "two")
                network = try await SiteNetwork(
                    ["one", "two"], lines: [("one", "two")], in: folder,
                    settings: ["one": first.settings, "two": second.settings])
                try await network.grantAll()
                let samples = try await SampleFiles.written(
                    seed: 801, patients: 1, to: folder, "in")
                resources = try await network["one"].takeIn(samples.all).created
                try await network.expectConverged(on: resources)
                let identifier = try SampleFiles.identifier(of: samples.patients[0])
                patient = try await network["one"].patient(identifier).id
            }
        }
    }
}
