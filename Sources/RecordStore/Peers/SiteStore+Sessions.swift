import AuditTrail
public import CareRecord
import Foundation
import GRDB
import Signing

/// One session of the past, or the present one.
public struct SessionRow: Sendable, Hashable {
    /// 16 bytes.
    public var name: [UInt8]
    /// Whether this node dialled.
    public var isOurs: Bool
    /// When it began, in milliseconds since 1970 UTC.
    public var startedMilliseconds: Int64
    /// When it ended; `nil` while it lasts.
    public var endedMilliseconds: Int64?
    /// The position of our feed that the peer had acknowledged at its end.
    public var ourPosition: UInt64
    /// The position of its feed that we had answered.
    public var theirPosition: UInt64
    /// Events that left.
    public var sentEvents: Int
    /// Events that came.
    public var receivedEvents: Int
    /// Why it ended, as a code; `nil` while it lasts.
    public var ending: String?
}

/// What one side refused, counted.
public struct RefusalTally: Sendable, Hashable {
    /// A name of `sync-v1.md`.
    public var reason: String
    /// Whether this node refused; else the peer did.
    public var isOurs: Bool
    /// How often.
    public var count: Int
    /// The last time, in milliseconds since 1970 UTC.
    public var lastMilliseconds: Int64
}

extension SiteStore {
    /// Sessions of each peer that are kept.
    private static let sessionsMax = 50

    /// Notes that a session began, and forgets the oldest beyond 50 that have ended.
    ///
    /// - Parameter theirShareVersion: of the peer's share set, as its hello says; one that is behind
    ///   what is held of it starts the set anew.
    public func beginSession(
        _ name: [UInt8], with site: SiteID, isOurs: Bool, theirShareVersion: UInt64
    ) async throws {
        try await committer.commit { db, state in
            let peer = try PeerRows.active(site, db)
            try db.execute(
                sql: """
                    UPDATE peer SET their_share_version = 0
                    WHERE id = ? AND their_share_version > ?
                    """, arguments: [peer.id, Int64(clamping: theirShareVersion)])
            try db.execute(
                sql: """
                    INSERT INTO session (peer, name, is_ours, started, ours, theirs)
                    SELECT id, ?, ?, ?, cursor, their_position FROM peer WHERE id = ?
                    """, arguments: [Data(name), isOurs, state.now(), peer.id])
            try db.execute(
                sql: """
                    DELETE FROM session WHERE peer = ?1 AND ended IS NOT NULL AND id <= (
                      SELECT id FROM session WHERE peer = ?1 ORDER BY id DESC LIMIT 1 OFFSET ?2)
                    """, arguments: [peer.id, Self.sessionsMax])
        }
    }

    /// Notes how far a session came, and why it ended if it did: then the audit log is signed.
    ///
    /// The session's audit entry is written when it ends, and when nothing went since this was
    /// called last: it tells of what went since the entry before. Sessions that end alike, and in
    /// which nothing went, have one entry a minute.
    ///
    /// - Parameter counts: what went since this was noted last. What left was noted with its
    ///   disclosure, for the entry.
    public func noteSession(
        _ name: [UInt8], with site: SiteID, _ counts: SessionCounts, ending: SessionEnding?
    ) async throws {
        try await committer.commit { db, state in
            let peer = try PeerRows.active(site, db)
            try db.execute(
                sql: """
                    UPDATE session SET sent = sent + ?1, received = received + ?2, ending = ?3,
                      ended = CASE WHEN ?3 IS NULL THEN NULL ELSE ?4 END,
                      ours = (SELECT cursor FROM peer WHERE id = ?5),
                      theirs = (SELECT their_position FROM peer WHERE id = ?5),
                      untold_received = untold_received + ?2,
                      untold_answered = untold_answered + ?7,
                      untold_refused_there = untold_refused_there + ?8,
                      untold_refused_here = untold_refused_here + ?9
                    WHERE peer = ?5 AND name = ?6 AND ended IS NULL
                    """,
                arguments: [
                    counts.sent, counts.received, ending?.reason, state.now(), peer.id, Data(name),
                    counts.answered, counts.refusedThere, counts.refusedHere,
                ])
            guard db.changesCount > 0 else { return }
            if let ending {
                if try state.tellOfSession(name, with: peer, ending, db) {
                    try state.signAuditLog(db)
                }
            } else if counts == SessionCounts() {
                try state.tellOfSession(name, with: peer, nil, db)
            }
        }
    }

    /// Ends the sessions that were open when the node stopped without a word.
    public func endLeftSessions() async throws {
        try await committer.commit { db, state in
            let left = try Row.fetchAll(
                db, sql: "SELECT name, peer FROM session WHERE ended IS NULL ORDER BY id")
            for row in left {
                let (name, peer): (Data, Int64) = (row[0], row[1])
                guard let peer = try PeerRows.item(peer, db) else { continue }
                try state.tellOfSession(
                    Array(name), with: peer, SessionEnding("cut off", .failed), db)
            }
            try db.execute(
                sql: "UPDATE session SET ended = ?, ending = 'cut off' WHERE ended IS NULL",
                arguments: [state.now()])
        }
    }

    /// Writes the audit entry of a session that never began; those for one reason share one a minute.
    public func recordSession(with site: SiteID, _ ending: SessionEnding) async throws {
        try await committer.commit { db, state in
            let peer = try PeerRows.active(site, db)
            guard
                let count = try RepetitionRows.take(
                    "none: \(ending.reason)", of: peer.id, now: state.now(), db)
            else { return }
            var fact = AuditFact(kind: .session, actor: peer.actor)
            fact.data = AuditData(repeated: count, "sessions")
            fact.to = peer.party
            fact.outcome = ending.outcome
            fact.reason = ending.reason
            try state.record(fact, db)
        }
    }

