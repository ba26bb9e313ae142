public import CareRecord
import Foundation
import GRDB

/// What a store holds, in numbers.
public struct StoreCounts: Sendable, Hashable {
    /// Patients of whom any stream is in view.
    public var patients: Int
    /// Events in the feed.
    public var events: Int
    /// Resources in view.
    public var resources: Int
    /// Events that wait.
    public var pending: Int
    /// Items in quarantine.
    public var quarantined: Int
    /// Audit entries.
    public var auditEntries: Int
    /// The size of the database, without its WAL, in bytes.
    public var databaseBytes: Int
}

extension SiteStore {
    /// Counts what is held.
    public func counts() async throws -> StoreCounts {
        try await read("count what is held") { db in
            func count(_ sql: String) throws -> Int { try Int.fetchOne(db, sql: sql) ?? 0 }
            return StoreCounts(
                patients: try count(
                    """
                    SELECT count(DISTINCT patient) FROM stream
                    WHERE patient IS NOT NULL AND \(StreamRows.isInView)
                    """),
                events: try count("SELECT count(*) FROM event"),
                resources: try count("SELECT count(*) FROM entity"),
                pending: try count("SELECT count(*) FROM pending"),
                quarantined: try count("SELECT count(*) FROM quarantine"),
                auditEntries: try count("SELECT count(*) FROM audit"),
                databaseBytes: try count("PRAGMA page_count") * count("PRAGMA page_size"))
        }
    }

    /// This node's change feed and the position of its newest event; 0 while it is empty.
    public func feedHead() async throws -> (feed: FeedID, head: UInt64) {
        let bytes = try await read("read the id of the change feed") { db in
            try Data.fetchOne(db, sql: "SELECT value FROM setting WHERE name = 'feed'")
        }
        guard let bytes, let feed = FeedID(bytes: bytes) else {
            throw StoreFailure(.damaged, "read the id of the change feed")
        }
        return (feed, try await read("read the change feed") { db in try FeedRows.head(db) })
    }

    /// Bytes of each table and index, ascending by name, if SQLite was built to tell.
    public func tableBytes() async throws -> [(name: String, bytes: Int)] {
        let rows = try await read("measure the tables") { db in
            try Row.fetchAll(
                db, sql: "SELECT name, sum(pgsize) FROM dbstat GROUP BY name ORDER BY name"
            ).map { TableBytes(name: $0[0], bytes: $0[1]) }
        }
        return rows.map { ($0.name, $0.bytes) }
    }

    /// The version vector of a stream, as held here.
    public func vector(of stream: StreamID) async throws -> VersionVector {
        try await read("read a version vector") { db in
            let rows = try Row.fetchAll(
                db,
                sql: """
                    SELECT replica.name, vector.counter, event.id FROM vector
                    JOIN stream ON stream.id = vector.stream
                    JOIN replica ON replica.id = vector.replica
                    JOIN event ON event.seq = vector.seq WHERE stream.name = ?
                    """, arguments: [Data(stream.bytes)])
            let entries = try rows.map { row -> VersionVector.Entry in
                let name: Data = row[0]
                let counter: Int64 = row[1]
                guard let replica = Replica(bytes: name) else {
                    throw StoreFailure(.damaged, "read the name of a replica")
                }
                return VersionVector.Entry(
                    replica: replica, counter: UInt64(counter),
                    event: try EventID(stored: row[2]))
            }
            guard let vector = VersionVector(entries) else {
                throw StoreFailure(.damaged, "read a version vector")
            }
            return vector
        }
    }
}

private struct TableBytes: Sendable {
    let name: String
    let bytes: Int
}
