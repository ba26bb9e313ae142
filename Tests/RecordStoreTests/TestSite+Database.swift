import CareRecord
import Foundation
import GRDB
import RecordStore
import Signing
import Testing
import WireFormat

extension TestSite {
    /// Rows of a query of one column of bytes, read past the store.
    func blobs(_ sql: String) throws -> [[UInt8]] {
        let queue = try DatabaseQueue(path: path)
        return try queue.read { try Data.fetchAll($0, sql: sql).map { Array($0) } }
    }

    /// Changes the file past the store.
    func execute(_ sql: String) throws {
        let queue = try DatabaseQueue(path: path)
        try queue.write { try $0.execute(sql: sql) }
    }

    /// Streams of as many patients of this site's own, without any event.
    func makeStreams(_ count: Int) throws {
        try execute(
            """
            WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < \(count)),
              p (patient) AS MATERIALIZED (SELECT randomblob(16) FROM n)
            INSERT INTO stream (name, kind, patient, home)
            SELECT CAST(x'01' || patient || x'02' AS BLOB), 1, patient, (SELECT id FROM site ORDER BY id LIMIT 1)
            FROM p
            """)
    }

    /// Names in a share table for the one peer, ascending.
    func streams(_ sql: String) throws -> [StreamID] {
        try blobs(sql).map { try #require(StreamID(bytes: $0)) }.sorted()
    }

    /// The sum over the rows of the one peer's share set, as it ought to be kept.
    func recomputedShareDigest() throws -> [UInt8] {
        var sum = ShareSetSum()
        let names = try blobs(
            "SELECT stream.name FROM share JOIN stream ON stream.id = share.stream")
        for name in names { sum.insert(name) }
        return sum.digest
    }

    /// Bytes of the database file and of its WAL.
    func rawFiles() throws -> Data {
        var bytes = try Data(contentsOf: folder.appending(path: "record.db"))
        let wal = folder.appending(path: "record.db-wal")
        if FileManager.default.fileExists(atPath: wal.path) {
            bytes += try Data(contentsOf: wal)
        }
        return bytes
    }
}
