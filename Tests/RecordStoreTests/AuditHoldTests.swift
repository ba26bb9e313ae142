import AuditTrail
import Testing

@testable import RecordStore

/// Legal holds of the audit log.
@Suite struct AuditHoldTests {
    private static func reasons(_ site: TestSite) throws -> [String] {
        try site.texts(
            """
            SELECT json_extract(text, '$.reason') FROM
              (SELECT seq, CAST(entry AS TEXT) AS text FROM audit
               WHERE instr(entry, CAST('"kind":"hold"' AS BLOB)) > 0) ORDER BY seq
            """)
    }

    @Test("a hold lasts until it is released, also over a restart, and each change is an entry")
    func heldAndReleased() async throws {
        let site = try TestSite("practice")
        #expect(try await site.store.auditHold() == nil)
        let since = site.clock.now
        let held = try await site.store.holdAuditLog(
            reason: "case 12", until: nil, actor: TestSite.actor)
        #expect(held.reason == "case 12" && held.sinceMilliseconds == since)
        site.clock.advance(days: 10_000)
        let copy = try site.copyOfOpenFiles()
        #expect(try await copy.store.auditHold() == held)
        try await copy.store.releaseAuditHold(actor: TestSite.actor)
        #expect(try await copy.store.auditHold() == nil)
        #expect(try Self.reasons(copy) == ["held: case 12", "released"])
        await #expect {
            try await copy.store.releaseAuditHold(actor: TestSite.actor)
        } throws: { error in
            (error as? StoreFailure)?.code == .notFound
        }
        #expect(try Self.reasons(copy).count == 2)
    }

    @Test("a hold ends with its last day, and another one takes its place")
    func lastDay() async throws {
        let site = try TestSite("practice")
        let end: Int64 = 1_780_012_800_000
        _ = try await site.store.holdAuditLog(
            reason: "case 12", until: end + 86_400_000, actor: TestSite.actor)
        _ = try await site.store.holdAuditLog(
            reason: "case 13", until: end, actor: TestSite.actor)
        site.clock.now = end - 1
        #expect(try await site.store.auditHold()?.reason == "case 13")
        site.clock.now = end
        #expect(try await site.store.auditHold() == nil)
        #expect(
            try Self.reasons(site)
                == ["held until 2026-05-29: case 12", "held until 2026-05-28: case 13"])
    }

    @Test("a hold ends with a day, whatever moment of that day was named")
    func wholeDays() async throws {
        let site = try TestSite("practice")
        let end: Int64 = 1_780_012_800_000
        site.clock.now = end - 90_000_000
        for until in [end - 86_399_999, end - 1, end] {
            let hold = try await site.store.holdAuditLog(
                reason: "case: 12", until: until, actor: TestSite.actor)
            #expect(hold.untilMilliseconds == end && hold.reason == "case: 12")
        }
        let last = try await site.store.holdAuditLog(
            reason: "case 13", until: .max, actor: TestSite.actor)
        #expect(last.untilMilliseconds == 253_402_300_800_000)
    }

    @Test("the log alone says that it is held: an entry that was changed holds it for good")
    func changedEntry() async throws {
        let site = try TestSite("practice")
        _ = try await site.store.holdAuditLog(
            reason: "case 12", until: nil, actor: TestSite.actor)
        let place = try site.number("SELECT max(seq) FROM audit")
        for (old, new) in [
            ("held: case 12", "hold: case 12"), (#"{"seq""#, #"seq""#),
            (#""outcome":"success""#, #""result":"success""#),
        ] {
            let copy = try site.copyOfOpenFiles()
            try copy.execute(
                """
                UPDATE audit SET entry = CAST(replace(CAST(entry AS TEXT), '\(old)', '\(new)') AS BLOB)
                WHERE seq = \(place)
                """)
            let hold = try await copy.store.auditHold()
            #expect(hold?.reason == "audit entry \(place) cannot be read")
        }
    }

    @Test(
        "a reason is what was typed, whatever it begins with and holds",
        arguments: [
            "\u{301}x", "\u{301}x: tail", ": a", "until 2020-01-01: x", #"x"kind":"hold""#,
        ])
    func oddReasons(reason: String) async throws {
        let site = try TestSite("practice")
        for until in [nil, 1_780_012_800_000 as Int64] {
            site.clock.now = 1_780_000_000_000
            let hold = try await site.store.holdAuditLog(
                reason: reason, until: until, actor: TestSite.actor)
            #expect(hold.untilMilliseconds == until)
            #expect(hold.reason.utf8.elementsEqual(reason.utf8))
        }
    }

    @Test("a hold is signed with its entry, and cannot be hidden from the index that finds it")
    func hiddenFromIndex() async throws {
        let site = try TestSite("practice")
        _ = try await site.store.holdAuditLog(
            reason: "case 12", until: nil, actor: TestSite.actor)
        #expect(site.store.auditStanding.unsignedEntries == 0)
        let sql = "SELECT sql FROM sqlite_master WHERE name = 'audit_hold'"
        try site.execute(
            """
            CREATE TEMP TABLE was AS \(sql);
            DROP INDEX audit_hold;
            CREATE INDEX audit_hold ON audit (seq) WHERE
              instr(entry, CAST('"kind":"hold"' AS BLOB)) > 0 AND seq < 0;
            PRAGMA writable_schema = ON;
            UPDATE sqlite_master SET sql = (SELECT sql FROM was) WHERE name = 'audit_hold';
            PRAGMA writable_schema = RESET
            """)
        let copy = try site.copyOfOpenFiles()
        #expect(try await copy.store.auditHold() == nil)
        let place = try copy.number("SELECT max(seq) FROM audit")
        let line = try await copy.store.verifyAuditLog(LogVerifier.Policy()).line
        #expect(line == "evidence seq=\(place) check=rows")
        try copy.execute("DROP INDEX audit_hold")
        let mended = try copy.copyOfOpenFiles()
        #expect(try await mended.store.auditHold()?.reason == "case 12")
        #expect(
            try await mended.store.verifyAuditLog(LogVerifier.Policy()).line.hasPrefix("intact "))
    }

    @Test("an order that failed neither holds nor releases the log")
    func failedOrders() async throws {
        let site = try TestSite("practice")
        var failed = AuditFact(kind: .hold, actor: TestSite.actor)
        failed.outcome = .failed
        failed.reason = "held: case 12"
        try await site.store.record([failed])
        #expect(try await site.store.auditHold() == nil)
        let held = try await site.store.holdAuditLog(
            reason: "case 13", until: nil, actor: TestSite.actor)
        failed.reason = "released"
        try await site.store.record([failed])
        #expect(try await site.store.auditHold() == held)
    }
}
