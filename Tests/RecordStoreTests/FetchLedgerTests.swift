import CareRecord
import SyncShell
import Testing
import WireFormat

/// What a peer may ask for again, and how often.
@Suite struct FetchLedgerTests {
    private let stream = StreamID.patient(TestID.patient(), .general)
    private let replica = FetchLedgerTests.anyReplica()

    private static func anyReplica() -> Replica {
        var generator = SystemRandomNumberGenerator()
        return Replica(site: .random(using: &generator), incarnation: Incarnation(1))
    }

    private func fetch(_ counters: ClosedRange<UInt64>) -> Fetch {
        Fetch(stream: stream, replica: replica, counters: counters)
    }

    /// Which of some fetches, at their times, a new ledger admits.
    private func admitted(_ fetches: [(fetch: Fetch, time: UInt64)]) -> [Bool] {
        var ledger = FetchLedger()
        return fetches.map { ledger.admit($0.fetch, at: $0.time) }
    }

    @Test("the same, or a part of it, is passed over until the time is over")
    func again() {
        let end = 5 + FetchLedger.repeatMilliseconds
        let fetches: [(Fetch, UInt64)] = [
            (fetch(3...9), 5), (fetch(3...9), 6), (fetch(1...3), 7), (fetch(9...1_000), 8),
            (fetch(4...4), end - 1), (fetch(3...9), end), (fetch(3...9), end + 1),
        ]
        #expect(admitted(fetches) == [true, false, false, false, false, true, false])
    }

    @Test("other counters, writers and streams are another matter")
    func others() {
        let elsewhere = Fetch(
            stream: .patient(TestID.patient(), .identity), replica: replica, counters: 3...9)
        let other = Fetch(stream: stream, replica: Self.anyReplica(), counters: 3...9)
        let fetches = [fetch(3...9), fetch(10...10), elsewhere, other].map { ($0, UInt64(0)) }
        #expect(admitted(fetches) == [true, true, true, true])
    }

    @Test("whoever asks for thousands of things has to wait until the first are forgotten")
    func many() {
        let count = UInt64(FetchLedger.countMax)
        let time = 2 + FetchLedger.repeatMilliseconds
        let first = (1...count).map { (fetch($0...$0), $0) }
        let more = [
            (fetch(count + 1...count + 1), count + 1), (fetch(count + 1...count + 1), time),
            (fetch(1...1), time), (fetch(count + 2...count + 2), time),
        ]
        let answers = admitted(first + more)
        #expect(answers.prefix(first.count).allSatisfy { $0 })
        #expect(answers.suffix(more.count) == [false, true, true, false])
    }
}
