package import CareRecord
import Foundation
import GRDB
package import WireFormat

/// What a store holds at one moment, for checks that look at it from outside.
package struct StoreSnapshot: Sendable {
    /// Events past the position that was asked for, ascending by position.
    package var events: [Held] = []
    /// Feed positions of events whose values were erased with a withdrawn stream, ascending.
    package var erased: [UInt64] = []
    /// Feed positions of events of chains of which more is to come, ascending.
    package var unfinished: [UInt64] = []
    /// Events that wait, ascending by stream, writer and counter.
    package var waiting: [Waiting] = []
    /// What is held of each stream, ascending by stream.
    package var vectors: [StreamVectors.Entry] = []
    /// Streams that were withdrawn from this node, ascending.
    package var sealed: [StreamID] = []
    /// Those of which nothing is kept that comes from peers, ascending.
    package var erasing: [StreamID] = []
    /// Of each peer, by site.
    package var peers: [SiteID: Peer] = [:]
    /// Audit entries from the number that was asked for on.
    package var audit: [[UInt8]] = []
    /// Second events under dots that are held, ascending.
    package var forks: [EventID] = []
    /// Envelopes that were set aside.
    package var quarantined = 0
    /// SHA-256 of the blobs that are here, ascending.
    package var blobs: [[UInt8]] = []

    /// Nothing is held.
    package init() {}

    /// One event of the feed.
    package struct Held: Sendable {
        /// Its position in the feed.
        package var position: UInt64
        /// Its header.
        package var header: EventHeader
        /// Its id.
        package var id: EventID
        /// The peer that delivered it; `nil` if it was written here.
        package var source: SiteID?
        /// Whether its author's clock is suspect.
        package var isClockSuspect: Bool
    }

    /// One event that waits.
    package struct Waiting: Sendable, Hashable {
        /// Its stream.
        package var stream: StreamID
        /// Its name there.
        package var dot: Dot
        /// 1 for an event, 2 for a card, 3 for an erasure.
        package var reason: Int
    }

    /// What is kept of one peer.
    package struct Peer: Sendable {
        /// The position of our feed that it has acknowledged.
        package var cursor: UInt64 = 0
        /// Streams that it may have now, ascending.
        package var shared: [StreamID] = []
        /// Streams that its share set has rows of, whether they count now or not, ascending.
        package var rows: [StreamID] = []
        /// Streams that it announced, ascending.
        package var announced: [StreamID] = []
        /// Streams that it is owed up to a position, whatever is settled of them.
        package var owed: [StreamID: Range<UInt64>] = [:]
        /// Notices that it has not answered.
        package var openNotices = 0
    }
}

extension SiteStore {
    /// Reads what is held.
    ///
    /// - Parameters:
    ///   - position: the feed position after which events are read.
    ///   - entry: the number of the first audit entry that is read.
    package func snapshot(
        eventsAfter position: UInt64, auditFrom entry: UInt64
    ) async throws -> StoreSnapshot {
        let now = now()
        return try await read("look at what is held") { db in
            var snapshot = StoreSnapshot()
            snapshot.events = try SnapshotRows.events(after: Int64(position), db)
            snapshot.erased = try SnapshotRows.positions("flags & 4", db)
            snapshot.unfinished = try SnapshotRows.positions("chain IS NOT NULL", db)
            snapshot.waiting = try SnapshotRows.waiting(db)
            snapshot.vectors = try SnapshotRows.names(
                "SELECT name FROM stream ORDER BY name", [], db
            ).map { StreamVectors.Entry(stream: $0, vector: try VectorRows.vector(of: $0, db)) }
            snapshot.sealed = try SnapshotRows.names(
                "SELECT name FROM stream WHERE sealed IS NOT NULL ORDER BY name", [], db)
            snapshot.erasing = try SnapshotRows.names(
                "SELECT name FROM stream WHERE sealed IS NOT NULL AND erases ORDER BY name", [], db)
            for row in try Row.fetchAll(try db.cachedStatement(sql: "SELECT id FROM peer")) {
                guard let peer = try PeerRows.item(row[0], db) else { continue }
                snapshot.peers[peer.site] = try SnapshotRows.peer(peer, now: now, db)
            }
            snapshot.audit = try Data.fetchAll(
                try db.cachedStatement(sql: "SELECT entry FROM audit WHERE seq >= ? ORDER BY seq"),
                arguments: [Int64(entry)]
            ).map { Array($0) }
            snapshot.forks = try Data.fetchAll(
                try db.cachedStatement(sql: "SELECT id FROM fork ORDER BY id")
            ).map { try EventID(stored: $0) }
            snapshot.blobs = try Data.fetchAll(
                try db.cachedStatement(
                    sql: "SELECT sha256 FROM blob WHERE content IS NOT NULL ORDER BY sha256")
            ).map { Array($0) }
            snapshot.quarantined =
                try Int.fetchOne(
                    try db.cachedStatement(sql: "SELECT count(*) FROM quarantine")) ?? 0
            return snapshot
        }
    }
}

