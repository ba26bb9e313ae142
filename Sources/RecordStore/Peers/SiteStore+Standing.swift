public import CareRecord
import Foundation
import GRDB

/// What this node still has for a peer.
public struct PeerBacklog: Sendable, Hashable {
    /// Events by lane.
    public var urgentEvents = 0
    /// Events of the feed past the cursor, and those that were put off.
    public var currentEvents = 0
    /// Events of streams that were granted late.
    public var backfillEvents = 0
    /// Their envelopes together.
    public var bytes = 0
    /// When the oldest of them was accepted here, in milliseconds since 1970 UTC.
    public var oldestMilliseconds: Int64?
    /// How many wait for which reason, ascending by reason; those of the feed have none.
    public var reasons: [Reason] = []

    /// All lanes together.
    public var events: Int { urgentEvents + currentEvents + backfillEvents }

    /// Events that wait for one reason.
    public struct Reason: Sendable, Hashable {
        /// A code of `accord peer show`.
        public var code: String
        /// How many events.
        public var count: Int
    }
}

/// Events from a peer that wait here, for one reason.
public struct PendingTally: Sendable, Hashable {
    /// `event`, `card` or `erasure`.
    public var reason: String
    /// How many.
    public var count: Int
    /// When the oldest arrived, in milliseconds since 1970 UTC.
    public var oldestMilliseconds: Int64
}

extension SiteStore {
    /// Counts what a peer is entitled to and has not answered.
    public func backlog(for site: SiteID) async throws -> PeerBacklog {
        try await read("count what waits for a peer") { db in
            let peer = try PeerRows.active(site, db)
            return try PeerBacklog.read(peer, db)
        }
    }

    /// Events that wait here and came from a peer, by reason.
    public func pending(from site: SiteID) async throws -> [PendingTally] {
        try await read("count what waits here") { db in
            let peer = try PeerRows.active(site, db)
            return try Row.fetchAll(
                db,
                sql: """
                    SELECT CASE reason WHEN 1 THEN 'event' WHEN 2 THEN 'card' ELSE 'erasure' END,
                      count(*), min(received)
                    FROM pending WHERE peer = ? GROUP BY 1 ORDER BY 1
                    """, arguments: [peer.id]
            ).map { PendingTally(reason: $0[0], count: $0[1], oldestMilliseconds: $0[2]) }
        }
    }

    /// When the oldest event that waits here arrived, in milliseconds since 1970 UTC.
    public func oldestPending() async throws -> Int64? {
        try await read("find what waits longest") { db in
            try Int64.fetchOne(db, sql: "SELECT min(received) FROM pending")
        }
    }

    /// Events that were written here and that no peer has acknowledged: what would be lost if
    /// this site died now.
    public func eventsOnlyHere() async throws -> Int {
        try await read("count what only this site holds") { db in
            let name = Data(replica.bytes)
            let own = try Int64.fetchOne(
                db, sql: "SELECT id FROM replica WHERE name = ?", arguments: [name])
            return try own.map { try OnlyHere(own: $0).count(db) } ?? 0
        }
    }

    /// Keeps what a peer said that it still has for this node; both sides are exactly in step
    /// when that is nothing and nothing waits for the peer either.
    ///
    /// - Parameter holdsThrough: the position of the peer's feed up to which this node holds
    ///   everything that it may have, if the peer said so: the next hello echoes it.
    public func noteStanding(
        of site: SiteID, queuedEvents: UInt64, holdsThrough: UInt64? = nil, oursIsEmpty: Bool
    ) async throws {
        let isExact = queuedEvents == 0 && oursIsEmpty
        try await committer.commit { db, state in
            let peer = try PeerRows.active(site, db)
            try db.cachedStatement(
                sql: """
                    UPDATE peer SET their_queue = ?1, last_contact = ?2,
                      exactly_in_step = CASE WHEN ?3 THEN ?2 ELSE exactly_in_step END,
                      their_event = CASE WHEN their_position < ?5 THEN NULL ELSE their_event END,
                      their_position = max(their_position, ?5)
                    WHERE id = ?4
                    """
            ).execute(arguments: [
                Int64(clamping: queuedEvents), state.now(), isExact, peer.id,
                Int64(clamping: holdsThrough ?? 0),
            ])
        }
    }
}

extension PeerBacklog {
    private struct Tally {
        var count = 0
        var bytes = 0
        var oldest: Int64?
    }

    static func read(_ peer: PeerRows.Item, _ db: Database) throws -> PeerBacklog {
        var backlog = PeerBacklog()
        let owed = try Row.fetchAll(
            db,
            sql: """
                SELECT owed.lane, owed.reason, count(*), sum(event.bytes), min(event.accepted)
                FROM owed INDEXED BY owed_lane
                JOIN event ON event.stream = owed.stream AND event.seq > owed.after
                  AND event.seq <= owed.through
                JOIN replica ON replica.id = event.replica
                WHERE owed.peer = ?1 AND owed.after < owed.through
                  AND event.source IS NOT ?1 AND substr(replica.name, 1, 16) <> ?2
                GROUP BY owed.lane, owed.reason ORDER BY owed.reason
                """, arguments: [peer.id, Data(peer.site.bytes)])
        for row in owed {
            backlog.add(
                Tally(count: row[2], bytes: row[3] ?? 0, oldest: row[4]),
                lane: Lane(rawValue: row[0]) ?? .current)
            backlog.reasons.append(Reason(code: row[1], count: row[2]))
        }
        let feed = try Row.fetchOne(
            db,
            sql: """
                SELECT count(*), sum(event.bytes), min(event.accepted) FROM event
                JOIN share ON share.peer = ?1 AND share.stream = event.stream
                JOIN replica ON replica.id = event.replica
                LEFT JOIN owed ON owed.peer = ?1 AND owed.stream = event.stream
                WHERE event.seq > ?3 AND event.source IS NOT ?1
                  AND substr(replica.name, 1, 16) <> ?2
                  AND coalesce(owed.through < event.seq, 1)
                """, arguments: [peer.id, Data(peer.site.bytes), peer.cursor])
        if let feed {
            backlog.add(
                Tally(count: feed[0], bytes: feed[1] ?? 0, oldest: feed[2]), lane: .current)
        }
        return backlog
    }

    private mutating func add(_ tally: Tally, lane: Lane) {
        switch lane {
        case .urgent: urgentEvents += tally.count
        case .current: currentEvents += tally.count
        case .backfill: backfillEvents += tally.count
        }
        bytes += tally.bytes
        oldestMilliseconds = [oldestMilliseconds, tally.oldest].compactMap { $0 }.min()
    }
}
