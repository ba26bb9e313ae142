import AuditTrail
import GRDB

/// The indexes over the bytes of entries that find what is in force of the log (decision 0035).
enum AuditIndexes {
    /// Which entries each index holds; a query that names the index repeats it.
    static let isHold = #"instr(entry, CAST('"kind":"hold"' AS BLOB)) > 0"#
    /// Entries that may speak against the log.
    static let isAlarm = #"instr(entry, CAST('"kind":"alarm"' AS BLOB)) > 0"#

    private static let statements = [
        (name: "audit_hold", sql: "CREATE INDEX audit_hold ON audit (seq) WHERE \(isHold)"),
        (name: "audit_alarm", sql: "CREATE INDEX audit_alarm ON audit (seq) WHERE \(isAlarm)"),
    ]

    /// Makes those that are not there, or are not what they should be.
    static func make(_ db: Database) throws {
        for (name, sql) in statements {
            let held = try String.fetchOne(
                db, sql: "SELECT sql FROM sqlite_master WHERE name = ?", arguments: [name])
            guard held != sql else { continue }
            try db.execute(sql: "DROP INDEX IF EXISTS \(name); \(sql)")
        }
    }

    /// The first entry that only one of the log and its indexes knows as saying what is in force;
    /// `nil` if they agree.
    ///
    /// - Parameters:
    ///   - places: where such entries are before `size`, as the log's bytes say; ascending.
    ///   - size: the entries from there on are read here.
    static func firstDifference(
        _ places: [UInt64], behind size: UInt64, _ db: Database
    ) throws -> UInt64? {
        var places = places
        let entries = try AuditEntryCursor(size..<LogLimits.sizeMax, db)
        while let (sequence, bytes) = try entries.next() {
            if EntryBytes(bytes).maySayWhatIsInForce { places.append(sequence) }
        }
        let indexed = try Int64.fetchAll(
            db,
            sql: """
                SELECT seq FROM audit INDEXED BY audit_hold WHERE \(isHold)
                UNION SELECT seq FROM audit INDEXED BY audit_alarm WHERE \(isAlarm) ORDER BY 1
                """
        ).map { UInt64(max(0, $0)) }
        guard places != indexed else { return nil }
        let different = zip(places, indexed).first { $0 != $1 }
        return different.map(min) ?? places.dropFirst(indexed.count).first
            ?? indexed.dropFirst(places.count).first
    }
}
