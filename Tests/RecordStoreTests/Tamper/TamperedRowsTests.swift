import AuditTrail
import CareRecord
import Foundation
import GRDB
import ProgramSupport
import TestSupport
import Testing

@testable import RecordStore

/// The mutations of `audit.md` §10 in the rows of a store's log, at every row.
///
/// The store stays open and every change is taken back, so what is held against the rows is nothing
/// but the rows.
@Suite struct TamperedRowsTests {
    /// A log with events, heads and 256 entries pruned, if so.
    static func site(isPruned: Bool) async throws -> TestSite {
        let site = try TestSite("practice")
        for number in 0..<20 { try await site.importFile(TestBundles.patient("p\(number)")) }
        try await site.grow(to: 257)
        guard isPruned else {
            try await site.grow(to: TamperReport.entries)
            return site
        }
        site.clock.advance(days: 4_000)
        try await site.grow(to: TamperReport.entries - 2)
        _ = try await site.prune(days: 3_000)
        return site
    }

    /// A change of the rows about one place, and how it is taken back.
    struct Change: Sendable {
        let row: Int
        let title: String
        let make: @Sendable (Database, Int64) throws -> Void
        let undo: @Sendable (Database, Int64) throws -> Void
    }

    /// Makes a change at every place, with the store's own verdict on each.
    ///
    /// - Parameter isLatest: the last `seq` that may be named as the first bad one.
    static func tryEach(
        _ changes: [Change], in site: TestSite, _ places: [Int64], kind: String = "",
        isLatest: (Int64) -> Int64 = { $0 }
    ) async throws {
        let queue = try DatabaseQueue(path: site.path)
        let title = changes[0].title
        var report = TamperReport(
            row: changes[0].row, "rows: " + title + kind, verifiers: "product")
        for place in places {
            for change in changes {
                try await queue.write { try change.make($0, place) }
                let verdict = try await site.verdict()
                report.add(line: verdict.line)
                if case .evidence(let finding) = verdict {
                    #expect(finding.sequence <= isLatest(place), "\(title) \(place)")
                } else {
                    Issue.record("\(title) \(place): \(verdict.line)")
                }
                try await queue.write { try change.undo($0, place) }
            }
        }
        #expect(try await site.verdict().exitCode == 0, "\(title), taken back")
        try report.write()
    }

    /// Flips a bit of a column, in whichever byte the seed chooses; a second time takes it back.
    static func flip(
        _ row: Int, _ title: String, _ table: String, _ column: String, _ key: String,
        seed: UInt64 = 0
    ) -> Change {
        let flip: @Sendable (Database, Int64) throws -> Void = { db, place in
            let found = try Data.fetchOne(
                db, sql: "SELECT \(column) FROM \(table) WHERE \(key) = \(place)")
            var bytes = try #require(found)
            var dice = SeededGenerator(seed: UInt64(place) << 8 + seed)
            bytes[Int.random(in: bytes.indices, using: &dice)] ^= 1 << UInt8(place % 8)
            try db.execute(
                sql: "UPDATE \(table) SET \(column) = ? WHERE \(key) = \(place)",
                arguments: [bytes])
        }
        return Change(row: row, title: title, make: flip, undo: flip)
    }

    private static func sql(
        _ row: Int, _ title: String, _ make: String, undo: String
    ) -> Change {
        func run(_ sql: String) -> @Sendable (Database, Int64) throws -> Void {
            { db, place in
                try db.execute(
                    sql: sql.replacing("PLACE", with: "\(place)")
                        .replacing("NEXT", with: "\(place + 1)"))
            }
        }
        return Change(row: row, title: title, make: run(make), undo: run(undo))
    }

    /// Moves the rows behind a place by one.
    private static func shift(after place: String, by step: Int) -> String {
        """
        UPDATE audit SET seq = -seq - 1000000 WHERE seq > \(place);
        UPDATE audit SET seq = -seq - 1000000 + \(step) WHERE seq < 0;
        """
    }

