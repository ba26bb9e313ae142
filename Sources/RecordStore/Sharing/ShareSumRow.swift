import Foundation
import GRDB
import Signing

/// The sums over share sets that `peer` keeps.
enum ShareSumRow {
    /// - Parameter theirs: of the set that the peer announced, not of ours for it.
    static func read(peer: Int64, theirs: Bool, _ db: Database) throws -> ShareSetSum {
        let prefix = theirs ? "their_share" : "share"
        let statement = try db.cachedStatement(
            sql: "SELECT \(prefix)_count, \(prefix)_sum FROM peer WHERE id = ?")
        guard let row = try Row.fetchOne(statement, arguments: [peer]) else {
            throw StoreFailure(.notFound, "find a peer by its row")
        }
        let count: Int64 = row[0]
        let bytes: Data = row[1]
        guard let sum = ShareSetSum(count: UInt64(count), sum: Array(bytes)) else {
            throw StoreFailure(.damaged, "read the sum of a share set")
        }
        return sum
    }

    static func write(
        _ sum: ShareSetSum, peer: Int64, theirs: Bool, _ db: Database
    ) throws {
        let prefix = theirs ? "their_share" : "share"
        try db.cachedStatement(
            sql: "UPDATE peer SET \(prefix)_count = ?, \(prefix)_sum = ? WHERE id = ?"
        ).execute(arguments: [Int64(sum.count), Data(sum.sum), peer])
    }
}
