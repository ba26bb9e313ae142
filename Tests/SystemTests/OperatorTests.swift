import Foundation
import Testing

extension Daemons {
    @Suite("What operators can do")
    struct OperatorTests {
        @Test("nothing moves while a peer is paused, by whoever's requests, and everything after")
        func pause() async throws {
            let (network, patient, resources) = try await Self.running(seed: 401)
            let (one, two) = (network["one"], network["two"])
            _ = try await one.accord("peer", "pause", "two").expect(0)
            let sent = try await StoreFile(of: one).audit("disclose-out").count
            try await Deadline.wait(for: "the peer counts as paused") {
                try await one.status().peers.map(\.state) == ["paused"]
            }
            let received = try await StoreFile(of: one).audit("disclose-in").count
            try await one.takeIn(0..<5, of: patient)
            try await two.takeIn(5..<10, of: patient)
            try await Deadline.wait(for: "the other side is turned away") {
                try await two.status().peers[0].state != "connected"
            }
            #expect(try await one.show(two).traffic.isPaused)
            let status = try await one.status().peers[0]
            #expect(status.reasons.map(\.code).contains("paused"))
            #expect(status.queued.events >= 5)
            #expect(try await StoreFile(of: one).audit("disclose-out").count == sent)
            #expect(try await StoreFile(of: one).audit("disclose-in").count == received)
            #expect(try await two.status().resources == resources + 5)
            _ = try await one.accord("peer", "resume", "two").expect(0)
            try await network.expectConverged(on: resources + 10)
        }

        @Test("a bandwidth cap bounds what leaves in a time, and urgent events do not wait for it")
        func bandwidth() async throws {
            let (network, patient, before) = try await Self.running(seed: 402)
            let (one, two) = (network["one"], network["two"])
            let rate = 16 << 10
            _ = try await one.accord("peer", "limit", "two", "--bandwidth", "16KiB").expect(0)
            let samples = try await SampleFiles.written(
                seed: 403, patients: 25, from: 100, to: network.folder, "more")
            let store = try StoreFile(of: two)
            let held = try await store.number("SELECT sum(bytes) FROM event")
            let start = ContinuousClock.now
            var resources = before + (try await one.takeIn(samples.all).created)
            try await Deadline.wait(for: "the cap is what it waits for") {
                try await one.status().peers[0].reasons.map(\.code).contains("bandwidth")
            }
            let stop = NewStop(patient: patient, value: 1)
            _ = try await one.takeIn([network.folder.write(stop.line, to: "stop.ndjson")])
            resources += 1
            let took = try await Deadline.wait(for: "the stop is there", within: .seconds(5)) {
                try await two.timeline(of: patient).contains { stop.isShown(by: $0) }
            }
            print("an urgent event under a bandwidth cap: \(took)")
            let queued = try await one.status().peers[0].queued.events
            #expect(queued > 0, "the queue was through already")
            try await Deadline.wait(for: "four seconds' worth has come") {
                try await store.number("SELECT sum(bytes) FROM event") - held > rate * 4
                    || ContinuousClock.now - start > .seconds(20)
            }
            let bytes = try await store.number("SELECT sum(bytes) FROM event") - held
            let seconds = Double((ContinuousClock.now - start).components.seconds + 1)
            // One delivery may leave at once; the urgent one is small.
            #expect(bytes > rate)
            #expect(Double(bytes) < Double(rate) * (seconds + 2) + 64 * 1_024, "\(bytes)")
            _ = try await one.accord("peer", "limit", "two", "--no-bandwidth").expect(0)
            try await network.expectConverged(on: resources)
        }

        @Test("outside the windows only urgent events leave, and the state says so")
        func windows() async throws {
            let (network, patient, before) = try await Self.running(seed: 404)
            let (one, two) = (network["one"], network["two"])
            _ = try await one.accord("peer", "limit", "two", "--window", Self.laterWindow())
                .expect(0)
            try await Deadline.wait(for: "the peer waits for its window") {
                try await one.status().peers.map(\.state) == ["waiting-window"]
            }
            let other = try await SampleFiles.written(
                seed: 405, patients: 2, from: 50, to: network.folder, "more")
            let more = try await one.takeIn(other.all).created
            let stop = NewStop(patient: patient, value: 1)
            _ = try await one.takeIn([network.folder.write(stop.line, to: "stop.ndjson")])
            try await Deadline.wait(for: "the stop is there", within: .seconds(5)) {
                try await two.timeline(of: patient).contains { stop.isShown(by: $0) }
            }
            #expect(try await two.find(SampleFiles.identifier(of: other.patients[0])).isEmpty)
            let peer = try await one.status().peers[0]
            #expect(peer.state == "waiting-window")
            #expect(peer.queued.events > 0)
            #expect(peer.reasons.map(\.code).contains("window"))
            // The windows hold for what this site sends.
            try await two.takeIn(0..<2, of: patient)
            try await Deadline.wait(for: "the other direction goes on") {
                try await one.timeline(of: patient).filter { $0.type == "Observation" }.count
                    == two.timeline(of: patient).filter { $0.type == "Observation" }.count
            }
            _ = try await one.accord("peer", "limit", "two", "--no-windows").expect(0)
            try await network.expectConverged(on: before + more + 3)
        }

