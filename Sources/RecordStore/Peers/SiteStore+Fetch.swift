public import CareRecord
import Foundation
import GRDB
public import WireFormat

extension SiteStore {
    /// What to ask a peer for: events that were dropped or erased, and gaps that make others wait.
    /// Each is asked again after ten minutes at the earliest. What was noted in the future was noted
    /// before the clock was set back, and waits for nothing.
    public func wanted(from site: SiteID, countMax: Int) async throws -> [Fetch] {
        let now = now()
        // Asked all the time, and nearly always there is nothing to write.
        let isAnything = try await read("look for what is wanted") { db in
            let peer = try PeerRows.active(site, db)
            return try WantedRows.isAnyDue(from: peer.id, now: now, db)
                || WantedRows.hasGaps(peer: peer.id, now: now, db)
        }
        guard isAnything else { return [] }
        return try await committer.commit { db, _ in
            let peer = try PeerRows.active(site, db)
            try WantedRows.noteGaps(peer: peer.id, now: now, db)
            var wanted: [Fetch] = []
            for row in try WantedRows.due(from: peer.id, now: now, db) {
                guard wanted.count < countMax else { break }
                guard try !WantedRows.forgetIfFilled(row, db) else { continue }
                try WantedRows.noteAsked(row, now: now, db)
                if let fetch = row.fetch { wanted.append(fetch) }
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
