public import CareRecord
import Foundation
import GRDB
import Signing
public import WireFormat

/// One event of the feed, with what a peer may have of it.
public struct OutgoingRow: Sendable, Hashable {
    /// Its position in the feed.
    public var position: UInt64
    /// Its stream.
    public var stream: StreamID
    /// Its author's writer.
    public var author: Replica
    /// The size of its envelope, in bytes.
    public var bytes: Int
    /// Whether the peer's share set holds the stream.
    public var isPermitted: Bool
    /// Whether that peer delivered it.
    public var cameFromPeer: Bool
}

/// Owed events, by stream and within one by position.
public struct OwedRows: Sendable {
    /// Ascending by stream row and position.
    public var rows: [OutgoingRow]
    /// The stream's row and the position where the next page starts; `nil` if there is none.
    public var next: (stream: Int64, position: Int64)?
}

/// What may leave now.
public struct Disclosure: Sendable {
    /// In the order that was asked for.
    public var envelopes: [EventEnvelope]
    /// The version of the share set that permits them: it must be announced before they leave.
    public var shareVersion: UInt64
}

/// What the store knows for a hello.
public struct GreetingState: Sendable {
    /// This node's feed.
    public var feed: FeedID
    /// The position of its newest event; 0 while it is empty.
    public var head: UInt64
    /// That event.
    public var headEvent: EventID?
    /// The version of our share set for the peer.
    public var shareVersion: UInt64
    /// 32 bytes over that set.
    public var shareDigest: [UInt8]
    /// The version that the peer holds.
    public var shareAcknowledged: UInt64
    /// What we last held of the peer.
    public var echo: Hello.Echo?
    /// The position of our feed that the peer has acknowledged.
    public var cursor: UInt64
    /// Writers whose card the peer has acknowledged, ascending.
    public var cardsAcknowledged: [Replica]
}

extension SiteStore {
    /// What a hello to this peer says of the store.
    public func greeting(for site: SiteID) async throws -> GreetingState {
        try await read("prepare a hello") { db in
            let peer = try PeerRows.active(site, db)
            return try GreetingState(peer, db)
        }
    }

    /// The feed past a position, for one peer.
    ///
    /// - Returns: the rows, ascending, the newest position of the feed that they speak for, and
    ///   the version of the share set that the permits are of.
    public func feedRows(
        for site: SiteID, after position: UInt64, rowsMax: Int
    ) async throws -> (rows: [OutgoingRow], through: UInt64, shareVersion: UInt64) {
        let page = try await read("read the change feed") { db in
            let peer = try PeerRows.active(site, db)
            let rows = try OutgoingRow.fetch(
                db, peer: peer.id, condition: "event.seq > ?", [Int64(position)],
                rowsMax: rowsMax)
            let head = try FeedRows.head(db)
            let through = rows.count < rowsMax ? head : rows.last?.position ?? head
            return FeedRows.Page(
                rows: rows, through: through, shareVersion: UInt64(peer.shareVersion))
        }
        return (page.rows, page.through, page.shareVersion)
    }

    /// Events that the peer is owed, from a place on.
    public func owedRows(
        for site: SiteID, after place: (stream: Int64, position: Int64)?, rowsMax: Int
    ) async throws -> OwedRows {
        try await read("read what a peer is owed") { db in
            let peer = try PeerRows.active(site, db)
            let items = try OwedPlace.fetch(
                db, peer: peer.id, stream: place?.stream ?? 0, position: place?.position ?? 0,
                rowsMax: rowsMax)
            let rows = try items.flatMap { item in
                try OutgoingRow.fetch(
                    db, peer: peer.id, condition: "event.seq = ?", [item.position], rowsMax: 1)
            }
            let last = items.count == rowsMax ? items.last : nil
            return OwedRows(rows: rows, next: last.map { ($0.stream, $0.position) })
        }
    }