    private static let order = [
        sql(
            2, "each entry deleted",
            "CREATE TABLE kept AS SELECT * FROM audit WHERE seq = PLACE;"
                + "DELETE FROM audit WHERE seq = PLACE",
            undo: "INSERT INTO audit SELECT * FROM kept; DROP TABLE kept"),
        sql(
            2, "each entry deleted, the others moved up",
            "CREATE TABLE kept AS SELECT * FROM audit WHERE seq = PLACE;"
                + "DELETE FROM audit WHERE seq = PLACE;" + shift(after: "PLACE", by: -1),
            undo: shift(after: "PLACE - 1", by: 1)
                + "INSERT INTO audit SELECT * FROM kept; DROP TABLE kept"),
        sql(
            2, "each entry doubled",
            shift(after: "PLACE", by: 1)
                + "INSERT INTO audit SELECT NEXT, leaf, entry FROM audit WHERE seq = PLACE",
            undo: "DELETE FROM audit WHERE seq = NEXT;" + shift(after: "NEXT", by: -1)),
        sql(
            2, "each entry swapped with the one before",
            """
            UPDATE audit SET seq = -1 WHERE seq = PLACE;
            UPDATE audit SET seq = PLACE WHERE seq = PLACE - 1;
            UPDATE audit SET seq = PLACE - 1 WHERE seq = -1
            """,
            undo: """
                UPDATE audit SET seq = -1 WHERE seq = PLACE;
                UPDATE audit SET seq = PLACE WHERE seq = PLACE - 1;
                UPDATE audit SET seq = PLACE - 1 WHERE seq = -1
                """),
    ]

    @Test("a byte of each row's entry and of its leaf", arguments: [false, true])
    func entriesAndLeaves(isPruned: Bool) async throws {
        let site = try await Self.site(isPruned: isPruned)
        let end = Int64(site.store.auditStanding.edge.size)
        let places = Array((isPruned ? 256 : 0)..<end)
        let kind = isPruned ? ", pruned log" : ""
        let entry = Self.flip(1, "a byte of each entry", "audit", "entry", "seq")
        try await Self.tryEach([entry], in: site, places, kind: kind)
        let leaf = Self.flip(3, "a byte of each leaf column, entry intact", "audit", "leaf", "seq")
        try await Self.tryEach([leaf], in: site, places, kind: kind)
    }

    @Test("each row deleted, doubled or moved", arguments: [false, true])
    func order(isPruned: Bool) async throws {
        let site = try await Self.site(isPruned: isPruned)
        let first: Int64 = isPruned ? 257 : 1
        let places = Array(first..<Int64(site.store.auditStanding.edge.size))
        let kind = isPruned ? ", pruned log" : ""
        for change in Self.order {
            let changes = [change]
            try await Self.tryEach(changes, in: site, places, kind: kind) { $0 + 1 }
        }
    }

    @Test("bytes of tiles, and of each head")
    func tilesAndHeads() async throws {
        let site = try await Self.site(isPruned: false)
        let queue = try DatabaseQueue(path: site.path)
        let tiles = try await queue.read {
            try Int64.fetchAll($0, sql: "SELECT id FROM audit_tile")
        }
        let bytes = (0..<(TamperReport.isFull ? 256 : 16)).map {
            Self.flip(1, "a byte of each tile, seeded", "audit_tile", "hashes", "id", seed: $0)
        }
        try await Self.tryEach(bytes, in: site, tiles) { _ in .max }
        let sizes = try await queue.read {
            try Int64.fetchAll($0, sql: "SELECT size FROM audit_head ORDER BY size")
        }
        let notes = (0..<16 as Range<UInt64>).map {
            Self.flip(4, "a byte of each head's note", "audit_head", "note", "size", seed: $0)
        }
        try await Self.tryEach(notes, in: site, sizes)
        let column = Self.sql(
            3, "the size column of each head, note intact",
            "UPDATE audit_head SET size = NEXT WHERE size = PLACE",
            undo: "UPDATE audit_head SET size = PLACE WHERE size = NEXT")
        // Two heads of one size cannot be.
        let free = sizes.filter { !sizes.contains($0 + 1) }
        try await Self.tryEach([column], in: site, free)
    }

