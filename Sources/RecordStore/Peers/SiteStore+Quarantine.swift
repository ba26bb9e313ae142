public import AuditTrail
public import CareRecord
import Foundation
import GRDB
import Signing
import WireFormat

/// An item in quarantine; never its content.
public struct QuarantineRecord: Sendable, Hashable {
    /// Its number.
    public var number: Int64
    /// The peer that sent it; `nil` for local input.
    public var peerName: String?
    /// When it came, in milliseconds since 1970 UTC.
    public var receivedMilliseconds: Int64
    /// A name of `sync-v1.md`.
    public var reason: String
    /// What is kept, in bytes.
    public var bytes: Int
    /// When an administrator closed it.
    public var closedMilliseconds: Int64?
    /// The event that holds the value, if the item is a value of an accepted event.
    public var event: IdentifiedEvent?

    /// An event by name.
    public struct IdentifiedEvent: Sendable, Hashable {
        /// Its stream.
        public var stream: StreamID
        /// Its dot.
        public var dot: Dot
        /// Its id.
        public var id: EventID
    }
}

/// What a retry did.
public struct QuarantineRetryCount: Sendable, Hashable {
    /// Items that were tried.
    public var tried = 0
    /// Items that could be applied now.
    public var applied = 0
}

extension SiteStore {
    /// Items in quarantine, oldest first.
    ///
    /// - Parameters:
    ///   - peerName: of one peer only.
    ///   - includesClosed: also those that an administrator closed.
    public func quarantine(
        peerName: String?, includesClosed: Bool, countMax: Int
    ) async throws -> [QuarantineRecord] {
        try await read("list the quarantine") { db in
            try QuarantineRows.fetch(
                "(?1 IS NULL OR peer.name = ?1) AND (?2 OR closed IS NULL)",
                [peerName, includesClosed], countMax: countMax, db)
        }
    }

    /// One item.
    public func quarantined(_ number: Int64) async throws -> QuarantineRecord {
        try await read("show an item of the quarantine") { db in
            try QuarantineRows.one(number, db)
        }
    }

    /// Tries items again, as after an upgrade or once a card has arrived.
    ///
    /// - Parameter number: one item; `nil` for all that are open.
    public func retryQuarantine(
        _ number: Int64?, actor: AuditActor
    ) async throws -> QuarantineRetryCount {
        let open = try await quarantine(peerName: nil, includesClosed: false, countMax: 100_000)
        let numbers = number.map { [$0] } ?? open.map(\.number)
        var count = QuarantineRetryCount()
        for item in numbers {
            let isApplied = try await committer.commit { db, state in
                try state.retryQuarantined(item, actor: actor, db)
            }
            count.tried += 1
            if isApplied { count.applied += 1 }
        }
        feedSignal.notifyShares()
        return count
    }

    /// Closes an item: it no longer counts against its sender; its bytes stay.
    public func closeQuarantine(
        _ number: Int64, reason: String, actor: AuditActor
    ) async throws -> QuarantineRecord {
        try await committer.commit { db, state in
            _ = try QuarantineRows.one(number, db)
            try db.execute(
                sql: "UPDATE quarantine SET closed = coalesce(closed, ?) WHERE id = ?",
                arguments: [state.now(), number])
            var fact = AuditFact(kind: .quarantine, actor: actor)
            fact.reason = "closed item \(number): \(reason)"
            try state.record(fact, db)
            return try QuarantineRows.one(number, db)
        }
    }
}

/// Rows of `quarantine`.
private enum QuarantineRows {
    static func one(_ number: Int64, _ db: Database) throws -> QuarantineRecord {
        guard
            let item = try fetch("quarantine.id = ?1 AND ?2", [number, true], countMax: 1, db).first
        else { throw StoreFailure(.notFound, "find item \(number) of the quarantine") }
        return item
    }