    /// Makes a disclosure durable and returns the envelopes that may leave now, in order.
    ///
    /// The permit of every event is checked again in the transaction of its audit entries: that
    /// commit is the moment that counts. `nil` means that a permit is gone; nothing may be sent.
    public func disclose(
        positions: [UInt64], to site: SiteID, session: String, delivery: UInt64
    ) async throws -> Disclosure? {
        let envelopes = try await read("read a delivery") { db in
            try positions.map { try StoredEvents.envelope(at: Int64($0), db) }
        }
        let version = try await committer.commit { db, state -> Int64? in
            let peer = try PeerRows.active(site, db)
            let sizes = envelopes.map(\.byteCount)
            guard
                let events = try DisclosureRows.described(
                    positions, sizes: sizes, peer: peer.id, &state, db)
            else { return nil }
            for fact in DisclosureFacts.sent(
                events, to: peer, session: session, delivery: delivery)
            {
                try state.record(fact, db)
            }
            return peer.shareVersion
        }
        return version.map { Disclosure(envelopes: envelopes, shareVersion: UInt64($0)) }
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
                try ShareRows.owe(
                    peer, through: Int64(position), joinedAfter: Int64(shareVersion), db)
            }
            try db.cachedStatement(
                sql: "UPDATE peer SET cursor = max(cursor, ?), last_contact = ? WHERE id = ?"
            ).execute(arguments: [Int64(position), state.now(), peer.id])
        }
    }

    /// Makes durable that a peer has answered owed events, by stream up to a position.
    public func settleOwed(
        _ settled: [(stream: StreamID, through: UInt64)], of site: SiteID
    ) async throws {
        try await committer.commit { db, _ in
            let peer = try PeerRows.active(site, db)
            let move = try db.cachedStatement(
                sql: """
                    UPDATE owed SET after = max(after, ?)
                    WHERE peer = ? AND stream = (SELECT id FROM stream WHERE name = ?)
                    """)
            let end = try db.cachedStatement(
                sql: """
                    DELETE FROM owed
                    WHERE peer = ? AND stream = (SELECT id FROM stream WHERE name = ?)
                      AND NOT EXISTS (SELECT 1 FROM event WHERE event.stream = owed.stream
                        AND event.seq > owed.after AND event.seq <= owed.through)
                    """)
            for item in settled {
                let name = Data(item.stream.bytes)
                try move.execute(arguments: [Int64(item.through), peer.id, name])
                try end.execute(arguments: [peer.id, name])
            }
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

    /// Stores a delivery of a peer; the outcomes may be answered once this returns.
    public func accept(_ delivery: IncomingDelivery) async throws -> [EventOutcome] {
        let outcomes = try await committer.commit(cost: delivery.events.count * 64) { db, state in
            let peer = try PeerRows.active(delivery.peer, db)
            return try state.accept(delivery, from: peer, db)
        }
        feedSignal.notify()
        return outcomes
    }
}

/// Names an owed event.
private struct OwedPlace {
    let stream: Int64
    let position: Int64

    static func fetch(
        _ db: Database, peer: Int64, stream: Int64, position: Int64, rowsMax: Int
    ) throws -> [OwedPlace] {
        let statement = try db.cachedStatement(
            sql: """
                SELECT owed.stream, event.seq FROM owed
                CROSS JOIN event ON event.stream = owed.stream AND event.seq <= owed.through
                  AND event.seq > iif(owed.stream = ?2, max(owed.after, ?3), owed.after)
                WHERE owed.peer = ?1 AND owed.stream >= ?2
                ORDER BY owed.stream, event.seq LIMIT ?4
                """)
        return try Row.fetchAll(statement, arguments: [peer, stream, position, rowsMax])
            .map { OwedPlace(stream: $0[0], position: $0[1]) }
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

extension OutgoingRow {
    /// Rows of the feed that satisfy a condition, ascending.
    static func fetch(
        _ db: Database, peer: Int64, condition: String, _ arguments: [Int64], rowsMax: Int
    ) throws -> [OutgoingRow] {
        let statement = try db.cachedStatement(
            sql: """
                SELECT event.seq, stream.name, replica.name, event.bytes,
                  share.peer IS NOT NULL, event.source IS ?
                FROM event JOIN stream ON stream.id = event.stream
                JOIN replica ON replica.id = event.replica
                LEFT JOIN share ON share.peer = ? AND share.stream = event.stream
                WHERE \(condition) ORDER BY event.seq LIMIT ?
                """)
        let all = [peer, peer] + arguments + [Int64(rowsMax)]
        return try Row.fetchAll(statement, arguments: StatementArguments(all)).map { row in
            let seq: Int64 = row[0]
            let stream: Data = row[1]
            let author: Data = row[2]
            guard let name = StreamID(bytes: stream), let replica = Replica(bytes: author) else {
                throw StoreFailure(.damaged, "read the names of feed position \(seq)")
            }
            return OutgoingRow(
                position: UInt64(seq), stream: name, author: replica, bytes: row[3],
                isPermitted: row[4], cameFromPeer: row[5])
        }
    }
}

/// Reads what a delivery discloses.
enum DisclosureRows {
    /// The events at the given positions; `nil` if the peer may not have one of them, or if one
    /// lost a value since its envelope of the given size was read.
    static func described(
        _ positions: [UInt64], sizes: [Int], peer: Int64, _ state: inout WriterState,
        _ db: Database
    ) throws -> [DisclosureFacts.Described]? {
        let statement = try db.cachedStatement(
            sql: """
                SELECT event.id, stream.name, event.header, event.bytes FROM event
                JOIN stream ON stream.id = event.stream
                JOIN share ON share.peer = ? AND share.stream = event.stream
                WHERE event.seq = ?
                """)
        var events: [DisclosureFacts.Described] = []
        events.reserveCapacity(positions.count)
        for (position, size) in zip(positions, sizes) {
            guard let row = try Row.fetchOne(statement, arguments: [peer, Int64(position)]),
                row[3] == size
            else { return nil }
            let frame: Data = row[2]
            do {
                events.append(
                    DisclosureFacts.Described(
                        try state.opener.header(ofFrame: Array(frame)),
                        id: try EventID(stored: row[0])))
            } catch {
                throw StoreFailure(
                    .damaged, "read the header at feed position \(position)", underlying: error)
            }
        }
        return events
    }
}

extension GreetingState {
    fileprivate init(_ peer: PeerRows.Item, _ db: Database) throws {
        let feedBytes = try Data.fetchOne(db, sql: "SELECT value FROM setting WHERE name = 'feed'")
        guard let feedBytes, let feed = FeedID(bytes: feedBytes) else {
            throw StoreFailure(.damaged, "read the id of the change feed")
        }
        let newest = try Row.fetchOne(
            db, sql: "SELECT seq, id FROM event ORDER BY seq DESC LIMIT 1")
        let theirs = try Row.fetchOne(
            db,
            sql: """
                SELECT their_feed, their_position, their_event, their_share_version
                FROM peer WHERE id = ?
                """, arguments: [peer.id])
        let cards = try Data.fetchAll(
            db,
            sql: """
                SELECT replica.name FROM card_sent JOIN replica ON replica.id = card_sent.replica
                WHERE card_sent.peer = ? ORDER BY replica.name
                """, arguments: [peer.id])
        let seq: Int64 = newest?[0] ?? 0
        self.init(
            feed: feed, head: UInt64(seq), headEvent: try newest.map { try EventID(stored: $0[1]) },
            shareVersion: UInt64(peer.shareVersion),
            shareDigest: try ShareSet.digest(peer: peer.id, db),
            shareAcknowledged: UInt64(peer.shareAcknowledged),
            echo: theirs.flatMap(Hello.Echo.init), cursor: UInt64(peer.cursor),
            cardsAcknowledged: cards.compactMap { Replica(bytes: $0) })
    }
}

extension Hello.Echo {
    fileprivate init?(_ row: Row) {
        let bytes: Data? = row[0]
        guard let bytes, let feed = FeedID(bytes: bytes) else { return nil }
        let position: Int64 = row[1]
        let event: Data? = row[2]
        let shares: Int64 = row[3]
        self.init(
            feed: feed, position: UInt64(position), event: event.flatMap { EventID(bytes: $0) },
            shareVersion: UInt64(shares))
    }
}
