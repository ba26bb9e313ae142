import Testing

extension Daemons {
    @Suite("Entitlements")
    struct EntitlementTests {
        @Test("sites with different entitlements write to one patient, and no vector has a hole")
        func different() async throws {
            let network = try await SiteNetwork(
                ["one", "two", "three"], lines: [("one", "two"), ("one", "three")],
                in: TemporaryFolder())
            let (one, two, three) = (network["one"], network["two"], network["three"])
            let both = "general,mental-health"
            try await one.grant(to: two)
            try await one.grant(to: three, compartments: both)
            try await two.grant(to: one, compartments: both)
            try await three.grant(to: one, compartments: both)
            let samples = try await SampleFiles.written(
                seed: 501, patients: 1, to: network.folder, "in")
            let before = try await one.takeIn(samples.all).created
            let patient = try await one.patient(SampleFiles.identifier(of: samples.patients[0])).id
            try await network.expectConverged(on: before)

            try await two.takeIn(0..<5, of: patient)
            try await three.takeIn(10..<15, of: patient)
            try await Self.takeInPrivately(20..<24, of: patient, at: three)
            try await one.takeIn(30..<33, of: patient)
            try await Self.takeInPrivately(40..<42, of: patient, at: one)
            for (site, count) in [(one, 19), (three, 19), (two, 13)] {
                try await site.waitUntilHolding(before + count, within: .seconds(30))
                #expect(try await StoreFile(of: site).holes() == 0, "\(site.label)")
            }
            #expect(try await Self.privateEvents(at: two) == 0)
            #expect(try await Self.privateEvents(at: three) == Self.privateEvents(at: one))
            #expect(
                try await one.explain(patient, to: two).code("mental-health")
                    == "other-compartment")

            // Who loses the entitlement keeps what it wrote itself.
            try await one.withdraw(from: two, patient: patient)
            try await Deadline.wait(for: "the withdrawal is acknowledged") {
                try await one.withdrawals().first?.state == "done"
            }
            #expect(try await two.timeline(of: patient).count == 5)
            #expect(try await StoreFile(of: two).holes() == 0)
            try await one.takeIn(50..<52, of: patient)
            try await three.waitUntilHolding(before + 21)
            #expect(try await two.timeline(of: patient).count == 5)
        }

        @Test("an encounter at the hospital opens the record to it, and its end closes it")
        func relationship() async throws {
            let network = try await SiteNetwork(
                ["one", "two"], lines: [("one", "two")], in: TemporaryFolder())
            let (one, two) = (network["one"], network["two"])
            try await one.grant(
                to: two, who: "relationship", compartments: "general", "--organisation",
                NewEncounter.organisation)
            let samples = try await SampleFiles.written(
                seed: 502, patients: 2, to: network.folder, "in")
            _ = try await one.takeIn(samples.all)
            let patient = try await one.patient(SampleFiles.identifier(of: samples.patients[0])).id
            try await network.line("one", "two").waitForContact()
            #expect(try await two.status().patients == 0)

            let open = NewEncounter(patient: patient, value: 1, leftSeconds: nil)
            _ = try await one.takeIn([network.folder.write(open.line, to: "open.ndjson")])
            let held = try await one.record(of: patient).resources
            try await Deadline.wait(for: "the record is open") {
                guard try await two.status().patients == 1 else { return false }
                return try await two.record(of: patient).resources == held
            }
            let explained = try await one.explain(patient, to: two)
            #expect(explained.compartments.first { $0.isShared }?.basis?.isEmpty == false)

            let ending = NewEncounter(patient: patient, value: 1, leftSeconds: 4)
            _ = try await one.takeIn([network.folder.write(ending.line, to: "ending.ndjson")])
            try await Deadline.wait(for: "the end has come") {
                try await one.explain(patient, to: two).code() == "relationship-ended"
            }
            let disclosed = try await StoreFile(of: one).audit("disclose-out").count
            try await one.takeIn(0..<3, of: patient)
            // A lapse stops the sending and withdraws nothing.
            try await Deadline.wait(for: "nothing waits") {
                try await one.status().peers[0].queued.events == 0
            }
            #expect(try await StoreFile(of: one).audit("disclose-out").count == disclosed)
            #expect(try await two.status().patients == 1)
            #expect(try await two.record(of: patient).resources == held)
            #expect(try await one.withdrawals().isEmpty)
        }

        private static func takeInPrivately(
            _ values: Range<Int>, of patient: String, at site: Site
        ) async throws {
            let lines = values.map { NewObservation(patient: patient, value: $0).privateLine }
            let file = try site.folder.write(
                lines.joined(), to: "\(site.label)/in/private-\(values.lowerBound).ndjson")
            _ = try await site.takeIn([file])
        }

        /// Events in the compartment for mental health.
        private static func privateEvents(at site: Site) async throws -> Int {
            try await StoreFile(of: site).number(
                """
                SELECT count(*) FROM event JOIN stream ON stream.id = event.stream
                WHERE stream.kind = 1 AND hex(substr(stream.name, 18, 1)) NOT IN ('01', '02')
                """)
        }
    }
}