/// Reads the parts of a snapshot.
private enum SnapshotRows {
    static func names(
        _ sql: String, _ arguments: StatementArguments, _ db: Database
    ) throws -> [StreamID] {
        try Data.fetchAll(try db.cachedStatement(sql: sql), arguments: arguments)
            .compactMap { StreamID(bytes: $0) }
    }

    static func positions(_ condition: String, _ db: Database) throws -> [UInt64] {
        try Int64.fetchAll(
            try db.cachedStatement(sql: "SELECT seq FROM event WHERE \(condition) ORDER BY seq")
        ).map { UInt64($0) }
    }

    static func events(after position: Int64, _ db: Database) throws -> [StoreSnapshot.Held] {
        let opener = EventOpener(coder: FrameCoder())
        let rows = try Row.fetchAll(
            try db.cachedStatement(
                sql: """
                    SELECT event.seq, event.id, peer.site, flags & 2, header
                    FROM event LEFT JOIN peer ON peer.id = event.source
                    WHERE event.seq > ? ORDER BY event.seq
                    """), arguments: [position])
        return try rows.map { row in
            let seq: Int64 = row[0]
            let source: Data? = row[2]
            let frame: Data = row[4]
            do {
                return StoreSnapshot.Held(
                    position: UInt64(seq), header: try opener.header(ofFrame: Array(frame)),
                    id: try EventID(stored: row[1]), source: source.flatMap { SiteID(bytes: $0) },
                    isClockSuspect: row[3])
            } catch {
                throw StoreFailure(
                    .damaged, "read the header at feed position \(seq)", underlying: error)
            }
        }
    }

    static func waiting(_ db: Database) throws -> [StoreSnapshot.Waiting] {
        try Row.fetchAll(
            try db.cachedStatement(
                sql: """
                    SELECT stream, replica, counter, reason FROM pending
                    ORDER BY stream, replica, counter
                    """)
        ).compactMap { row in
            let stream: Data = row[0]
            let replica: Data = row[1]
            let counter: Int64 = row[2]
            guard let name = StreamID(bytes: stream), let writer = Replica(bytes: replica) else {
                return nil
            }
            return StoreSnapshot.Waiting(
                stream: name, dot: Dot(replica: writer, counter: UInt64(counter)), reason: row[3])
        }
    }

    static func peer(
        _ peer: PeerRows.Item, now: Int64, _ db: Database
    ) throws -> StoreSnapshot.Peer {
        var found = StoreSnapshot.Peer()
        found.cursor = UInt64(peer.cursor)
        found.rows = try names(
            """
            SELECT stream.name FROM share JOIN stream ON stream.id = share.stream
            WHERE share.peer = ? ORDER BY stream.name
            """, [peer.id], db)
        found.shared = try found.rows.filter {
            try ShareRows.counts(peer: peer.id, $0, now: now, db)
        }
        found.announced = try names(
            "SELECT stream FROM announced WHERE peer = ? ORDER BY stream", [peer.id], db)
        let owed = try Row.fetchAll(
            try db.cachedStatement(
                sql: """
                    SELECT stream.name, owed.after, owed.through FROM owed
                    JOIN stream ON stream.id = owed.stream WHERE owed.peer = ?
                    """), arguments: [peer.id])
        for row in owed {
            let name: Data = row[0]
            let after: Int64 = row[1]
            let through: Int64 = row[2]
            guard let stream = StreamID(bytes: name) else { continue }
            found.owed[stream] = UInt64(after)..<UInt64(max(after, through))
        }
        found.openNotices =
            try Int.fetchOne(
                try db.cachedStatement(
                    sql: """
                        SELECT count(*) FROM notice_answer WHERE peer = ? AND outcome IS NULL
                        """), arguments: [peer.id]) ?? 0
        return found
    }
}
