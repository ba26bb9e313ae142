import CareRecord
import Foundation
import GRDB
import WireFormat

/// Rows of `wanted`.
enum WantedRows {
    /// What is wanted of one writer.
    struct Item {
        let peer: Int64
        let stream: Data
        let replica: Data
        let first: Int64
        let last: Int64

        /// How it is asked for.
        var fetch: Fetch? {
            guard let name = StreamID(bytes: stream), let writer = Replica(bytes: replica),
                first <= last
            else { return nil }
            return Fetch(stream: name, replica: writer, counters: UInt64(first)...UInt64(last))
        }
    }

    /// How long to wait before asking for the same again, in milliseconds.
    private static let repeatMilliseconds: Int64 = 600_000
    /// How long an event may wait before what it waits for is asked for, in milliseconds.
    private static let patienceMilliseconds: Int64 = 60_000
    /// Waiting events, and rows, that are looked at for one round.
    private static let looksMax = 100

    /// What has to be asked for now and the peer announces, oldest question first.
    private static let dueRows = """
        SELECT wanted.peer, wanted.stream, replica, first, last FROM wanted
        JOIN announced ON announced.peer = wanted.peer AND announced.stream = wanted.stream
        WHERE wanted.peer = ?1
        """

    /// Some of what has to be asked for now.
    static func due(from peer: Int64, now: Int64, _ db: Database) throws -> [Item] {
        let arguments: StatementArguments = [peer, now - repeatMilliseconds, now, looksMax]
        return try Row.fetchAll(
            try db.cachedStatement(
                sql: """
                    SELECT * FROM (\(dueRows) AND asked < ?2 ORDER BY asked LIMIT ?4)
                    UNION ALL SELECT * FROM (\(dueRows) AND asked > ?3 ORDER BY asked LIMIT ?4)
                    """), arguments: arguments
        ).map { row in
            Item(peer: row[0], stream: row[1], replica: row[2], first: row[3], last: row[4])
        }
    }

    /// Whether anything has to be asked for now.
    static func isAnyDue(from peer: Int64, now: Int64, _ db: Database) throws -> Bool {
        try Bool.fetchOne(
            try db.cachedStatement(
                sql:
                    "SELECT EXISTS (\(dueRows) AND asked < ?2) OR EXISTS (\(dueRows) AND asked > ?3)"
            ),
            arguments: [peer, now - repeatMilliseconds, now]) ?? false
    }

    /// Notes that it was asked for.
    static func noteAsked(_ item: Item, now: Int64, _ db: Database) throws {
        try db.cachedStatement(sql: "UPDATE wanted SET asked = ? WHERE \(isItem)")
            .execute(arguments: [now] + key(of: item))
    }

    private static let gaps = """
        SELECT gap.stream, gap.replica, gap.held + 1 AS first, gap.counter - 1 AS last FROM (
          SELECT pending.stream, pending.replica, min(pending.counter) AS counter,
            coalesce((SELECT vector.counter FROM vector
              JOIN stream ON stream.id = vector.stream
              JOIN replica ON replica.id = vector.replica
              WHERE stream.name = pending.stream AND replica.name = pending.replica), 0)
              AS held
          FROM (SELECT * FROM pending
            WHERE reason = 1 AND (received < ?2 OR received > ?3)
            ORDER BY id LIMIT ?4) AS pending
          GROUP BY pending.stream, pending.replica) AS gap
        JOIN announced ON announced.peer = ?1 AND announced.stream = gap.stream
        WHERE gap.held + 1 < gap.counter
        """

    private static func gapArguments(peer: Int64, now: Int64) -> StatementArguments {
        [peer, now - patienceMilliseconds, now, looksMax]
    }

    /// Events that have waited a minute for an earlier one of their own writer: what lies between
    /// is wanted from whoever announced the stream.
    static func noteGaps(peer: Int64, now: Int64, _ db: Database) throws {
        try db.cachedStatement(
            sql: """
                INSERT OR IGNORE INTO wanted (peer, stream, replica, first, last)
                SELECT ?1, stream, replica, first, last FROM (\(gaps))
                """
        ).execute(arguments: gapArguments(peer: peer, now: now))
    }

    /// Whether there are gaps that are not wanted from the peer yet.
    static func hasGaps(peer: Int64, now: Int64, _ db: Database) throws -> Bool {
        try Bool.fetchOne(
            try db.cachedStatement(
                sql: """
                    SELECT EXISTS (SELECT 1 FROM (\(gaps)) AS gap WHERE NOT EXISTS (
                      SELECT 1 FROM wanted WHERE wanted.peer = ?1 AND wanted.stream = gap.stream
                        AND wanted.replica = gap.replica AND wanted.first = gap.first))
                    """), arguments: gapArguments(peer: peer, now: now)) ?? false
    }

