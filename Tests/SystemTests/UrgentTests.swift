import Testing

extension Daemons {
    @Suite("Urgent events")
    struct UrgentTests {
        @Test("a stop overtakes twenty thousand changes on a slow link, and is in view")
        func overtakes() async throws {
            let (network, patient, before) = try await OperatorTests.running(seed: 601)
            let (one, two) = (network["one"], network["two"])
            let samples = try await SampleFiles.written(
                seed: 602, patients: 240, from: 100, to: network.folder, "more")
            // Next to nothing leaves while the files are taken in, however long that takes here.
            network.line("one", "two").slow(to: 2_000)
            var resources = before + (try await one.takeIn(samples.all).created)
            let waiting = try await StoreFile(of: one).number(
                """
                SELECT sum(changes) FROM event
                WHERE seq > (SELECT cursor FROM peer)
                """)
            #expect(waiting >= 20_000, "\(waiting) changes wait")
            network.line("one", "two").slow(to: 60_000)
            let stop = NewStop(patient: patient, value: 1)
            _ = try await one.takeIn([network.folder.write(stop.line, to: "stop.ndjson")])
            resources += 1
            let took = try await Deadline.wait(for: "the stop is in view") {
                try await two.timeline(of: patient).contains { stop.isShown(by: $0) }
            }
            let queued = try await one.status().peers[0].queued.events
            print("a stop overtook \(waiting) changes in \(took); \(queued) events still wait")
            #expect(queued > 0, "the queue was through already")
            #expect(try await two.status().pending == 0)
            network.line("one", "two").slow(to: nil)
            try await network.expectConverged(on: resources, within: .seconds(60))
        }
    }
}
