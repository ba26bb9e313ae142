import CareRecord
import Foundation
import GRDB

/// Vector entries that were read or written lately, by stream and writer.
struct VectorCache: Sendable {
    /// A vector entry with the row of its event.
    struct Entry {
        let counter: UInt64
        let event: EventID
        let seq: Int64
    }

    private struct Key: Hashable {
        let stream: Int64
        let replica: Int64
    }

    private static let entriesMax = 100_000

    private var entries: [Key: Entry?] = [:]

    /// Keeps the cache bounded.
    mutating func trim() {
        if entries.count > Self.entriesMax { entries.removeAll() }
    }

    /// What is held of one writer in one stream.
    mutating func entry(stream: Int64, replica: Int64, _ db: Database) throws -> Entry? {
        let key = Key(stream: stream, replica: replica)
        if let known = entries[key] { return known }
        let statement = try db.cachedStatement(
            sql: """
                SELECT vector.counter, event.id, vector.seq FROM vector
                JOIN event ON event.seq = vector.seq
                WHERE vector.stream = ? AND vector.replica = ?
                """)
        let row = try Row.fetchOne(statement, arguments: [stream, replica])
        let entry = try row.map { row in
            let counter: Int64 = row[0]
            return Entry(
                counter: UInt64(counter), event: try EventID(stored: row[1]), seq: row[2])
        }
        entries[key] = .some(entry)
        return entry
    }

    /// Moves an entry forward and stores it.
    mutating func advance(
        stream: Int64, replica: Int64, to entry: Entry, _ db: Database
    ) throws {
        let statement = try db.cachedStatement(
            sql: """
                INSERT INTO vector (stream, replica, counter, seq) VALUES (?, ?, ?, ?)
                ON CONFLICT (stream, replica) DO UPDATE
                SET counter = excluded.counter, seq = excluded.seq
                """)
        try statement.execute(arguments: [stream, replica, Int64(entry.counter), entry.seq])
        entries[Key(stream: stream, replica: replica)] = .some(entry)
    }
}

extension EventID {
    /// Reads an id that this store wrote.
    init(stored data: Data) throws {
        guard let id = EventID(bytes: data) else {
            throw StoreFailure(.damaged, "read the id of an event")
        }
        self = id
    }
}
