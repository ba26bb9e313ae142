public import CareRecord
import Foundation
import GRDB
import WireFormat

extension SiteStore {
    /// The feed past a position, for one peer.
    ///
    /// - Returns: the rows, ascending, the newest position of the feed that they speak for, and
    ///   the version of the share set that the permits are of.
    public func feedRows(
        for site: SiteID, after position: UInt64, rowsMax: Int
    ) async throws -> (rows: [OutgoingRow], through: UInt64, shareVersion: UInt64) {
        let now = now()
        let page = try await read("read the change feed") { db in
            let peer = try PeerRows.active(site, db)
            let rows = try OutgoingRow.feed(
                after: Int64(position), peer: peer.id,
                try ShareValidity(peer: peer.id, now: now, db), rowsMax: rowsMax, db)
            let head = try FeedRows.head(db)
            let through = rows.count < rowsMax ? head : rows.last?.position ?? head
            return FeedRows.Page(
                rows: rows, through: through, shareVersion: UInt64(peer.shareVersion))
        }
        return (page.rows, page.through, page.shareVersion)
    }

    /// Events of one lane that the peer is owed and that are due, from a place on.
    public func owedEvents(
        for site: SiteID, lane: Lane, after place: (stream: Int64, position: Int64)?,
        dueByMilliseconds due: Int64, rowsMax: Int
    ) async throws -> OwedEvents {
        let now = now()
        return try await read("read what a peer is owed") { db in
            let peer = try PeerRows.active(site, db)
            let validity = try ShareValidity(peer: peer.id, now: now, db)
            let items = try OwedPlace.fetch(
                db, peer: peer.id, lane: lane, stream: place?.stream ?? 0,
                position: place?.position ?? 0, due: due, rowsMax: rowsMax)
            let events = try items.compactMap {
                try OutgoingRow.owed(at: $0.position, peer: peer.id, validity, db)
            }
            let last = items.count == rowsMax ? items.last : nil
            return OwedEvents(
                events: events, next: last.map { ($0.stream, $0.position) },
                nextDueMilliseconds: try OwedPlace.nextDue(
                    db, peer: peer.id, lane: lane, after: due),
                shareVersion: UInt64(peer.shareVersion))
        }
    }

    /// Makes durable that events are owed from now on.
    public func owe(_ orders: [OwedOrder], to site: SiteID) async throws {
        try await committer.commit(cost: orders.count) { db, _ in
            let peer = try PeerRows.active(site, db)
            let statement = try db.cachedStatement(sql: OwedOrder.sql)
            for order in orders {
                try statement.execute(arguments: [
                    peer.id, Data(order.stream.bytes), order.lane.rawValue, Int64(order.after),
                    Int64(order.through), order.dueMilliseconds, order.isHeldBack,
                    order.isHeldBack ? "held-back" : "peer-full",
                ])
            }
        }
    }

    /// Makes a peer's cursor durable; it never moves back here.
    ///
    /// - Parameter shareVersion: of the share set, when what the cursor passes was read. Streams
    ///   that joined it since then were left out, so the peer is owed them.
    public func moveCursor(
        of site: SiteID, to position: UInt64, shareVersion: UInt64
    ) async throws {
        try await committer.commit { db, state in
            let peer = try PeerRows.active(site, db)
            if UInt64(peer.shareVersion) > shareVersion {
                try OwedRows.owe(
                    peer, through: Int64(position), joinedAfter: Int64(shareVersion), db)
            }
            try db.cachedStatement(
                sql: "UPDATE peer SET cursor = max(cursor, ?), last_contact = ? WHERE id = ?"
            ).execute(arguments: [Int64(position), state.now(), peer.id])
            try OwedRows.forgetSettled(
                peer: peer.id, through: max(peer.cursor, Int64(position)), db)
        }
    }

    /// Makes durable that a peer has answered owed events, or need not get them, by stream up to a
    /// position.
    ///
    /// - Parameter settled: with the version of the share set when they were read. A stream that
    ///   joined it since then is owed anew: what was not permitted at that time must be sent.
    public func settleOwed(
        _ settled: [(stream: StreamID, through: UInt64, shareVersion: UInt64)], of site: SiteID
    ) async throws {
        try await committer.commit { db, _ in
            let peer = try PeerRows.active(site, db)
            for item in settled {
                let joined = try ShareRows.joined(peer: peer.id, item.stream, db)
                guard let joined, joined <= item.shareVersion else { continue }
                try OwedRows.settle(
                    peer: peer.id, stream: item.stream, through: Int64(item.through), db)
            }
            try OwedRows.forgetSettled(peer: peer.id, through: peer.cursor, db)
        }
    }

