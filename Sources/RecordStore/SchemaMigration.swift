import CareRecord
import Foundation
import GRDB

/// Brings the schema to the newest version, one numbered `.sql` file each, in one transaction.
enum SchemaMigration {
    /// The numbered files in order; the version of a database is how many of them it holds.
    private static var scripts: [String] {
        [String(decoding: PackageResources.record_0001_sql, as: UTF8.self)]
    }

    static func run(
        _ pool: DatabasePool, replica: Replica, mayCreate: Bool, newFeed: FeedID
    ) throws {
        do {
            try pool.writeWithoutTransaction { db in
                let version = try Int.fetchOne(db, sql: "PRAGMA user_version") ?? 0
                guard version <= scripts.count else {
                    throw StoreFailure(.newerSchema, "open a record store of schema \(version)")
                }
                guard version > 0 || mayCreate else {
                    throw StoreFailure(.damaged, "find a record in the database file")
                }
                try db.inTransaction(.immediate) {
                    for script in scripts.dropFirst(version) {
                        try db.execute(sql: script)
                    }
                    try db.execute(sql: "PRAGMA user_version = \(scripts.count)")
                    try AuditIndexes.make(db)
                    try claim(db, replica: replica, newFeed: version == 0 ? newFeed : nil)
                    return .commit
                }
            }
        } catch let failure as StoreFailure {
            throw failure
        } catch {
            throw StoreFailure(
                sqlite: error, "bring the schema up to date", otherwise: .cannotOpen)
        }
    }

    /// A new database belongs to the replica from now on; another one's is refused.
    private static func claim(_ db: Database, replica: Replica, newFeed: FeedID?) throws {
        let name = Data(replica.bytes)
        if let newFeed { try makeSettings(db, replica: name, feed: newFeed) }
        let held = try Data.fetchOne(db, sql: "SELECT value FROM setting WHERE name = 'replica'")
        guard held == name else {
            throw StoreFailure(.wrongSite, "open the record store of another replica")
        }
    }

    private static func makeSettings(
        _ db: Database, replica name: Data, feed: FeedID
    ) throws {
        try db.execute(
            sql: "INSERT INTO setting (name, value) VALUES ('replica', ?)",
            arguments: [name])
        try db.execute(
            sql: "INSERT INTO setting (name, value) VALUES ('feed', ?)",
            arguments: [Data(feed.bytes)])
    }
}
