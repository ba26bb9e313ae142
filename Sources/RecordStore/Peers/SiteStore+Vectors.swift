public import CareRecord
import Foundation
import GRDB
public import WireFormat

extension SiteStore {
    /// What is held of some streams, of those that the peer may have; ascending by stream.
    public func vectors(
        of streams: [StreamID], for site: SiteID
    ) async throws -> [StreamVectors.Entry] {
        let now = now()
        return try await read("read version vectors for a peer") { db in
            let peer = try PeerRows.active(site, db)
            var entries: [StreamVectors.Entry] = []
            var writers = 0
            for stream in streams.sorted()
            where try ShareRows.counts(peer: peer.id, stream, now: now, db) {
                let vector = try VectorRows.vector(of: stream, db)
                writers += vector.entries.count
                guard entries.count < SyncLimits.vectorStreamsMax,
                    writers <= SyncLimits.vectorWritersMax
                else { break }
                entries.append(StreamVectors.Entry(stream: stream, vector: vector))
            }
            return entries
        }
    }

    /// What is answered to a peer's vectors. Of streams that it may have or delivered events of, all
    /// that is held; of others that either side announced, only what it shows to know by the ids of
    /// its own events: a guess is not told whether it is right.
    public func vectors(
        answering asked: [StreamVectors.Entry], for site: SiteID
    ) async throws -> [StreamVectors.Entry] {
        let shared = try await vectors(of: asked.map(\.stream), for: site)
        let known = try await read("confirm a peer's version vectors") { db in
            let peer = try PeerRows.active(site, db)
            var permits = StreamPermits(peer: peer.id)
            return try asked.compactMap { entry -> StreamVectors.Entry? in
                guard !shared.contains(where: { $0.stream == entry.stream }),
                    try permits.allow(entry.stream, db)
                else { return nil }
                if try VectorRows.delivered(peer.id, entry.stream, db) {
                    return StreamVectors.Entry(
                        stream: entry.stream, vector: try VectorRows.vector(of: entry.stream, db))
                }
                let confirmed = try entry.vector.entries.filter {
                    try VectorRows.isHeld($0, of: entry.stream, db)
                }
                return VersionVector(confirmed).map {
                    StreamVectors.Entry(stream: entry.stream, vector: $0)
                }
            }
        }
        let all = (shared + known).sorted { $0.stream < $1.stream }
        return Array(all.prefix(SyncLimits.vectorStreamsMax))
    }

    /// Settles what a peer's vectors show that it holds, and notes that the rest of these streams
    /// was offered.
    public func settle(_ vectors: [StreamVectors.Entry], heldBy site: SiteID) async throws {
        try await committer.commit(cost: vectors.count) { db, state in
            let peer = try PeerRows.active(site, db)
            for entry in vectors {
                try VectorRows.settle(entry, peer: peer.id, db)
                try VectorRows.noteOffered(entry.stream, peer: peer.id, now: state.now(), db)
            }
            try OwedRows.forgetSettled(peer: peer.id, through: peer.cursor, db)
        }
    }

    /// Notes that streams were offered to a peer, whatever it answered.
    public func noteOffered(_ streams: [StreamID], to site: SiteID) async throws {
        try await committer.commit(cost: streams.count) { db, state in
            let peer = try PeerRows.active(site, db)
            for stream in streams {
                try VectorRows.noteOffered(stream, peer: peer.id, now: state.now(), db)
            }
        }
    }
}

/// Rows of `vector`.
enum VectorRows {
    /// The version vector of a stream, as held here.
    static func vector(of stream: StreamID, _ db: Database) throws -> VersionVector {
        let rows = try Row.fetchAll(
            try db.cachedStatement(
                sql: """
                    SELECT replica.name, vector.counter, event.id FROM vector
                    JOIN stream ON stream.id = vector.stream
                    JOIN replica ON replica.id = vector.replica
                    JOIN event ON event.seq = vector.seq WHERE stream.name = ?
                    """), arguments: [Data(stream.bytes)])
        let entries = try rows.map { row -> VersionVector.Entry in
            let name: Data = row[0]
            let counter: Int64 = row[1]
            guard let replica = Replica(bytes: name) else {
                throw StoreFailure(.damaged, "read the name of a replica")
            }
            return VersionVector.Entry(
                replica: replica, counter: UInt64(counter), event: try EventID(stored: row[2]))
        }
        guard let vector = VersionVector(entries) else {
            throw StoreFailure(.damaged, "read a version vector")
        }
        return vector
    }

