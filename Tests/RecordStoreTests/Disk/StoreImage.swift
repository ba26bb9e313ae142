import CareRecord
import Foundation
import GRDB
import SimulationSupport
import Testing

@testable import RecordStore

/// Every row of a record store, as text: what a crash may leave is compared with it.
struct StoreImage: Equatable {
    /// Table → rows, ascending.
    var tables: [String: [String]] = [:]

    /// Tables that only grow: what was acknowledged there stays as it is.
    static let growing = [
        "agreement", "audit", "audit_head", "audit_tile", "event", "import_unit", "replica",
        "setting", "site",
        "stream",
        "withdrawal", "word",
    ]

    /// Those of them whose rows change.
    private static let changing: Set<String> = ["agreement", "setting", "stream", "withdrawal"]

    /// Reads what SQLite shows of a disk's files; the disk itself is left alone.
    init(of disk: SimulatedDisk) throws {
        let copy = disk.copy(seed: 0)
        let queue = try DatabaseQueue(path: copy.path("record.db"))
        tables = try queue.read { db in
            let names = try String.fetchAll(
                db, sql: "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")
            return try Dictionary(
                uniqueKeysWithValues: names.map { ($0, try Self.rows(of: $0, db)) })
        }
    }

    /// Tables with other rows than before, each with how many came and went. Rows that the audit
    /// log has gained do not count where looking alone makes them.
    func changes(since earlier: StoreImage, orLooks: Bool = false) -> [String] {
        Set(tables.keys).union(earlier.tables.keys).sorted().compactMap { table in
            let (now, before) = (Set(tables[table] ?? []), Set(earlier.tables[table] ?? []))
            let (came, went) = (now.subtracting(before).count, before.subtracting(now).count)
            if orLooks, table.hasPrefix("audit"), went == 0 { return nil }
            return came + went == 0 ? nil : "\(table): \(came) came, \(went) went"
        }
    }

    /// How many rows each table has.
    var counts: [String: Int] { tables.mapValues(\.count) }

    /// The patient of a number, read past the store and its faults: a search would be a commit.
    static func patient(_ number: Int, on disk: SimulatedDisk) throws -> PatientID? {
        let copy = disk.copy(seed: 0)
        let queue = try DatabaseQueue(path: copy.path("record.db"))
        return try queue.read { db in
            try Data.fetchOne(
                db, sql: "SELECT patient FROM patient_term WHERE term = 'n\(number)'")
        }.flatMap { PatientID(bytes: $0) }
    }

    private static func rows(of table: String, _ db: Database) throws -> [String] {
        let columns = try String.fetchAll(db, sql: "SELECT name FROM pragma_table_info('\(table)')")
        let row = columns.map { "quote(\"\($0)\")" }.joined(separator: " || ',' || ")
        return try String.fetchAll(db, sql: "SELECT \(row) FROM \"\(table)\" ORDER BY 1")
    }

    /// Rows of growing tables that are gone, as sentences without content.
    func lost(in later: StoreImage) -> [String] {
        Self.growing.compactMap { table in
            let gone = Set(tables[table] ?? []).subtracting(later.tables[table] ?? [])
            // A header keeps its row; its flags and erased leaves may change.
            guard table != "event" else {
                let ids = Set(later.tables["event", default: []].map(Self.dot))
                let missing = gone.filter { !ids.contains(Self.dot($0)) }
                return missing.isEmpty ? nil : "\(missing.count) events are gone"
            }
            if Self.changing.contains(table) {
                let fewer = (tables[table]?.count ?? 0) - (later.tables[table]?.count ?? 0)
                return fewer > 0 ? "\(fewer) rows of \(table) are gone" : nil
            }
            return gone.isEmpty ? nil : "\(gone.count) rows of \(table) are gone"
        }
    }

    /// Position, stream, writer, counter and id of an event's row.
    private static func dot(_ row: String) -> String {
        row.split(separator: ",").prefix(5).joined(separator: ",")
    }

