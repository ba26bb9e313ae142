import CareRecord
import Foundation
import GRDB
import Signing

/// Rows of `blob`, of the changes that name them, and of the pieces that have come of them.
enum BlobRows {
    /// A blob is named by a change; it is expected until its bytes are here.
    static func note(
        _ name: BlobName, at position: ChangePosition, in stream: Int64, _ db: Database
    ) throws {
        let key: StatementArguments = [Data(name.sha256), Int64(name.length)]
        try db.cachedStatement(sql: "INSERT OR IGNORE INTO blob (sha256, length) VALUES (?, ?)")
            .execute(arguments: key)
        try db.cachedStatement(
            sql: """
                INSERT OR IGNORE INTO blob_use (blob, position, stream)
                SELECT id, ?3, ?4 FROM blob WHERE sha256 = ?1 AND length = ?2
                """
        ).execute(arguments: key + [position.rawValue, stream])
    }

    /// Keeps the bytes of a blob that was named here.
    static func store(_ content: [UInt8], named name: BlobName, _ db: Database) throws {
        let key: StatementArguments = [Data(name.sha256), Int64(name.length)]
        try db.cachedStatement(
            sql: """
                DELETE FROM blob_piece
                WHERE blob = (SELECT id FROM blob WHERE sha256 = ? AND length = ?)
                """
        ).execute(arguments: key)
        try db.cachedStatement(
            sql: """
                UPDATE blob SET content = ?3 WHERE sha256 = ?1 AND length = ?2 AND content IS NULL
                """
        ).execute(arguments: key + [Data(content)])
    }

    /// The bytes of a blob; `nil` while they are on their way.
    ///
    /// - Throws: `StoreFailure` with `.damaged` if they are not the ones that were named.
    static func content(of name: BlobName, _ db: Database) throws -> [UInt8]? {
        let data = try Data.fetchOne(
            try db.cachedStatement(
                sql: """
                    SELECT content FROM blob
                    WHERE sha256 = ? AND length = ? AND content IS NOT NULL
                    """), arguments: [Data(name.sha256), Int64(name.length)])
        guard let data else { return nil }
        let content = Array(data)
        guard Digest.sha256(content) == Array(name.sha256) else {
            throw StoreFailure(.damaged, "find a blob unchanged")
        }
        return content
    }

    /// Changes of an event name their blobs no longer; what nobody names is destroyed.
    static func forgetUses(_ positions: ClosedRange<ChangePosition>, _ db: Database) throws {
        let range: StatementArguments = [
            positions.lowerBound.rawValue, positions.upperBound.rawValue,
        ]
        let blobs = try Int64.fetchAll(
            try db.cachedStatement(
                sql: "SELECT DISTINCT blob FROM blob_use WHERE position BETWEEN ? AND ?"),
            arguments: range)
        guard !blobs.isEmpty else { return }
        try db.cachedStatement(sql: "DELETE FROM blob_use WHERE position BETWEEN ? AND ?")
            .execute(arguments: range)
        for blob in blobs {
            let isUsed = "EXISTS (SELECT 1 FROM blob_use WHERE blob_use.blob = ?1)"
            try db.cachedStatement(sql: "DELETE FROM blob_piece WHERE blob = ?1 AND NOT \(isUsed)")
                .execute(arguments: [blob])
            try db.cachedStatement(sql: "DELETE FROM blob WHERE id = ?1 AND NOT \(isUsed)")
                .execute(arguments: [blob])
        }
    }
}
