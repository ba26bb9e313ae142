import CareRecord
import Foundation
import GRDB
import WireFormat

/// Reads events back as they were accepted.
enum StoredEvents {
    /// The envelope of the event at a feed position.
    static func envelope(at seq: Int64, _ db: Database) throws -> EventEnvelope {
        let statement = try db.cachedStatement(
            sql: "SELECT header, signature, salt, erased FROM event WHERE seq = ?")
        guard let row = try Row.fetchOne(statement, arguments: [seq]) else {
            throw StoreFailure(.notFound, "read the event at feed position \(seq)")
        }
        let header: Data = row[0]
        let signature: Data = row[1]
        return EventEnvelope(
            headerFrame: Array(header), signature: Array(signature),
            salt: StoredSalt.salt(row[2]), frames: try frames(of: seq, db),
            erased: StoredSalt.leaves(row[3]))
    }

    /// An envelope that is kept as a whole, beside the events that are held.
    ///
    /// - Parameter action: what is being done, for the failure.
    static func envelope(_ bytes: Data, _ action: String) throws -> EventEnvelope {
        do {
            return try EventEnvelope(encoded: Array(bytes))
        } catch {
            throw StoreFailure(.damaged, action, underlying: error)
        }
    }

    /// The event at a feed position. Its signature was checked when it was accepted; its id is
    /// computed again, so that bytes that changed at rest are not taken for what was signed.
    static func sealedEvent(
        at seq: Int64, opener: EventOpener, _ db: Database
    ) throws -> SealedEvent {
        let envelope = try envelope(at: seq, db)
        let sealed: SealedEvent
        do {
            sealed = try opener.reopen(envelope)
        } catch {
            throw StoreFailure(
                .damaged, "open the event at feed position \(seq)", underlying: error)
        }
        let statement = try db.cachedStatement(sql: "SELECT id FROM event WHERE seq = ?")
        guard let id = try Data.fetchOne(statement, arguments: [seq]),
            try EventID(stored: id) == sealed.event.id
        else { throw StoreFailure(.damaged, "find the event at feed position \(seq) unchanged") }
        return sealed
    }

    /// The header of the event at a feed position.
    static func header(
        at seq: Int64, opener: EventOpener, _ db: Database
    ) throws -> EventHeader {
        let statement = try db.cachedStatement(sql: "SELECT header FROM event WHERE seq = ?")
        guard let frame = try Data.fetchOne(statement, arguments: [seq]) else {
            throw StoreFailure(.notFound, "read the event at feed position \(seq)")
        }
        do {
            return try opener.header(ofFrame: Array(frame))
        } catch {
            throw StoreFailure(
                .damaged, "read the header at feed position \(seq)", underlying: error)
        }
    }

    private static func frames(of seq: Int64, _ db: Database) throws -> [[UInt8]] {
        let statement = try db.cachedStatement(
            sql: "SELECT content FROM frame WHERE id BETWEEN ? AND ? ORDER BY id")
        return try Data.fetchAll(
            statement,
            arguments: [FrameRow.id(seq: seq, number: 0), FrameRow.id(seq: seq, number: 31)]
        ).map { Array($0) }
    }
}
