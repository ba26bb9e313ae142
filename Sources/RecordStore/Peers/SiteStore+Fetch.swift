public import CareRecord
import Foundation
import GRDB
public import WireFormat

extension SiteStore {
    /// What to ask a peer for: events that were dropped or erased, and gaps that make others wait.
    /// Each is asked again after ten minutes at the earliest. What was noted in the future was noted
    /// before the clock was set back, and waits for nothing.
    public func wanted(from site: SiteID, countMax: Int) async throws -> [Fetch] {
        try await committer.commit { db, state in
            let peer = try PeerRows.active(site, db)
            let now = state.now()
            try WantedRows.forgetFilled(in: nil, db)
            try WantedRows.noteGaps(peer: peer.id, now: now, db)
            let rows = try Row.fetchAll(
                db,
                sql: """
                    SELECT wanted.stream, replica, first, last FROM wanted
                    JOIN announced ON announced.peer = wanted.peer
                      AND announced.stream = wanted.stream
                    WHERE wanted.peer = ?1 AND (asked IS NULL OR asked < ?2 OR asked > ?3)
                    ORDER BY wanted.stream, replica, first LIMIT ?4
                    """,
                arguments: [peer.id, now - WantedRows.repeatMilliseconds, now, countMax])
            var wanted: [Fetch] = []
            for row in rows {
                let stream: Data = row[0]
                let replica: Data = row[1]
                let first: Int64 = row[2]
                let last: Int64 = row[3]
                try db.execute(
                    sql: """
                        UPDATE wanted SET asked = ?
                        WHERE peer = ? AND stream = ? AND replica = ? AND first = ?
                        """, arguments: [now, peer.id, stream, replica, first])
                guard let name = StreamID(bytes: stream), let writer = Replica(bytes: replica),
                    first <= last
                else { continue }
                wanted.append(
                    Fetch(
                        stream: name, replica: writer, counters: UInt64(first)...UInt64(last)))
            }
            return wanted
        }
    }

    /// Owes a peer the events that it asked for again, if it may have them; also those that it
    /// brought itself, since it has lost them. What is not held or
    /// not shared is passed over: one answer for both.
    public func owe(_ fetch: Fetch, to site: SiteID) async throws {
        let owesMore = try await committer.commit { db, _ in
            let peer = try PeerRows.active(site, db)
            try db.execute(
                sql: """
                    INSERT INTO owed (peer, stream, lane, after, through, again, reason)
                    SELECT share.peer, share.stream, 2, min(min(event.seq) - 1, ?6),
                      max(event.seq), 1, 'in-flight' FROM share JOIN stream ON stream.id = share.stream
                    JOIN event ON event.stream = share.stream
                    JOIN replica ON replica.id = event.replica
                    WHERE share.peer = ?1 AND stream.name = ?2 AND replica.name = ?3
                      AND event.counter BETWEEN ?4 AND ?5
                    GROUP BY share.peer, share.stream
                    ON CONFLICT (peer, stream) DO UPDATE SET
                      lane = iif(after < through, min(lane, 2), 2), due = 0, offer = 0, again = 1,
                      after = min(after, excluded.after), through = max(through, excluded.through)
                    """,
                arguments: [
                    peer.id, Data(fetch.stream.bytes), Data(fetch.replica.bytes),
                    Int64(clamping: fetch.counters.lowerBound),
                    Int64(clamping: fetch.counters.upperBound), peer.cursor,
                ])
            return db.changesCount > 0
        }
        if owesMore { feedSignal.notifyShares() }
    }
}

/// Rows of `wanted`.
enum WantedRows {
    /// How long to wait before asking for the same again, in milliseconds.
    static let repeatMilliseconds: Int64 = 600_000
    /// How long an event may wait before what it waits for is asked for, in milliseconds.
    private static let patienceMilliseconds: Int64 = 60_000
    /// Waiting events that are looked at for one round.
    private static let looksMax = 100

    /// Events that have waited a minute for an earlier one of their own writer: what lies between
    /// is wanted from whoever announced the stream.
    static func noteGaps(peer: Int64, now: Int64, _ db: Database) throws {
        try db.execute(
            sql: """
                INSERT OR IGNORE INTO wanted (peer, stream, replica, first, last)
                SELECT ?1, gap.stream, gap.replica, gap.held + 1, gap.counter - 1 FROM (
                  SELECT pending.stream, pending.replica, min(pending.counter) AS counter,
                    coalesce((SELECT vector.counter FROM vector
                      JOIN stream ON stream.id = vector.stream
                      JOIN replica ON replica.id = vector.replica
                      WHERE stream.name = pending.stream AND replica.name = pending.replica), 0)
                      AS held
                  FROM (SELECT * FROM pending
                    WHERE reason = 1 AND (received < ?2 OR received > ?4)
                    ORDER BY id LIMIT ?3) AS pending
                  GROUP BY pending.stream, pending.replica) AS gap
                JOIN announced ON announced.peer = ?1 AND announced.stream = gap.stream
                WHERE gap.held + 1 < gap.counter
                """, arguments: [peer, now - patienceMilliseconds, looksMax, now])
    }

    /// What arrived is wanted no longer.
    ///
    /// - Parameter stream: `nil` for every stream.
    static func forgetFilled(in stream: StreamID?, _ db: Database) throws {
        try db.cachedStatement(
            sql: """
                DELETE FROM wanted WHERE (?1 IS NULL OR stream = ?1)
                  AND EXISTS (SELECT 1 FROM vector JOIN stream ON stream.id = vector.stream
                    JOIN replica ON replica.id = vector.replica
                    WHERE stream.name = wanted.stream AND replica.name = wanted.replica
                      AND vector.counter >= wanted.last)
                  AND NOT EXISTS (SELECT 1 FROM event JOIN stream ON stream.id = event.stream
                    JOIN replica ON replica.id = event.replica
                    WHERE stream.name = wanted.stream AND replica.name = wanted.replica
                      AND event.counter BETWEEN wanted.first AND wanted.last
                      AND event.flags & 4)
                """
        ).execute(arguments: [stream.map { Data($0.bytes) }])
    }
}
