import CareRecord

/// A delivery that waits for its answer, or for those of earlier ones.
struct SentDelivery: Sendable {
    let delivery: OutgoingDelivery
    /// Its events, in the order of its positions.
    let rows: [FeedRow]
    /// What is settled once it and everything before it is answered.
    var settles: [OwedSettlement]
    var isAnswered = false
    /// Events that the peer had no room for, by feed position: they are owed again.
    private(set) var withoutRoom: Set<UInt64> = []

    /// The feed positions that need not leave again.
    var positionsOnTheirWay: [UInt64] { delivery.positions.filter { !withoutRoom.contains($0) } }

    /// Notes that the peer had no room for an event.
    mutating func putOff(_ position: UInt64) { withoutRoom.insert(position) }

    /// Takes back what it settles of a stream from a feed position on.
    mutating func unsettle(_ stream: StreamID, from position: UInt64) {
        for index in settles.indices where settles[index].stream == stream {
            settles[index].through = min(settles[index].through, position - 1)
        }
    }

    /// Takes back everything that it settles of these streams.
    mutating func unsettle(_ streams: Set<StreamID>) {
        settles.removeAll { streams.contains($0.stream) }
    }
}
