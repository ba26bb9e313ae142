import CareRecord
import Foundation
import GRDB

/// Rows of `stream`.
enum StreamRows {
    /// SQL: some event of the stream is in view; one of an incomplete chain is not.
    static let isInView = """
        EXISTS (SELECT 1 FROM event WHERE event.stream = stream.id AND event.chain IS NULL
          AND (stream.sealed IS NULL OR event.source IS NULL))
        """

    /// A stream with what decisions about it need.
    struct Item {
        let id: Int64
        let name: StreamID
        let home: SiteID
        /// Whether it was withdrawn from this node, and nobody shares it again.
        let isSealed: Bool
        /// Whether it is shared again, and not back in view yet.
        let isReturning: Bool
    }

    private static let columns = """
        SELECT stream.id, stream.name, site.uuid, 
          stream.sealed IS NOT NULL AND stream.returned IS NULL, stream.returned IS NOT NULL
        FROM stream
        JOIN site ON site.id = stream.home
        """

    static func item(_ id: Int64, _ db: Database) throws -> Item? {
        try Row.fetchOne(
            try db.cachedStatement(sql: "\(columns) WHERE stream.id = ?"), arguments: [id]
        ).map(item)
    }

    /// The stream of a name, if anything of it was accepted.
    static func named(_ name: [UInt8], _ db: Database) throws -> Item? {
        try Row.fetchOne(
            try db.cachedStatement(sql: "\(columns) WHERE stream.name = ?"),
            arguments: [Data(name)]
        ).map(item)
    }

    /// Streams past a row, ascending.
    static func after(
        _ id: Int64, through end: Int64, countMax: Int, _ db: Database
    ) throws -> [Item] {
        try Row.fetchAll(
            try db.cachedStatement(
                sql: "\(columns) WHERE stream.id > ? AND stream.id <= ? ORDER BY stream.id LIMIT ?"
            ), arguments: [id, end, countMax]
        ).map(item)
    }

    /// Every stream of a patient, ascending by name.
    static func of(patient: PatientID, _ db: Database) throws -> [Item] {
        try Row.fetchAll(
            try db.cachedStatement(sql: "\(columns) WHERE stream.patient = ? ORDER BY stream.name"),
            arguments: [Data(patient.bytes)]
        ).map(item)
    }

    /// The next stream past a row that is to come back into view, and who shares it again.
    static func nextReturned(
        after id: Int64, _ db: Database
    ) throws -> (stream: Item, peer: Int64)? {
        let row = try Row.fetchOne(
            try db.cachedStatement(
                sql: """
                    SELECT id, returned FROM stream WHERE returned IS NOT NULL AND id > ?
                    ORDER BY id LIMIT 1
                    """), arguments: [id])
        guard let row, let stream = try item(row[0], db) else { return nil }
        return (stream, row[1])
    }

    /// How many events of a stream are held.
    static func eventCount(_ id: Int64, _ db: Database) throws -> Int {
        try Int.fetchOne(
            try db.cachedStatement(sql: "SELECT count(*) FROM event WHERE stream = ?"),
            arguments: [id]) ?? 0
    }

    /// The newest row; 0 while there is none.
    static func newest(_ db: Database) throws -> Int64 {
        try Int64.fetchOne(try db.cachedStatement(sql: "SELECT max(id) FROM stream")) ?? 0
    }

    private static func item(_ row: Row) throws -> Item {
        let name: Data = row[1]
        let uuid: Data = row[2]
        guard let stream = StreamID(bytes: name), let home = SiteID(bytes: uuid) else {
            throw StoreFailure(.damaged, "read the name of a stream")
        }
        return Item(
            id: row[0], name: stream, home: home, isSealed: row[3], isReturning: row[4])
    }
}
