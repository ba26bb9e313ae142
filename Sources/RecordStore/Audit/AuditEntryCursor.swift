import GRDB
import GRDBSQLite
import Signing

/// Goes through entries where SQLite has them, ascending, without copying their bytes: for what
/// looks at millions. One at a time on a connection.
final class AuditEntryCursor {
    private let statement: Statement

    /// - Parameter range: places in the log; those that hold no entry are passed over.
    init(_ range: Range<UInt64>, _ db: Database) throws {
        statement = try db.cachedStatement(
            sql: "SELECT seq, entry, leaf FROM audit WHERE seq >= ? AND seq < ? ORDER BY seq")
        try statement.setArguments([Int64(range.lowerBound), Int64(range.upperBound)])
    }

    deinit {
        sqlite3_reset(statement.sqliteStatement)
    }

    /// Whether the leaf that is stored with the entry that was given last is a hash.
    func storesLeaf(_ hash: TreeHash) -> Bool {
        let row = statement.sqliteStatement
        guard let start = sqlite3_column_blob(row, 2) else { return false }
        return hash.isEqual(
            to: UnsafeRawBufferPointer(start: start, count: Int(sqlite3_column_bytes(row, 2))))
    }

    /// The next entry, whose bytes are valid until this is called again; `nil` behind the last one.
    func next() throws -> (sequence: UInt64, bytes: UnsafeRawBufferPointer)? {
        let row = statement.sqliteStatement
        switch sqlite3_step(row) {
        case SQLITE_ROW:
            let start = sqlite3_column_blob(row, 1)
            let count = Int(sqlite3_column_bytes(row, 1))
            return (
                UInt64(sqlite3_column_int64(row, 0)),
                UnsafeRawBufferPointer(start: start, count: start == nil ? 0 : count)
            )
        case SQLITE_DONE: return nil
        case let code: throw DatabaseError(resultCode: ResultCode(rawValue: code))
        }
    }
}