    /// Owed events of one stream are settled up to the first that the peer's vector does not
    /// cover. An entry whose id is another than the one held here covers nothing of its writer.
    static func settle(_ entry: StreamVectors.Entry, peer: Int64, _ db: Database) throws {
        let events = try Row.fetchAll(
            try db.cachedStatement(
                sql: """
                    SELECT event.seq, replica.name, event.counter, owed.through FROM owed
                    JOIN stream ON stream.id = owed.stream
                    JOIN event ON event.stream = owed.stream AND event.seq > owed.after
                      AND event.seq <= owed.through
                    JOIN replica ON replica.id = event.replica
                    WHERE owed.peer = ? AND stream.name = ? ORDER BY event.seq
                    """), arguments: [peer, Data(entry.stream.bytes)])
        guard !events.isEmpty else { return }
        var known: [Data: UInt64] = [:]
        for item in entry.vector.entries where try holds(item, of: entry.stream, db) {
            known[Data(item.replica.bytes)] = item.counter
        }
        let open = events.first { row in
            let replica: Data = row[1]
            let counter: Int64 = row[2]
            return UInt64(counter) > known[replica] ?? 0
        }
        let through: Int64 = open.map { ($0[0] as Int64) - 1 } ?? events[0][3]
        try OwedRows.settle(peer: peer, stream: entry.stream, through: through, db)
    }

    /// What is left of a stream was offered and may be sent; a rest that is younger than an event
    /// is held back for waits for its own time and is offered again. What was accepted by a clock
    /// that was set back since is not young.
    static func noteOffered(_ stream: StreamID, peer: Int64, now: Int64, _ db: Database) throws {
        try db.cachedStatement(
            sql: """
                UPDATE owed SET (offer, due) = (
                  SELECT iif(rest.accepted > ?4 - ?3 AND rest.accepted <= ?4, owed.offer, 0),
                    iif(rest.accepted > ?4 - ?3 AND rest.accepted <= ?4, rest.accepted + ?3,
                      owed.due)
                  FROM (SELECT coalesce((SELECT event.accepted FROM event
                    WHERE event.stream = owed.stream AND event.seq > owed.after
                      AND event.seq <= owed.through ORDER BY event.seq LIMIT 1), 0) AS accepted)
                    AS rest)
                WHERE peer = ?1 AND offer = 1
                  AND stream = (SELECT id FROM stream WHERE name = ?2)
                """
        ).execute(arguments: [
            peer, Data(stream.bytes), Int64(SyncLimits.holdBackMilliseconds), now,
        ])
    }

    /// Whether a peer delivered any event of a stream.
    static func delivered(_ peer: Int64, _ stream: StreamID, _ db: Database) throws -> Bool {
        try Bool.fetchOne(
            try db.cachedStatement(
                sql: """
                    SELECT EXISTS (SELECT 1 FROM event JOIN stream ON stream.id = event.stream
                      WHERE stream.name = ? AND event.source = ?)
                    """), arguments: [Data(stream.bytes), peer]) ?? false
    }

    /// Whether the very event that a vector entry names is held here.
    static func isHeld(
        _ item: VersionVector.Entry, of stream: StreamID, _ db: Database
    ) throws -> Bool {
        try storedID(item, of: stream, db) == item.event
    }

    /// Whether the event that a vector entry names is the one held here under its dot; one that
    /// is not held yet contradicts nothing.
    private static func holds(
        _ item: VersionVector.Entry, of stream: StreamID, _ db: Database
    ) throws -> Bool {
        try storedID(item, of: stream, db).map { $0 == item.event } ?? true
    }

    private static func storedID(
        _ item: VersionVector.Entry, of stream: StreamID, _ db: Database
    ) throws -> EventID? {
        let id = try Data.fetchOne(
            try db.cachedStatement(
                sql: """
                    SELECT event.id FROM event JOIN stream ON stream.id = event.stream
                    JOIN replica ON replica.id = event.replica
                    WHERE stream.name = ? AND replica.name = ? AND event.counter = ?
                    """),
            arguments: [Data(stream.bytes), Data(item.replica.bytes), Int64(item.counter)])
        return try id.map { try EventID(stored: $0) }
    }
}
