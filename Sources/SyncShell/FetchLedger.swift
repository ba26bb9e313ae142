import CareRecord
package import WireFormat

/// Which events a peer asked for lately: what a few bytes ask for may be a whole stream.
///
/// Nobody asks for the same twice within ten minutes (`sync-v1.md` §8).
package struct FetchLedger: Sendable {
    /// How long the same is passed over, in milliseconds: a little less, since clocks differ.
    package static let repeatMilliseconds: UInt64 = 570_000
    /// How many fetches are remembered; any more within that time are passed over too.
    package static let countMax = 4_096

    private struct Writer: Hashable {
        let stream: StreamID
        let replica: Replica
    }

    private var recent: [Writer: [(counters: ClosedRange<UInt64>, time: UInt64)]] = [:]
    private var count = 0

    /// Nothing was asked for yet.
    package init() {}

    /// Whether a fetch is to be carried out: none of its events was asked for lately. It is
    /// remembered if so.
    ///
    /// - Parameter now: by a clock that is never set back, in milliseconds.
    package mutating func admit(_ fetch: Fetch, at now: UInt64) -> Bool {
        let writer = Writer(stream: fetch.stream, replica: fetch.replica)
        recent[writer] = recent[writer]?.filter { now < $0.time + Self.repeatMilliseconds }
        let known = recent[writer, default: []]
        guard !known.contains(where: { $0.counters.overlaps(fetch.counters) }) else { return false }
        if count >= Self.countMax { forgetOld(at: now) }
        guard count < Self.countMax else { return false }
        recent[writer, default: []].append((fetch.counters, now))
        count += 1
        return true
    }

    private mutating func forgetOld(at now: UInt64) {
        recent = recent.mapValues { fetches in
            fetches.filter { now < $0.time + Self.repeatMilliseconds }
        }.filter { !$0.value.isEmpty }
        count = recent.values.reduce(0) { $0 + $1.count }
    }
}
