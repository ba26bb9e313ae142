import CareRecord
import SyncEngine
import TestSupport
import Testing

/// A big queue on a slow line: what overtakes it, and how fast it leaves.
@Suite struct LineTests {
    @Test(
        "an urgent event leaves behind no more than two deliveries of a big queue",
        arguments: 0..<10 as Range<UInt64>)
    func urgent(seed: UInt64) {
        let cap = seed % 2 == 0 ? nil : 200_000
        var line = LineModel(
            seed: seed, backlog: 600, bytes: 1_000..<20_000,
            policy: TrafficPolicy(bytesPerSecond: cap))
        let written = (0..<12).map { _ in
            Flow.now + UInt64.random(in: 0..<8_000, using: &line.numbers)
        }.sorted()
        for time in written { line.schedule(.write(isUrgent: true), at: time) }
        line.run()
        #expect(line.store.cursor == line.store.head)
        for (index, time) in written.enumerated() {
            let position = UInt64(600 + index + 1)
            let leaves = line.departures.firstIndex { $0.delivery.positions.contains(position) }
            guard let leaves else {
                Issue.record("SEED=\(seed): event \(position) never leaves")
                continue
            }
            let before = line.departures[..<leaves].filter {
                $0.at > time && $0.delivery.lane != .urgent
            }
            #expect(before.count <= 2, "SEED=\(seed): event \(position)")
            #expect(line.departures[leaves].at - time < 700, "SEED=\(seed): event \(position)")
        }
    }

    @Test(
        "a bandwidth cap holds over any stretch of time but for urgent events, and is used up",
        arguments: 0..<10 as Range<UInt64>)
    func cap(seed: UInt64) {
        var numbers = SeededGenerator(seed: seed)
        let rate = Int.random(in: 20_000..<400_000, using: &numbers)
        var line = LineModel(
            seed: seed, backlog: 300, bytes: 100..<16_000,
            policy: TrafficPolicy(bytesPerSecond: rate))
        for _ in 0..<10 {
            line.schedule(
                .write(isUrgent: true),
                at: Flow.now + UInt64.random(in: 0..<10_000, using: &line.numbers))
        }
        line.run()
        #expect(line.store.cursor == line.store.head)
        let bulk = line.departures.filter { $0.delivery.lane != .urgent }
        let burst = max(rate, 64 << 10)
        for first in bulk.indices {
            var bytes = 0
            for departure in bulk[first...] {
                bytes += departure.delivery.bytes
                let allowed = burst + rate * Int(departure.at - bulk[first].at) / 1_000
                #expect(bytes <= allowed, "SEED=\(seed)")
            }
        }
        let total = line.departures.reduce(0) { $0 + $1.delivery.bytes }
        let seconds = Double(line.now - Flow.now) / 1_000
        #expect(seconds < Double(total) / Double(rate) * 1.1 + 3, "SEED=\(seed)")
    }
}
