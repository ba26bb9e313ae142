import Testing

extension Daemons {
    @Suite("Protocol versions")
    struct VersionTests {
        @Test("a wider range on one side speaks what both know", arguments: ["0-1", "1-2"])
        func overlap(range: String) async throws {
            let network = try await Self.pair(range)
            try await network.grantAll()
            var resources = 0
            for (index, site) in network.sites.enumerated() {
                let samples = try await SampleFiles.written(
                    seed: 700 + index, patients: 2, from: 20 * index, to: network.folder,
                    "\(site.label)/in")
                resources += try await site.takeIn(samples.all).created
            }
            try await network.expectConverged(on: resources)
        }

        @Test("ranges apart end in a state with a name, are left alone, and recover")
        func apart() async throws {
            let network = try await Self.pair("0-1")
            let (one, two) = (network["one"], network["two"])
            try await network.grantAll()
            try await network.line("one", "two").waitForContact()
            #expect(try await one.stop() == 0)
            one.set("ACCORD_TEST_PROTOCOL", to: "0-0")
            try await one.start()
            let samples = try await SampleFiles.written(
                seed: 710, patients: 2, to: network.folder, "in")
            let resources = try await one.takeIn(samples.all).created
            for site in network.sites {
                try await Deadline.wait(for: "\(site.label) names the version") {
                    try await site.status().peers.map(\.state) == ["version"]
                }
                #expect(try await site.status().peers[0].reasons.map(\.code).contains("version"))
            }
            let tries = try await Self.sessions(of: one, with: two)
            // Some retries of an ordinary failure would fall into the time that this takes.
            for _ in 0..<20 { _ = try await two.status() }
            #expect(try await Self.sessions(of: one, with: two) == tries)
            #expect(try await two.status().resources == 0)
            #expect(try await two.status().peers.map(\.state) == ["version"])

            #expect(try await one.stop() == 0)
            one.set("ACCORD_TEST_PROTOCOL", to: "0-1")
            try await one.start()
            try await network.expectConverged(on: resources)
        }

        private static func sessions(of site: Site, with peer: Site) async throws -> Int {
            try await site.show(peer).sessions.count
        }

        private static func pair(_ range: String) async throws -> SiteNetwork {
            try await SiteNetwork(
                ["one", "two"], lines: [("one", "two")], in: TemporaryFolder(),
                settings: ["one": ["ACCORD_TEST_PROTOCOL": range]])
        }
    }
}