    static func fetch(
        _ condition: String, _ arguments: [(any DatabaseValueConvertible)?], countMax: Int,
        _ db: Database
    ) throws -> [QuarantineRecord] {
        let rows = try Row.fetchAll(
            db,
            sql: """
                SELECT quarantine.id, peer.name, received, reason, quarantine.bytes, closed,
                  stream.name, replica.name, event.counter, event.id
                FROM quarantine LEFT JOIN peer ON peer.id = quarantine.peer
                LEFT JOIN event ON event.seq = quarantine.position >> 8
                LEFT JOIN stream ON stream.id = event.stream
                LEFT JOIN replica ON replica.id = event.replica
                WHERE \(condition) ORDER BY quarantine.id LIMIT \(countMax)
                """, arguments: StatementArguments(arguments))
        return try rows.map { row in
            let stream: Data? = row[6]
            let replica: Data? = row[7]
            let counter: Int64? = row[8]
            let id: Data? = row[9]
            var event: QuarantineRecord.IdentifiedEvent?
            if let stream = stream.flatMap({ StreamID(bytes: $0) }),
                let writer = replica.flatMap({ Replica(bytes: $0) }), let counter, let id
            {
                event = QuarantineRecord.IdentifiedEvent(
                    stream: stream, dot: Dot(replica: writer, counter: UInt64(counter)),
                    id: try EventID(stored: id))
            }
            return QuarantineRecord(
                number: row[0], peerName: row[1], receivedMilliseconds: row[2], reason: row[3],
                bytes: row[4], closedMilliseconds: row[5], event: event)
        }
    }
}

extension WriterState {
    /// Tries one item again; it leaves the quarantine if it can be applied now.
    fileprivate mutating func retryQuarantined(
        _ number: Int64, actor: AuditActor, _ db: Database
    ) throws -> Bool {
        let row = try Row.fetchOne(
            db, sql: "SELECT peer, position, content FROM quarantine WHERE id = ?",
            arguments: [number])
        guard let row else {
            throw StoreFailure(.notFound, "find item \(number) of the quarantine")
        }
        let position: Int64? = row[1]
        let isApplied =
            if let position {
                try retryValue(at: ChangePosition(rawValue: position), db)
            } else {
                try retryEnvelope(row[2], peer: row[0], db)
            }
        var fact = AuditFact(kind: .quarantine, actor: actor)
        fact.reason = "retried item \(number)"
        fact.outcome = isApplied ? .success : .refused
        try record(fact, db)
        if isApplied {
            try db.execute(sql: "DELETE FROM quarantine WHERE id = ?", arguments: [number])
        }
        return isApplied
    }

    /// A value that this release can read is indexed like any other.
    private mutating func retryValue(
        at position: ChangePosition, _ db: Database
    ) throws -> Bool {
        guard try isInView(position.seq, db) else { return false }
        let sealed = try StoredEvents.sealedEvent(at: position.seq, opener: opener, db)
        let event = IncomingEvent(.event(sealed), envelope: sealed.envelope)
        guard case .event(_, let unreadable) = event, !unreadable.contains(position.index),
            position.index < sealed.event.header.changes.count
        else { return false }
        try index(
            sealed.event.header.changes[position.index], value: sealed.event.values[position.index],
            header: sealed.event.header, at: position, db)
        // What something superseded meanwhile is no evidence of anything.
        let isSuperseded = try Bool.fetchOne(
            db, sql: "SELECT EXISTS (SELECT 1 FROM edge WHERE superseded = ?)",
            arguments: [position.rawValue])
        if isSuperseded ?? false { try forgetEvidence(at: position, db) }
        try followEvidence(db)
        return true
    }

    /// Whether an event is in view: its stream is not sealed, its values are held, and its chain
    /// is complete.
    private func isInView(_ seq: Int64, _ db: Database) throws -> Bool {
        try Bool.fetchOne(
            db,
            sql: """
                SELECT event.chain IS NULL AND event.flags & 4 = 0
                  AND (stream.sealed IS NULL OR event.source IS NULL)
                FROM event JOIN stream ON stream.id = event.stream WHERE event.seq = ?
                """, arguments: [seq]) ?? false
    }

    private mutating func retryEnvelope(
        _ content: Data?, peer: Int64?, _ db: Database
    ) throws -> Bool {
        guard let content, let peer else { return false }
        let envelope: EventEnvelope
        do {
            envelope = try EventEnvelope(encoded: Array(content))
        } catch {
            return false
        }
        let keys = try CardRows.keys(db)
        guard
            case .event(let sealed, let unreadable) = IncomingEvent(
                opener.open(envelope, key: { keys[$0] }), envelope: envelope)
        else { return false }
        var permits = StreamPermits(peer: peer)
        let header = sealed.event.header
        if case .local = header.stream { return false }
        guard try permits.allow(header.stream, db) else { return false }
        switch try append(sealed, home: header.dot.replica.site, source: peer, db) {
        case .accepted(let seq):
            try quarantine(unreadable, of: seq, peer: peer, db)
            if let sender = try PeerRows.item(peer, db) {
                try record(DisclosureFacts.released(sealed, from: sender), db)
            }
            try releasePending(in: [header.stream], db)
            return true
        case .duplicate, .forked: return true
        case .pending: return false
        }
    }
}
