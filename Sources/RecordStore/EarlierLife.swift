import GRDB
import GRDBSQLite

/// What a process that did not close the store has left in the WAL.
///
/// It is read from the cache, and may be there only: a sync that failed leaves pages that the
/// kernel takes for written, so no later sync writes them. Whoever answered from them would lose
/// it with the power, and what came after them as well. So the WAL is written again as it is,
/// synced, and brought into the database file before anything is answered.
enum EarlierLife {
    /// SQLite's own files take at most 128 KiB less one byte at a time, and quietly no more.
    private static let pieceBytes = 64 << 10

    /// Makes durable whatever the connection sees.
    static func makeDurable(_ db: Database) throws {
        try db.inTransaction(.immediate) {
            try rewriteWAL(db)
            return .commit
        }
        _ = try db.checkpoint(.truncate)
    }

    /// Writes the WAL's bytes over themselves; the write lock keeps them as they are.
    private static func rewriteWAL(_ db: Database) throws {
        var pointer: UnsafeMutablePointer<sqlite3_file>?
        try check(
            sqlite3_file_control(
                db.sqliteConnection, "main", SQLITE_FCNTL_JOURNAL_POINTER, &pointer))
        guard let file = pointer, let methods = file.pointee.pMethods?.pointee,
            let sizeOf = methods.xFileSize, let read = methods.xRead, let write = methods.xWrite,
            let sync = methods.xSync
        else { return }
        var size: sqlite3_int64 = 0
        try check(sizeOf(file, &size))
        guard size > 0 else { return }
        var piece = [UInt8](repeating: 0, count: min(pieceBytes, Int(size)))
        var offset: sqlite3_int64 = 0
        while offset < size {
            let count = Int32(min(sqlite3_int64(piece.count), size - offset))
            try check(read(file, &piece, count, offset))
            try check(write(file, piece, count, offset))
            offset += sqlite3_int64(count)
        }
        try check(sync(file, SQLITE_SYNC_NORMAL))
    }

    private static func check(_ code: Int32) throws {
        guard code == SQLITE_OK else { throw DatabaseError(resultCode: ResultCode(rawValue: code)) }
    }
}