        @Test("a peer is dialled through its CONNECT proxy, and a proxy that refuses is named")
        func proxy() async throws {
            let (network, patient, before) = try await Self.running(seed: 406)
            let (one, two) = (network["one"], network["two"])
            network.line("one", "two").cutDials(to: one)
            let (open, closed) = (try ConnectProxy(), try ConnectProxy(refuses: true))
            _ = try await one.accord("peer", "limit", "two", "--proxy", closed.endpoint).expect(0)
            // Requests that are held open keep their way; the next one goes by the proxy.
            try await one.takeIn(0..<2, of: patient)
            try await Deadline.wait(for: "the refusing proxy is asked") { closed.tunnels > 0 }
            try await Deadline.wait(for: "the peer is not reached") {
                try await one.status().peers.map(\.state) == ["unreachable"]
            }
            #expect(try await two.status().resources == before)
            _ = try await one.accord("peer", "limit", "two", "--proxy", open.endpoint).expect(0)
            try await network.expectConverged(on: before + 2)
            #expect(open.tunnels > 0)
            #expect(try await one.show(two).traffic.proxy == open.endpoint)
            _ = try await one.accord("peer", "limit", "two", "--no-proxy").expect(0)
            #expect(try await one.show(two).traffic.proxy == nil)
            try await one.takeIn(2..<4, of: patient)
            try await network.expectConverged(on: before + 4)
        }

        @Test("the status says exactly in step, then what is queued and why")
        func status() async throws {
            let (network, patient, before) = try await Self.running(seed: 407)
            let (one, two) = (network["one"], network["two"])
            let inStep = try await one.status()
            #expect(inStep.eventsOnlyHere == 0)
            #expect(inStep.peers[0].isInStep && inStep.peers[0].reasons.isEmpty)
            #expect(inStep.peers[0].exactlyInStepMilliseconds != nil)
            #expect(inStep.peers[0].theirQueuedEvents == 0)
            #expect(try await two.stop() == 0)
            try await one.takeIn(0..<7, of: patient)
            try await Deadline.wait(for: "the peer is not reached") {
                try await one.status().peers.map(\.state) == ["unreachable"]
            }
            let behind = try await one.status()
            #expect(behind.eventsOnlyHere == 7)
            #expect(!behind.peers[0].isInStep)
            #expect(behind.peers[0].queued.events == 7)
            #expect(behind.peers[0].reasons.map(\.code).contains("unreachable"))
            let shown = try await one.show(two)
            #expect(!shown.sessions.isEmpty)
            #expect(shown.status.queued.events == 7)
            try await two.start()
            try await network.expectConverged(on: before + 7)
            #expect(try await one.status().eventsOnlyHere == 0)
        }

        @Test("the sessions of a peer account for every event, whoever dialled")
        func sessions() async throws {
            let (network, patient, before) = try await Self.running(seed: 411)
            let (one, two) = (network["one"], network["two"])
            try await one.takeIn(0..<5, of: patient)
            try await network.expectConverged(on: before + 5)
            #expect(try await two.stop() == 0)
            try await one.takeIn(5..<8, of: patient)
            try await two.start()
            try await network.expectConverged(on: before + 8)
            for site in [one, two] { #expect(try await site.stop() == 0) }
            for (from, to) in [(one, two), (two, one)] {
                let events = try await StoreFile(of: to).number(
                    "SELECT count(*) FROM event WHERE source IS NOT NULL")
                let received = try await StoreFile(of: to).number(
                    "SELECT sum(received) FROM session")
                // What was in flight when a channel ended or a second one took over goes twice.
                #expect((events...3 * events).contains(received))
                let sent = try await StoreFile(of: from).number("SELECT sum(sent) FROM session")
                #expect((received...3 * events).contains(sent))
            }
        }

        private static func laterWindow() -> String {
            let now = Calendar.current.dateComponents([.hour], from: Date())
            let hour = ((now.hour ?? 0) + 12) % 24
            return "\(hour < 10 ? "0" : "")\(hour):00-\(hour < 10 ? "0" : "")\(hour):30"
        }

        /// Two sites in step that share everything.
        ///
        /// - Returns: them, the id of a patient of the first, and how many resources they hold.
        static func running(
            seed: Int
        ) async throws -> (network: SiteNetwork, patient: String, resources: Int) {
            let network = try await SiteNetwork(
                ["one", "two"], lines: [("one", "two")], in: TemporaryFolder())
            try await network.grantAll()
            let samples = try await SampleFiles.written(
                seed: seed, patients: 1, to: network.folder, "in")
            let resources = try await network["one"].takeIn(samples.all).created
            try await network.expectConverged(on: resources)
            let identifier = try SampleFiles.identifier(of: samples.patients[0])
            return (network, try await network["one"].patient(identifier).id, resources)
        }
    }
}
