import CareRecord
import Foundation
import GRDB

/// Rows of `owed`: what a peer must still get whatever its cursor says.
enum OwedRows {
    /// Further ahead than anything is put off, in milliseconds: a time beyond it was written before
    /// the clock was set back, and has come.
    private static let dueAheadMax: Int64 = 900_000

    /// The last time that something can be put off to, at a time in milliseconds since 1970 UTC.
    static func lastDue(at now: Int64) -> Int64 {
        now > .max - dueAheadMax ? .max : now + dueAheadMax
    }

    /// What the cursor has passed of a stream that joins a share set.
    static func oweAll(of stream: Int64, to peer: Int64, lane: Lane, _ db: Database) throws {
        try db.cachedStatement(
            sql: """
                INSERT INTO owed (peer, stream, lane, after, through, reason)
                SELECT peer.id, ?1, ?2, 0, peer.cursor, ?4 FROM peer
                WHERE peer.id = ?3 AND peer.cursor > 0
                  AND EXISTS (SELECT 1 FROM event WHERE stream = ?1 AND seq <= peer.cursor)
                ON CONFLICT (peer, stream) DO UPDATE SET after = 0,
                  through = max(through, excluded.through), lane = excluded.lane,
                  reason = excluded.reason, due = 0, offer = 0
                """
        ).execute(arguments: [
            stream, lane.rawValue, peer, lane == .backfill ? "backfill" : "in-flight",
        ])
    }

    /// What a cursor passes of streams that joined the share set after it was read.
    static func owe(
        _ peer: PeerRows.Item, through position: Int64, joinedAfter version: Int64, _ db: Database
    ) throws {
        try db.cachedStatement(
            sql: """
                INSERT INTO owed (peer, stream, lane, after, through, reason)
                SELECT share.peer, share.stream, 2, ?1, ?2, 'in-flight' FROM share
                WHERE share.peer = ?3 AND share.version > ?4
                  AND EXISTS (SELECT 1 FROM event WHERE event.stream = share.stream
                    AND event.seq > ?1 AND event.seq <= ?2)
                ON CONFLICT (peer, stream) DO UPDATE SET through = max(through, excluded.through)
                """
        ).execute(arguments: [peer.cursor, position, peer.id, version])
    }

    /// Something urgent happened in a stream: whoever may have it gets it, and every event of the
    /// stream that it lacks, before anything else.
    static func oweUrgently(_ stream: Int64, through seq: Int64, source: Int64?, _ db: Database)
        throws
    {
        try db.cachedStatement(
            sql: """
                INSERT INTO owed (peer, stream, lane, after, through, reason)
                SELECT share.peer, share.stream, 1, peer.cursor, ?1, 'in-flight' FROM share
                JOIN peer ON peer.id = share.peer
                WHERE share.stream = ?2 AND share.peer IS NOT ?3 AND peer.revoked IS NULL
                ON CONFLICT (peer, stream) DO UPDATE SET through = excluded.through, lane = 1,
                  due = 0, offer = 0, reason = excluded.reason
                """
        ).execute(arguments: [seq, stream, source])
    }

    /// The values of an event are held again: whoever may have it and did not get it, because there
    /// was nothing to send when its turn came, gets it now.
    static func oweRestored(_ stream: Int64, seq: Int64, source: Int64, _ db: Database) throws {
        try db.cachedStatement(
            sql: """
                INSERT INTO owed (peer, stream, lane, after, through, reason)
                SELECT share.peer, share.stream, 2, min(?1 - 1, peer.cursor), ?1, 'in-flight'
                FROM peer CROSS JOIN share ON share.peer = peer.id AND share.stream = ?2
                WHERE peer.id <> ?3 AND peer.revoked IS NULL
                ON CONFLICT (peer, stream) DO UPDATE SET
                  lane = iif(after < through, min(lane, 2), 2), due = 0, offer = 0,
                  after = min(after, excluded.after), through = max(through, excluded.through)
                """
        ).execute(arguments: [seq, stream, source])
    }

    /// Settled rows that the cursor has passed say nothing any more.
    static func forgetSettled(peer: Int64, through cursor: Int64, _ db: Database) throws {
        try db.cachedStatement(
            sql: "DELETE FROM owed WHERE peer = ? AND after >= through AND through <= ?"
        ).execute(arguments: [peer, cursor])
    }

    /// Events of a stream up to a position are settled.
    static func settle(
        peer: Int64, stream name: StreamID, through: Int64, _ db: Database
    ) throws {
        try db.cachedStatement(
            sql: """
                UPDATE owed SET after = max(after, ?1)
                WHERE peer = ?2 AND stream = (SELECT id FROM stream WHERE name = ?3)
                """
        ).execute(arguments: [through, peer, Data(name.bytes)])
        // Past the last event in its range nothing is left to settle.
        try db.cachedStatement(
            sql: """
                UPDATE owed SET after = through
                WHERE peer = ?1 AND stream = (SELECT id FROM stream WHERE name = ?2)
                  AND after < through
                  AND NOT EXISTS (SELECT 1 FROM event WHERE event.stream = owed.stream
                    AND event.seq > owed.after AND event.seq <= owed.through)
                """
        ).execute(arguments: [peer, Data(name.bytes)])
    }
}
