import CareRecord
import Foundation
import GRDB
import WireFormat

/// What a local author wants written to one stream, before it has a dot.
struct LocalChanges {
    /// The stream.
    let stream: StreamID
    /// The changes, in order.
    let changes: [Change]
    /// One value for each change.
    let values: [ArraySlice<UInt8>]
    /// Why, as a JSON text; travels with the first event.
    var reason: ArraySlice<UInt8>?

    /// Whether no change names more others than an event can carry.
    var namesFewEnough: Bool {
        changes.allSatisfy { change in
            change.supersedes.count <= EventLimits.changeReferencesMax
                && change.covers.count <= EventLimits.changeReferencesMax
        }
    }
}

extension WriterState {
    /// Writes local changes to one stream as one event, or as a chain where the protocol's
    /// constants ask for more, and returns the ids with their feed positions.
    mutating func writeLocal(
        _ local: LocalChanges, author: Author, sourceSystem: String, _ db: Database
    ) throws -> [IdentifiedPosition] {
        let parts = EventCutter.cut(local)
        guard parts.count <= Int(EventLimits.chainEventsMax) else {
            throw ImportUnitRefusal(.tooManyChanges, entry: 0)
        }
        let chain: ChainID? = parts.count > 1 ? .random(using: &generator) : nil
        var written: [IdentifiedPosition] = []
        for (number, part) in parts.enumerated() {
            var header = try nextHeader(part, author: author, sourceSystem: sourceSystem, db)
            header.chain = chain.flatMap {
                ChainPosition(id: $0, index: UInt32(number), count: UInt32(parts.count))
            }
            var values = part.values
            if number == 0, let reason = local.reason {
                header.hasReasonText = true
                values.append(reason)
            }
            let sealed = sealer.seal(header, values: values, salt: randomBytes(16))
            guard case .accepted(let seq) = try append(sealed, home: replica.site, db) else {
                throw StoreFailure(.damaged, "append a local event to its own stream")
            }
            written.append(IdentifiedPosition(event: sealed.event.id, seq: seq))
        }
        return written
    }

    private mutating func nextHeader(
        _ local: LocalChanges, author: Author, sourceSystem: String, _ db: Database
    ) throws -> EventHeader {
        let stream = try stream(local.stream, home: replica.site, db)
        let own = try names.replica(replica, db)
        let held = try vectors.entry(stream: stream, replica: own, db)
        let wall = UInt64(max(0, now()))
        var header = EventHeader(
            stream: local.stream,
            dot: Dot(replica: replica, counter: (held?.counter ?? 0) + 1),
            previous: held?.event, time: nextTime(),
            recordedMilliseconds: Int64(wall), author: author, sourceSystem: sourceSystem,
            changes: local.changes)
        header.dependencies = try dependencies(of: stream, except: own, db)
        return header
    }

    private func dependencies(
        of stream: Int64, except own: Int64, _ db: Database
    ) throws -> [IdentifiedDot] {
        // Of too many writers those that were heard of last: what they build on is held as well.
        let statement = try db.cachedStatement(
            sql: """
                SELECT name, counter, id FROM (
                  SELECT replica.name, vector.counter, event.id FROM vector
                  JOIN replica ON replica.id = vector.replica
                  JOIN event ON event.seq = vector.seq
                  WHERE vector.stream = ? AND vector.replica <> ?
                  ORDER BY vector.seq DESC LIMIT ?)
                ORDER BY name
                """)
        let arguments: StatementArguments = [stream, own, EventLimits.dependenciesMax]
        return try Row.fetchAll(statement, arguments: arguments).map { row in
            let name: Data = row[0]
            let counter: Int64 = row[1]
            guard let writer = Replica(bytes: name) else {
                throw StoreFailure(.damaged, "read the name of a replica")
            }
            return IdentifiedDot(
                dot: Dot(replica: writer, counter: UInt64(counter)),
                event: try EventID(stored: row[2]))
        }
    }
}

/// An event with its place in this node's feed.
struct IdentifiedPosition {
    let event: EventID
    let seq: Int64
}

/// Cuts changes into events within the protocol's constants.
enum EventCutter {
    /// What a header takes for one change beyond its texts, generously, in bytes.
    private static let changeBytes = 512
    /// What is left for changes and values of an event, in bytes: texts and dependencies at their
    /// limits take less than 32 KiB of a header.
    private static let budget = EventLimits.eventBytesMax - (32 << 10)

    /// In order; every part is within the limits.
    static func cut(_ local: LocalChanges) -> [LocalChanges] {
        var parts: [LocalChanges] = []
        var start = 0
        var bytes = 0
        for index in local.changes.indices {
            let change = local.changes[index]
            let size =
                local.values[index].count + changeBytes + (change.sourceID?.utf8.count ?? 0)
                + change.targets.count * 96 + (change.supersedes.count + change.covers.count) * 80
            let isFull = index - start == EventLimits.changesMax || bytes + size > budget
            if isFull, index > start {
                parts.append(part(local, start..<index))
                start = index
                bytes = 0
            }
            bytes += size
        }
        parts.append(part(local, start..<local.changes.count))
        return parts
    }

    private static func part(_ local: LocalChanges, _ range: Range<Int>) -> LocalChanges {
        LocalChanges(
            stream: local.stream, changes: Array(local.changes[range]),
            values: Array(local.values[range]))
    }
}