    /// The last sessions with a peer, the newest first.
    public func sessions(with site: SiteID) async throws -> [SessionRow] {
        try await read("list the sessions with a peer") { db in
            let peer = try PeerRows.active(site, db)
            return try Row.fetchAll(
                db,
                sql: """
                    SELECT name, is_ours, started, ended, ours, theirs, sent, received, ending
                    FROM session WHERE peer = ? ORDER BY id DESC LIMIT ?
                    """, arguments: [peer.id, Self.sessionsMax]
            ).map { row in
                let name: Data = row[0]
                let ours: Int64 = row[4]
                let theirs: Int64 = row[5]
                return SessionRow(
                    name: Array(name), isOurs: row[1], startedMilliseconds: row[2],
                    endedMilliseconds: row[3], ourPosition: UInt64(ours),
                    theirPosition: UInt64(theirs), sentEvents: row[6], receivedEvents: row[7],
                    ending: row[8])
            }
        }
    }

    /// Counts a refusal by either side.
    public func noteRefusals(
        _ reasons: [String: Int], with site: SiteID, isOurs: Bool
    ) async throws {
        guard !reasons.isEmpty else { return }
        try await committer.commit { db, state in
            let peer = try PeerRows.active(site, db)
            for (reason, count) in reasons.sorted(by: { $0.key < $1.key }) {
                try RefusalRows.add(
                    reason, count: count, peer: peer.id, isOurs: isOurs, now: state.now(), db)
            }
        }
    }

    /// What was refused either way, by direction and reason.
    public func refusals(with site: SiteID) async throws -> [RefusalTally] {
        try await read("list the refusals of a peer") { db in
            let peer = try PeerRows.active(site, db)
            return try Row.fetchAll(
                db,
                sql: """
                    SELECT reason, is_in, count, last FROM refusal
                    WHERE peer = ? ORDER BY is_in DESC, reason
                    """, arguments: [peer.id]
            ).map {
                RefusalTally(
                    reason: $0[0], isOurs: $0[1], count: $0[2], lastMilliseconds: $0[3])
            }
        }
    }
}

extension WriterState {
    /// Writes a session's audit entry with what was not told yet.
    ///
    /// - Parameter ending: `nil` for a session that fell idle; then there is no entry if nothing went.
    /// - Returns: whether there is an entry.
    @discardableResult
    fileprivate mutating func tellOfSession(
        _ name: [UInt8], with peer: PeerRows.Item, _ ending: SessionEnding?, _ db: Database
    ) throws -> Bool {
        let row = try Row.fetchOne(
            try db.cachedStatement(
                sql: """
                    SELECT is_ours, untold_sent, untold_received, untold_answered,
                      untold_refused_there, untold_refused_here, id
                    FROM session WHERE peer = ? AND name = ? ORDER BY id DESC LIMIT 1
                    """), arguments: [peer.id, Data(name)])
        guard let row else { return false }
        var counts = SessionCounts()
        (counts.sent, counts.received, counts.answered) = (row[1], row[2], row[3])
        (counts.refusedThere, counts.refusedHere) = (row[4], row[5])
        var sessions = 1
        if counts == SessionCounts() {
            guard let ending,
                let count = try RepetitionRows.take(
                    "session: \(ending.reason)", of: peer.id, now: now(), db)
            else { return false }
            sessions = count
        }
        let (isOurs, id): (Bool, Int64) = (row[0], row[6])
        var fact = AuditFact(kind: .session, actor: peer.actor)
        if isOurs { fact.to = peer.party } else { fact.from = peer.party }
        fact.outcome = ending?.outcome ?? .success
        fact.reason = ending?.reason ?? "idle"
        fact.session = Hexadecimal.text(name)
        fact.data = AuditData(
            counts: counts.figures + (AuditData(repeated: sessions, "sessions")?.counts ?? []),
            events: counts.sent + counts.received)
        try record(fact, db)
        try db.execute(
            sql: """
                UPDATE session SET untold_sent = 0, untold_received = 0, untold_answered = 0,
                  untold_refused_there = 0, untold_refused_here = 0 WHERE id = ?
                """, arguments: [id])
        return true
    }

    /// Notes what leaves, in the transaction that discloses it: a crash forgets none of it.
    func noteSent(_ events: Int, session: String, peer: Int64, _ db: Database) throws {
        guard let name = Hexadecimal.bytes(session.utf8) else { return }
        try db.cachedStatement(
            sql: """
                UPDATE session SET untold_sent = untold_sent + ?
                WHERE peer = ? AND name = ? AND ended IS NULL
                """
        ).execute(arguments: [events, peer, Data(name)])
    }
}

/// Rows of `refusal`.
enum RefusalRows {
    static func add(
        _ reason: String, count: Int, peer: Int64, isOurs: Bool, now: Int64, _ db: Database
    ) throws {
        try db.cachedStatement(
            sql: """
                INSERT INTO refusal (peer, is_in, reason, count, last) VALUES (?, ?, ?, ?, ?)
                ON CONFLICT (peer, is_in, reason) DO UPDATE SET
                  count = count + excluded.count, last = excluded.last
                """
        ).execute(arguments: [peer, isOurs, reason, count, now])
    }
}
