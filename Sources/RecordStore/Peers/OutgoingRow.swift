public import CareRecord
import Foundation
import GRDB

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
    /// Whether the peer's share set holds the stream, by a row that counts now.
    public var isPermitted: Bool
    /// Whether that peer delivered it, and has not asked for it again.
    public var cameFromPeer: Bool
    /// Whether an owed row of its stream reaches up to it.
    public var isOwed: Bool
    /// When it was accepted here, in milliseconds since 1970 UTC.
    public var acceptedMilliseconds: Int64
    /// Whether it has urgent content.
    public var isUrgent: Bool
}

/// One event that an owed row covers.
public struct OwedEvent: Sendable, Hashable {
    /// The event.
    public var row: OutgoingRow
    /// The feed position up to which its owed row reaches.
    public var through: UInt64
    /// Whether the peer is to be asked first what it holds of the stream.
    public var needsOffer: Bool
}

/// Owed events of one lane, by stream and within one by position.
public struct OwedEvents: Sendable {
    /// Ascending by stream row and position.
    public var events: [OwedEvent]
    /// The stream's row and the position where the next page starts; `nil` if there is none.
    public var next: (stream: Int64, position: Int64)?
    /// When the next row of the lane falls due, in milliseconds since 1970 UTC.
    public var nextDueMilliseconds: Int64?
    /// The version of the share set that the permits are of.
    public var shareVersion: UInt64
}

/// An order to owe events of one stream.
public struct OwedOrder: Sendable, Hashable {
    /// The stream.
    public var stream: StreamID
    /// Its events past this position are owed…
    public var after: UInt64
    /// …up to this one.
    public var through: UInt64
    /// The lane that they leave by.
    public var lane: Lane
    /// Not before, in milliseconds since 1970 UTC.
    public var dueMilliseconds: Int64
    /// Whether they were held back, so that the peer is asked first what it holds; else it had no
    /// room for them.
    public var isHeldBack: Bool

    /// Describes an order.
    public init(
        stream: StreamID, after: UInt64, through: UInt64, lane: Lane, dueMilliseconds: Int64,
        isHeldBack: Bool
    ) {
        self.stream = stream
        self.after = after
        self.through = through
        self.lane = lane
        self.dueMilliseconds = dueMilliseconds
        self.isHeldBack = isHeldBack
    }
}

/// Bits of `event.flags`.
enum EventFlags {
    static let urgent: Int64 = 1
    static let clockSuspect: Int64 = 2
    static let valuesErased: Int64 = 4
}

extension OutgoingRow {
    private static let columns = """
        SELECT event.seq, stream.name, replica.name, event.bytes,
          event.source IS ?1 AND NOT coalesce(owed.again, 0),
          event.accepted, event.flags, share.policy, share.until,
          coalesce(owed.through >= event.seq, 0), owed.through, owed.offer
        FROM event JOIN stream ON stream.id = event.stream
        JOIN replica ON replica.id = event.replica
        LEFT JOIN share ON share.peer = ?1 AND share.stream = event.stream
        LEFT JOIN owed ON owed.peer = ?1 AND owed.stream = event.stream
        """

    /// The feed past a position, ascending.
    static func feed(
        after position: Int64, peer: Int64, _ validity: ShareValidity, rowsMax: Int,
        _ db: Database
    ) throws -> [OutgoingRow] {
        let statement = try db.cachedStatement(
            sql: "\(columns) WHERE event.seq > ?2 ORDER BY event.seq LIMIT ?3")
        return try Row.fetchAll(statement, arguments: [peer, position, rowsMax]).map {
            try OutgoingRow($0, validity)
        }
    }

    /// One owed event.
    static func owed(
        at position: Int64, peer: Int64, _ validity: ShareValidity, _ db: Database
    ) throws -> OwedEvent? {
        let statement = try db.cachedStatement(sql: "\(columns) WHERE event.seq = ?2")
        return try Row.fetchOne(statement, arguments: [peer, position]).map { row in
            let through: Int64 = row[10] ?? position
            return OwedEvent(
                row: try OutgoingRow(row, validity), through: UInt64(through),
                needsOffer: row[11] ?? false)
        }
    }

    private init(_ row: Row, _ validity: ShareValidity) throws {
        let seq: Int64 = row[0]
        let stream: Data = row[1]
        let author: Data = row[2]
        let flags: Int64 = row[6]
        guard let name = StreamID(bytes: stream), let replica = Replica(bytes: author) else {
            throw StoreFailure(.damaged, "read the names of feed position \(seq)")
        }
        let policy: Int64? = row[7]
        // Values that a withdrawal erased here cannot be sent on.
        let isWhole = flags & EventFlags.valuesErased == 0
        self.init(
            position: UInt64(seq), stream: name, author: replica, bytes: row[3],
            isPermitted: isWhole
                && policy.map {
                    validity.counts(policy: $0, until: row[8], stream: name)
                } ?? false,
            cameFromPeer: row[4], isOwed: row[9], acceptedMilliseconds: row[5],
            isUrgent: flags & EventFlags.urgent != 0)
    }
}
