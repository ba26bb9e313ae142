import Foundation
import GRDB

/// Counts events of this node's writer that no peer has acknowledged.
///
/// The writer's events of one stream have counters from 1 without gaps, and their feed positions
/// ascend with the counters. So a stream costs the look-up of a few positions, not of its events.
struct OnlyHere {
    /// Ranges of feed positions, each open below: `after` is not in it, `through` is.
    typealias Range = (after: Int64, through: Int64)

    private let own: Int64

    init(own: Int64) {
        self.own = own
    }

    func count(_ db: Database) throws -> Int {
        var total = 0
        let rows = try Row.fetchCursor(
            try db.cachedStatement(sql: Self.streams), arguments: [own])
        var open: OpenStream?
        while let row = try rows.next() {
            let stream: Int64 = row[0]
            if open?.id != stream {
                total += try open.map { try missing(of: $0, db) } ?? 0
                open = OpenStream(id: stream, counter: row[1], last: row[2])
            }
            guard let cursor: Int64 = row[3] else { continue }
            open?.held += Self.held(cursor: cursor, after: row[4], through: row[5])
        }
        return total + (try open.map { try missing(of: $0, db) } ?? 0)
    }

    /// Streams with events of one writer that no single peer holds all of, and what each peer that
    /// may have the stream holds. Joins from left to right: the planner would start at `share`.
    private static let streams = """
        SELECT vector.stream, vector.counter, vector.seq, iif(share.peer, peer.cursor, NULL),
          owed.after, owed.through
        FROM vector LEFT JOIN peer ON peer.revoked IS NULL
        LEFT JOIN share ON share.peer = peer.id AND share.stream = vector.stream
        LEFT JOIN owed ON owed.peer = share.peer AND owed.stream = share.stream
        WHERE vector.replica = ?1 AND NOT EXISTS (
          SELECT 1 FROM peer CROSS JOIN share ON share.peer = peer.id
            AND share.stream = vector.stream
          LEFT JOIN owed ON owed.peer = peer.id AND owed.stream = vector.stream
          WHERE peer.revoked IS NULL AND peer.cursor >= vector.seq
            AND (owed.stream IS NULL OR owed.after >= owed.through))
        ORDER BY vector.stream
        """

    /// A stream while the rows of its peers are read.
    private struct OpenStream {
        let id: Int64
        let counter: Int64
        let last: Int64
        var held: [Range] = []
    }

    /// What one peer holds of a stream: all up to its cursor, but for what it is owed.
    static func held(cursor: Int64, after: Int64?, through: Int64?) -> [Range] {
        guard let after, let through else { return [(0, cursor)] }
        return [(0, after), (max(after, through), cursor)].filter { $0.after < $0.through }
    }

    /// Ranges that touch or overlap become one; ascending.
    static func merged(_ ranges: [Range]) -> [Range] {
        var merged: [Range] = []
        for range in ranges.sorted(by: { ($0.after, $0.through) < ($1.after, $1.through) }) {
            if let last = merged.last, range.after <= last.through {
                merged[merged.count - 1].through = max(last.through, range.through)
            } else {
                merged.append(range)
            }
        }
        return merged
    }

    private func missing(of stream: OpenStream, _ db: Database) throws -> Int {
        let held = try Self.merged(stream.held).reduce(0) { sum, range in
            sum + (try counter(at: range.through, in: stream, db))
                - (try counter(at: range.after, in: stream, db))
        }
        return Int(stream.counter - held)
    }

    /// The counter of the writer's last event up to a feed position; 0 before its first.
    private func counter(
        at position: Int64, in stream: OpenStream, _ db: Database
    ) throws -> Int64 {
        if position <= 0 { return 0 }
        if position >= stream.last { return stream.counter }
        let statement = try db.cachedStatement(
            sql: """
                SELECT counter FROM event INDEXED BY event_stream
                WHERE stream = ? AND seq <= ? AND replica = ? ORDER BY seq DESC LIMIT 1
                """)
        return try Int64.fetchOne(statement, arguments: [stream.id, position, own]) ?? 0
    }
}