    /// Notes which writers' cards a peer holds.
    public func noteCards(_ replicas: [Replica], heldBy site: SiteID) async throws {
        try await committer.commit { db, state in
            let peer = try PeerRows.active(site, db)
            for replica in replicas {
                try db.execute(
                    sql: "INSERT OR IGNORE INTO card_sent (peer, replica) VALUES (?, ?)",
                    arguments: [peer.id, try state.names.replica(replica, db)])
            }
        }
    }
}

extension OwedOrder {
    /// A row that is not settled keeps the earlier `after`, the later `through` and the more urgent
    /// lane; a settled one gives its place and keeps its end, past which nothing was sent. What was
    /// held back keeps its time, so that a busy stream is not put off for ever; for want of room
    /// the later time counts.
    fileprivate static let sql = """
        INSERT INTO owed (peer, stream, lane, after, through, due, offer, reason)
        SELECT share.peer, share.stream, ?3, ?4, ?5, ?6, ?7, ?8 FROM share
        JOIN stream ON stream.id = share.stream WHERE share.peer = ?1 AND stream.name = ?2
        ON CONFLICT (peer, stream) DO UPDATE SET
          lane = iif(after < through, min(lane, excluded.lane), excluded.lane),
          due = iif(after < through, iif(excluded.offer, due, max(due, excluded.due)), excluded.due),
          offer = iif(after < through, min(offer, excluded.offer), excluded.offer),
          reason = iif(after < through, reason, excluded.reason),
          after = iif(after < through, min(after, excluded.after), after),
          through = max(through, excluded.through)
        """
}

/// Names an owed event.
private struct OwedPlace {
    let stream: Int64
    let position: Int64

    static func fetch(
        _ db: Database, peer: Int64, lane: Lane, stream: Int64, position: Int64, due: Int64,
        rowsMax: Int
    ) throws -> [OwedPlace] {
        let statement = try db.cachedStatement(
            sql: """
                SELECT owed.stream, event.seq FROM owed INDEXED BY owed_lane
                CROSS JOIN event ON event.stream = owed.stream AND event.seq <= owed.through
                  AND event.seq > iif(owed.stream = ?2, max(owed.after, ?3), owed.after)
                WHERE owed.peer = ?1 AND owed.lane = ?5 AND owed.stream >= ?2
                  AND owed.after < owed.through AND (owed.due <= ?6 OR owed.due > ?7)
                ORDER BY owed.stream, event.seq LIMIT ?4
                """)
        return try Row.fetchAll(
            statement,
            arguments: [
                peer, stream, position, rowsMax, lane.rawValue, due, OwedRows.lastDue(at: due),
            ]
        ).map { OwedPlace(stream: $0[0], position: $0[1]) }
    }

    static func nextDue(
        _ db: Database, peer: Int64, lane: Lane, after due: Int64
    ) throws -> Int64? {
        // Backfill is never put off, and may be long.
        guard lane != .backfill else { return nil }
        let statement = try db.cachedStatement(
            sql: """
                SELECT min(due) FROM owed INDEXED BY owed_lane
                WHERE peer = ?1 AND lane = ?2 AND after < through AND due > ?3 AND due <= ?4
                """)
        return try Int64.fetchOne(
            statement, arguments: [peer, lane.rawValue, due, OwedRows.lastDue(at: due)])
    }
}

/// Reads of the feed as a whole.
enum FeedRows {
    struct Page: Sendable {
        let rows: [OutgoingRow]
        let through: UInt64
        let shareVersion: UInt64
    }

    /// The newest position; 0 while the feed is empty.
    static func head(_ db: Database) throws -> UInt64 {
        let head = try Int64.fetchOne(
            try db.cachedStatement(sql: "SELECT max(seq) FROM event"))
        return UInt64(head ?? 0)
    }
}