    @Test("an event without its entry, and an entry without its event, at each of them")
    func coverage() async throws {
        let site = try await Self.site(isPruned: false)
        let queue = try DatabaseQueue(path: site.path)
        let events = try await queue.read { try Int64.fetchAll($0, sql: "SELECT seq FROM event") }
        for (title, sql) in [
            ("each event's id changed", "UPDATE event SET id = randomblob(32) WHERE seq = PLACE"),
            ("each event deleted", "DELETE FROM event WHERE seq = PLACE"),
            (
                "an event added beside each",
                """
                INSERT INTO event (stream, replica, counter, id, accepted, changes, bytes, source,
                  flags, header, signature, salt)
                SELECT stream, replica, 9999, randomblob(32), accepted, changes, bytes, source,
                  flags, header, signature, salt FROM event WHERE seq = PLACE
                """
            ),
        ] {
            var report = TamperReport(row: 3, title, verifiers: "product")
            for event in events {
                let copy = try site.copyOfOpenFiles { path in
                    try DatabaseQueue(path: path).write {
                        try $0.execute(sql: sql.replacing("PLACE", with: "\(event)"))
                    }
                }
                let gap = try await copy.store.auditCoverageGap()
                #expect(gap != nil, "\(title) \(event)")
                report.add(gap.map { _ in "coverage" })
            }
            try report.write()
        }
        try await Self.forgedWrites(site)
    }

    /// Each entry about an import made another one, and the log signed anew with the real key.
    private static func forgedWrites(_ site: TestSite) async throws {
        let entries = try await site.store.auditEntries(0..<10_000)
        var report = TamperReport(
            row: 3, "each entry of an event replaced, signed with the real key",
            verifiers: "product")
        for place in entries.indices
        where String(decoding: entries[place], as: UTF8.self).contains(#""kind":"write""#) {
            let copy = try site.forged(at: place)
            #expect(try await copy.verdict().exitCode == 0)
            let gap = try await copy.store.auditCoverageGap()
            #expect(gap != nil, "entry \(place)")
            report.add(gap.map { _ in "coverage" })
        }
        try report.write()
    }

    @Test("another pseudonym key than the log's is found by the entries that name a patient")
    func pseudonymKey() async throws {
        let site = try await Self.site(isPruned: false)
        let copy = try site.copyOfOpenFiles(pseudonymKey: [UInt8](repeating: 8, count: 32))
        let gap = try await copy.store.auditCoverageGap()
        #expect(gap != nil)
        var report = TamperReport(row: 9, "pseudonym key replaced", verifiers: "product")
        report.add(gap.map { _ in "coverage" })
        try report.write()
    }

    @Test("another pseudonym key is found by the first entry before any names a patient")
    func committedKey() async throws {
        let other = [UInt8](repeating: 8, count: 32)
        var report = TamperReport(
            row: 9, "pseudonym key replaced before an entry names a patient", verifiers: "product")
        for isCommitted in [false, true] {
            let site = try TestSite("practice")
            var fact = AuditFact(kind: .origin, actor: TestSite.actor)
            if isCommitted {
                fact.data = AuditData(events: 0, digest: site.store.auditPseudonymCommitment)
            }
            let facts = [fact]
            try await site.store.record(facts)
            #expect(try await site.store.auditCoverageGap() == nil)
            let copy = try site.copyOfOpenFiles(pseudonymKey: other)
            let gap = try await copy.store.auditCoverageGap()
            // A log that does not commit to its key cannot show it.
            #expect(gap == (isCommitted ? 0 : nil))
            if isCommitted { report.add(gap.map { _ in "coverage" }) }
        }
        try report.write()
    }
}
