import CareRecord
import Foundation
import GRDB
import Signing
import WireFormat

/// Bounds of what one peer may leave waiting or set aside (`security.md` §5).
public enum StoreLimits {
    /// Pending and quarantined items of one peer; and what it is to send once more, of what could
    /// not be kept.
    public static let itemsPerPeerMax = 10_000
    /// Their bytes.
    public static let bytesPerPeerMax = 256 << 20
    /// Node cards that one peer may bring, beside those of enrolments.
    public static let cardsPerPeerMax = 20_000
    /// Audit logs of one peer that are witnessed: each life of its store begins another.
    public static let witnessedOriginsPerPeerMax = 64
    /// The longest blob that is fetched, in bytes: what an imported file may hold.
    public static let blobBytesMax: UInt64 = 256 << 20
}

/// What one peer may still leave waiting or set aside; read once for a delivery.
struct PeerBudget {
    private var items: Int
    private var bytes: Int

    init(items: Int, bytes: Int) {
        self.items = items
        self.bytes = bytes
    }

    /// Takes room for one item; `false` if there is none left.
    mutating func take(_ envelope: EventEnvelope) -> Bool {
        guard items > 0, bytes > 0 else { return false }
        items -= 1
        bytes -= envelope.byteCount
        return true
    }
}

/// Rows of `pending` and `quarantine`.
enum PendingRows {
    /// An event that waits.
    struct Item {
        let id: Int64
        let peer: Int64
        let envelope: EventEnvelope
        let replica: Data
        let counter: Int64
        /// Whether its author was not known when it came: then no entry says yet that it did.
        let lackedCard: Bool
    }

    /// What a peer may still leave waiting or set aside.
    static func budget(
        of peer: Int64, itemsMax: Int, _ db: Database
    ) throws -> PeerBudget {
        let statement = try db.cachedStatement(
            sql: """
                SELECT count(*), coalesce(sum(bytes), 0) FROM (
                  SELECT bytes FROM pending WHERE peer = ?
                  UNION ALL SELECT bytes FROM quarantine
                  WHERE peer = ? AND position IS NULL AND closed IS NULL)
                """)
        let row = try Row.fetchOne(statement, arguments: [peer, peer])
        return PeerBudget(
            items: itemsMax - (row?[0] ?? 0),
            bytes: StoreLimits.bytesPerPeerMax - (row?[1] ?? 0))
    }

    /// Keeps an event that waits; the same bytes once only.
    static func insert(
        _ envelope: EventEnvelope, header: EventHeader, reason: PendingReason, peer: Int64,
        now: Int64, _ db: Database
    ) throws {
        let bytes = envelope.encoded()
        let statement = try db.cachedStatement(
            sql: """
                INSERT OR IGNORE INTO pending
                  (peer, stream, replica, counter, reason, received, bytes, digest, envelope)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
                """)
        try statement.execute(arguments: [
            peer, Data(header.stream.bytes), Data(header.dot.replica.bytes),
            Int64(header.dot.counter), reason.code, now, bytes.count,
            Data(Digest.sha256(bytes)), Data(bytes),
        ])
    }

    /// Events of one stream that wait, ascending by writer and counter.
    static func waiting(in stream: StreamID, _ db: Database) throws -> [Item] {
        try items(
            try db.cachedStatement(
                sql: """
                    SELECT id, peer, envelope, replica, counter, reason = 2 FROM pending WHERE stream = ?
                    ORDER BY replica, counter
                    """), [Data(stream.bytes)])
    }

    /// Events that wait for the card of one writer, in the order of their arrival.
    static func waiting(forCardOf replica: Replica, _ db: Database) throws -> [Item] {
        try items(
            try db.cachedStatement(
                sql: """
                    SELECT id, peer, envelope, replica, counter, reason = 2 FROM pending
                    WHERE replica = ? AND reason = 2
                    ORDER BY id
                    """), [Data(replica.bytes)])
    }

    /// Events under one dot that wait: more than one only if all but one are forged, or of a fork.
    static func waiting(
        under dot: Dot, in stream: StreamID, _ db: Database
    ) throws -> [Item] {
        try items(
            try db.cachedStatement(
                sql: """
                    SELECT id, peer, envelope, replica, counter, reason = 2 FROM pending
                    WHERE stream = ? AND replica = ? AND counter = ? ORDER BY id
                    """), [Data(stream.bytes), Data(dot.replica.bytes), Int64(dot.counter)])
    }

    /// Keeps an event that waits in another form.
    static func replace(_ id: Int64, with envelope: EventEnvelope, _ db: Database) throws {
        let bytes = envelope.encoded()
        try db.cachedStatement(
            sql: "UPDATE OR REPLACE pending SET envelope = ?, bytes = ?, digest = ? WHERE id = ?"
        ).execute(arguments: [Data(bytes), bytes.count, Data(Digest.sha256(bytes)), id])
    }

    static func remove(_ id: Int64, _ db: Database) throws {
        try db.cachedStatement(sql: "DELETE FROM pending WHERE id = ?").execute(arguments: [id])
    }

    /// Sets bytes aside with the reason; what a peer sends again is charged once.
    static func quarantine(
        _ content: [UInt8], reason: String, peer: Int64?, now: Int64, _ db: Database
    ) throws {
        let statement = try db.cachedStatement(
            sql: """
                INSERT OR IGNORE INTO quarantine (peer, received, reason, bytes, digest, content)
                VALUES (?, ?, ?, ?, ?, ?)
                """)
        try statement.execute(arguments: [
            peer, now, reason, content.count, Data(Digest.sha256(content)), Data(content),
        ])
    }

    /// Notes a value of an accepted event that cannot be read.
    static func quarantineValue(
        at position: ChangePosition, peer: Int64?, now: Int64, _ db: Database
    ) throws {
        let statement = try db.cachedStatement(
            sql: """
                INSERT INTO quarantine (peer, received, reason, position, bytes)
                VALUES (?, ?, 'unreadable-value', ?, 0)
                """)
        try statement.execute(arguments: [peer, now, position.rawValue])
    }

    private static func items(
        _ statement: Statement, _ arguments: StatementArguments
    ) throws -> [Item] {
        try Row.fetchAll(statement, arguments: arguments).map { row in
            Item(
                id: row[0], peer: row[1],
                envelope: try StoredEvents.envelope(row[2], "read a pending event"),
                replica: row[3], counter: row[4], lackedCard: row[5])
        }
    }
}

extension PendingReason {
    /// The number in `pending.reason`.
    var code: Int {
        switch self {
        case .event: 1
        case .card: 2
        case .erasure: 3
        }
    }
}