    /// Wants an event that cannot be kept now, from the peer that delivered it.
    ///
    /// - Returns: `false` if the peer has no room left for it.
    static func note(
        _ header: EventHeader, of peer: Int64, itemsMax: Int, _ db: Database
    ) throws -> Bool {
        let count = try Int.fetchOne(
            try db.cachedStatement(
                sql: "SELECT count(*) FROM (SELECT 1 FROM wanted WHERE peer = ? LIMIT ?)"),
            arguments: [peer, itemsMax])
        guard let count, count < itemsMax else { return false }
        let counter = Int64(header.dot.counter)
        try db.cachedStatement(
            sql: """
                INSERT OR IGNORE INTO wanted (peer, stream, replica, first, last)
                VALUES (?, ?, ?, ?, ?)
                """
        ).execute(arguments: [
            peer, Data(header.stream.bytes), Data(header.dot.replica.bytes), counter, counter,
        ])
        return true
    }

    /// Wants the values of a stream that were erased: of the peer that shares it again at once, and,
    /// should it not have them all, later of whoever else announces it.
    static func noteErased(
        in stream: StreamRows.Item, from peer: Int64, now: Int64, _ db: Database
    ) throws {
        try db.execute(
            sql: """
                INSERT INTO wanted (peer, stream, replica, first, last, asked)
                SELECT peer.id, announced.stream, gone.replica, gone.first, gone.last,
                  CASE peer.id WHEN ?1 THEN 0 ELSE ?4 END
                FROM (SELECT replica.name AS replica, min(event.counter) AS first,
                    max(event.counter) AS last
                  FROM event JOIN replica ON replica.id = event.replica
                  WHERE event.stream = ?3 AND event.flags & 4 GROUP BY replica.name) AS gone
                CROSS JOIN peer
                CROSS JOIN announced ON announced.peer = peer.id AND announced.stream = ?2
                WHERE true
                ON CONFLICT DO UPDATE SET
                  last = max(last, excluded.last), asked = min(asked, excluded.asked)
                """, arguments: [peer, Data(stream.name.bytes), stream.id, now])
    }

    /// A peer announces a stream: what others were asked of it in vain is wanted of this one, too.
    static func noteAnnounced(_ stream: StreamID, by peer: Int64, _ db: Database) throws {
        try db.cachedStatement(
            sql: """
                INSERT OR IGNORE INTO wanted (peer, stream, replica, first, last, asked)
                SELECT ?1, stream, replica, first, max(last), max(asked) FROM wanted
                WHERE stream = ?2 AND peer <> ?1 GROUP BY replica, first
                """
        ).execute(arguments: [peer, Data(stream.bytes)])
    }

    /// Whether anything is wanted of anybody.
    static func isAnyWanted(_ db: Database) throws -> Bool {
        try Bool.fetchOne(
            try db.cachedStatement(sql: "SELECT EXISTS (SELECT 1 FROM wanted)")) ?? false
    }

    /// Wants what of a stream waits, from whoever delivered it and announces the stream.
    static func noteWaiting(in stream: StreamID, _ db: Database) throws {
        try db.cachedStatement(
            sql: """
                INSERT OR IGNORE INTO wanted (peer, stream, replica, first, last)
                SELECT peer, stream, replica, counter, counter FROM pending
                WHERE stream = ?1 AND EXISTS (SELECT 1 FROM announced
                  WHERE announced.peer = pending.peer AND announced.stream = ?1)
                """
        ).execute(arguments: [Data(stream.bytes)])
    }

    /// SQL: what a row asks for is held, with its values.
    private static let isFilled = """
        EXISTS (SELECT 1 FROM vector JOIN stream ON stream.id = vector.stream
            JOIN replica ON replica.id = vector.replica
            WHERE stream.name = wanted.stream AND replica.name = wanted.replica
              AND vector.counter >= wanted.last)
          AND NOT EXISTS (SELECT 1 FROM event JOIN stream ON stream.id = event.stream
            JOIN replica ON replica.id = event.replica
            WHERE stream.name = wanted.stream AND replica.name = wanted.replica
              AND event.counter BETWEEN wanted.first AND wanted.last
              AND event.flags & 4)
        """

    /// SQL: the row of an item.
    private static let isItem = "peer = ? AND stream = ? AND replica = ? AND first = ?"

    private static func key(of item: Item) -> StatementArguments {
        [item.peer, item.stream, item.replica, item.first]
    }

    /// What arrived of a stream is wanted no longer.
    static func forgetFilled(in stream: StreamID, _ db: Database) throws {
        try db.cachedStatement(
            sql: "DELETE FROM wanted WHERE stream = ? AND \(isFilled)"
        ).execute(arguments: [Data(stream.bytes)])
    }

    /// Wants an item no longer if it arrived; gives whether it did.
    static func forgetIfFilled(_ item: Item, _ db: Database) throws -> Bool {
        try db.cachedStatement(sql: "DELETE FROM wanted WHERE \(isItem) AND \(isFilled)")
            .execute(arguments: key(of: item))
        return db.changesCount > 0
    }
}
