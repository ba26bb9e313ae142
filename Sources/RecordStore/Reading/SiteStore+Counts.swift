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
    /// Events that exist a second time with other content: proof of a fork.
    public var forks: Int
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
                quarantined: try count("SELECT count(*) FROM quarantine WHERE closed IS NULL"),
                forks: try count("SELECT count(*) FROM fork"),
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

    /// How many events are held, and the bytes of their envelopes together, signatures included.
    public func envelopes() async throws -> (events: Int, bytes: Int) {
        let sum = try await read("measure the envelopes") { db in
            let row = try Row.fetchOne(db, sql: "SELECT count(*), sum(bytes) FROM event")
            return EnvelopeSum(events: row?[0] ?? 0, bytes: row?[1] ?? 0)
        }
        return (sum.events, sum.bytes)
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
        try await read("read a version vector") { db in try VectorRows.vector(of: stream, db) }
    }
}

private struct EnvelopeSum: Sendable {
    let events: Int
    let bytes: Int
}

private struct TableBytes: Sendable {
    let name: String
    let bytes: Int
}