    /// Tables whose number of rows is not as expected, apart from some.
    func differences(
        from expected: [String: Int], except: Set<String> = []
    ) -> [String] {
        Set(counts.keys).union(expected.keys).subtracting(except).sorted().compactMap { table in
            let (found, wanted) = (counts[table] ?? 0, expected[table] ?? 0)
            return found == wanted ? nil : "\(table) has \(found) rows, not \(wanted)"
        }
    }
}

/// What must hold in every store at every moment.
enum StoreInvariants {
    /// Sentence → a query that counts what contradicts it.
    private static let queries: [(String, String)] = [
        ("feed positions have no gap", "SELECT ifnull(max(seq), 0) - count(*) FROM event"),
        ("audit entries have no gap", "SELECT ifnull(max(seq) + 1, 0) - count(*) FROM audit"),
        (
            "each vector entry names its event",
            """
            SELECT count(*) FROM vector v WHERE NOT EXISTS (
              SELECT 1 FROM event e WHERE e.seq = v.seq AND e.stream = v.stream
                AND e.replica = v.replica AND e.counter = v.counter)
            """
        ),
        (
            "a vector covers no gap",
            """
            SELECT count(*) FROM vector v WHERE v.counter <> (
              SELECT count(*) FROM event e WHERE e.stream = v.stream AND e.replica = v.replica
                AND e.counter <= v.counter)
            """
        ),
        (
            "each event is covered by a vector",
            """
            SELECT count(*) FROM event e WHERE NOT EXISTS (
              SELECT 1 FROM vector v WHERE v.stream = e.stream AND v.replica = e.replica
                AND v.counter >= e.counter)
            """
        ),
        (
            "each event that was not erased with its stream has all its frames",
            """
            SELECT count(*) FROM event e WHERE e.flags & 4 = 0 AND (e.changes + 15) / 16 <> (
              SELECT count(*) FROM frame f WHERE f.id BETWEEN e.seq * 32 AND e.seq * 32 + 31)
            """
        ),
        (
            "each frame has its event",
            "SELECT count(*) FROM frame WHERE id / 32 NOT IN (SELECT seq FROM event)"
        ),
        (
            "each entity has its event",
            "SELECT count(*) FROM entity WHERE position / 256 NOT IN (SELECT seq FROM event)"
        ),
        (
            "share sets are counted",
            """
            SELECT count(*) FROM peer WHERE share_count <> (
              SELECT count(*) FROM share WHERE share.peer = peer.id)
            """
        ),
        (
            "nobody has a cursor beyond the feed",
            "SELECT count(*) FROM peer WHERE cursor > (SELECT ifnull(max(seq), 0) FROM event)"
        ),
    ]

    /// What SQLite's own check says of the file of a disk; "ok" if it is whole.
    static func integrity(of disk: SimulatedDisk) -> [String] {
        let copy = disk.copy(seed: 0)
        let found = try? DatabaseQueue(path: copy.path("record.db")).read { db in
            let orphans = try Row.fetchAll(db, sql: "PRAGMA foreign_key_check")
            let report = try String.fetchAll(db, sql: "PRAGMA integrity_check")
            return orphans.isEmpty ? report : report + ["orphans"]
        }
        return found ?? ["cannot be read"]
    }

    /// Holds them against a disk; each contradiction is an issue of the test.
    static func check(_ disk: SimulatedDisk, _ comment: Comment) throws {
        let copy = disk.copy(seed: 0)
        let queue = try DatabaseQueue(path: copy.path("record.db"))
        try queue.read { db in
            let integrity = try String.fetchAll(db, sql: "PRAGMA integrity_check")
            #expect(integrity == ["ok"], comment)
            let orphans = try Row.fetchAll(db, sql: "PRAGMA foreign_key_check")
            #expect(orphans.isEmpty, comment)
            for (sentence, query) in queries {
                let count = try Int.fetchOne(db, sql: query) ?? 0
                #expect(count == 0, "\(sentence): \(comment)")
            }
            #expect(try AuditTree.faults(db) == [], comment)
            #expect(try AuditCoverage.firstGap(TestSite.auditEncoder, db) == nil, comment)
        }
    }
}
