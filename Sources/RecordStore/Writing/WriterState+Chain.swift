import CareRecord
import Foundation
import GRDB
import WireFormat

extension WriterState {
    /// A chain's row, and whether the event that joins now completes it.
    struct ChainProgress {
        let row: Int64
        let isComplete: Bool
    }

    /// Counts an event towards its chain; `nil` if it stands alone.
    func joinChain(
        _ position: ChainPosition?, stream: Int64, replica: Int64, _ db: Database
    ) throws -> ChainProgress? {
        guard let position, position.count > 1 else { return nil }
        let statement = try db.cachedStatement(
            sql: """
                INSERT INTO chain (stream, replica, uuid, count, held) VALUES (?, ?, ?, ?, 1)
                ON CONFLICT (stream, replica, uuid) DO UPDATE SET held = held + 1
                RETURNING id, count, held
                """)
        let row = try Row.fetchOne(
            statement,
            arguments: [stream, replica, Data(position.id.bytes), Int64(position.count)])
        guard let row else { throw StoreFailure(.damaged, "count an event towards its chain") }
        let count: Int64 = row[1]
        let held: Int64 = row[2]
        return ChainProgress(row: row[0], isComplete: held >= count)
    }

    /// Brings an event into view, together with the rest of its chain, or keeps it back until the
    /// chain is complete.
    mutating func show(
        _ event: Event, seq: Int64, chain: ChainProgress?, stream: Int64, _ db: Database
    ) throws {
        guard let chain else {
            return try project(event, seq: seq, stream: stream, db)
        }
        chainParts.keep(ChainPartCache.Part(seq: seq, event: event), chain: chain.row)
        guard chain.isComplete else { return }
        for part in try completeParts(of: chain.row, db) {
            try project(part.event, seq: part.seq, stream: stream, db)
        }
        try close(chain, db)
    }

    /// The events of a complete chain stand like any others from now on.
    func close(_ chain: ChainProgress, _ db: Database) throws {
        try db.cachedStatement(sql: "UPDATE event SET chain = NULL WHERE chain = ?")
            .execute(arguments: [chain.row])
        try db.cachedStatement(sql: "DELETE FROM chain WHERE id = ?")
            .execute(arguments: [chain.row])
    }

    /// The events of a complete chain, in the chain's order; those whose values a withdrawal erased
    /// come into view once they are restored.
    private mutating func completeParts(
        of chain: Int64, _ db: Database
    ) throws -> [ChainPartCache.Part] {
        let kept = chainParts.take(chain: chain)
        let statement = try db.cachedStatement(
            sql: "SELECT seq FROM event WHERE chain = ? AND flags & 4 = 0")
        let rows = try Int64.fetchAll(statement, arguments: [chain])
        let parts = try rows.map { seq in
            if let part = kept.first(where: { $0.seq == seq }) { return part }
            let sealed = try StoredEvents.sealedEvent(at: seq, opener: opener, db)
            return ChainPartCache.Part(seq: seq, event: sealed.event)
        }
        return parts.sorted { left, right in
            (left.event.header.chain?.index ?? 0) < (right.event.header.chain?.index ?? 0)
        }
    }
}
