import CareRecord
import Foundation
import SwiftProtobuf

extension WireFetch {
    init(_ fetch: Fetch) {
        self.init()
        stream = Data(fetch.stream.bytes)
        replica = fetch.replica.wireData
        from = fetch.counters.lowerBound
        to = fetch.counters.upperBound
    }

    func fetch() throws(DecodingFailure) -> Fetch {
        guard let stream = StreamID(bytes: stream) else { throw .badStream }
        let replica = try Replica(wire: replica)
        let first = try WireCoding.counter(from)
        let last = try WireCoding.counter(to)
        guard first <= last else { throw .badOrder }
        return Fetch(stream: stream, replica: replica, counters: first...last)
    }
}

extension WireStreamVectors {
    init(_ vectors: StreamVectors) {
        self.init()
        asks = vectors.asks
        entries = vectors.entries.map(WireStreamVector.init)
    }

    func vectors() throws(DecodingFailure) -> StreamVectors {
        guard !entries.isEmpty else { throw .missingPart }
        guard entries.count <= SyncLimits.vectorStreamsMax,
            entries.reduce(0, { $0 + $1.writers.count }) <= SyncLimits.vectorWritersMax
        else { throw .tooLong }
        var read: [StreamVectors.Entry] = []
        read.reserveCapacity(entries.count)
        for entry in entries {
            read.append(try entry.entry())
        }
        try WireCoding.checkAscending(entries.map(\.stream))
        return StreamVectors(asks: asks, entries: read)
    }
}

extension WireStreamVector {
    init(_ entry: StreamVectors.Entry) {
        self.init()
        stream = Data(entry.stream.bytes)
        writers = entry.vector.entries.map { held in
            .with {
                $0.replica = held.replica.wireData
                $0.counter = held.counter
                $0.event = Data(held.event.bytes)
            }
        }
    }

    func entry() throws(DecodingFailure) -> StreamVectors.Entry {
        guard let stream = StreamID(bytes: stream) else { throw .badStream }
        var held: [VersionVector.Entry] = []
        held.reserveCapacity(writers.count)
        for writer in writers {
            let replica = try Replica(wire: writer.replica)
            let counter = try WireCoding.counter(writer.counter)
            guard let event = EventID(bytes: writer.event) else { throw .badLength }
            held.append(VersionVector.Entry(replica: replica, counter: counter, event: event))
        }
        try WireCoding.checkAscending(writers.map(\.replica))
        guard let vector = VersionVector(held) else { throw .badOrder }
        return StreamVectors.Entry(stream: stream, vector: vector)
    }
}

extension WireStanding {
    init(_ standing: Standing) {
        self.init()
        feedHead = standing.feedHead
        queuedEvents = standing.queuedEvents
        queuedBytes = standing.queuedBytes
        oldestMilliseconds = standing.oldestMilliseconds
    }

    func standing() throws(DecodingFailure) -> Standing {
        try WireCoding.checkPositions(feedHead, queuedEvents, queuedBytes, oldestMilliseconds)
        return Standing(
            feedHead: feedHead, queuedEvents: queuedEvents, queuedBytes: queuedBytes,
            oldestMilliseconds: oldestMilliseconds)
    }
}
