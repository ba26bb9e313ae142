import AuditTrail
import Testing

@testable import RecordStore

/// Agencies that disclosures to are left out of accountings.
@Suite struct AccountingSuspensionTests {
    private static let end: Int64 = 1_780_012_800_000

    private static func suspended(_ site: TestSite) async throws -> [String] {
        try await site.store.suspendedAgencies().map(\.name)
    }

    @Test("a suspension lasts to its last day, a day that has passed ends it, each is an entry")
    func suspends() async throws {
        let site = try TestSite("practice")
        let agency = try TestSite("agency")
        try await site.enrol(agency)
        site.clock.now = Self.end - 86_400_000
        for until in [Self.end, Self.end + 86_400_000] {
            let isSuspended = try await site.store.suspendAccounting(
                peerName: "agency", until: until, reason: "letter 7", actor: TestSite.actor)
            #expect(isSuspended)
        }
        #expect(try await Self.suspended(site.copyOfOpenFiles()) == ["agency"])
        #expect(try await site.store.suspendedAgencies().map(\.site) == [agency.site])
        let isSuspended = try await site.store.suspendAccounting(
            peerName: "agency", until: site.clock.now, reason: nil, actor: TestSite.actor)
        #expect(!isSuspended)
        #expect(try await Self.suspended(site).isEmpty)
        let entries = try site.texts(
            """
            SELECT json_extract(text, '$.reason') || ' ' || json_extract(text, '$.to.name')
              || ' ' || json_extract(text, '$.basis')
            FROM (SELECT seq, CAST(entry AS TEXT) AS text FROM audit
              WHERE instr(entry, CAST('"kind":"hold"' AS BLOB)) > 0) ORDER BY seq
            """)
        let basis = " agency 45 CFR 164.528(a)(2)"
        #expect(
            entries == [
                "accounting suspended until 2026-05-28: letter 7" + basis,
                "accounting suspended until 2026-05-29: letter 7" + basis,
                "accounting no longer suspended" + basis,
            ])
    }

    @Test("a suspension ends by itself")
    func lapses() async throws {
        let site = try TestSite("practice")
        try await site.enrol(try TestSite("agency"))
        site.clock.now = Self.end - 1
        _ = try await site.store.suspendAccounting(
            peerName: "agency", until: Self.end, reason: nil, actor: TestSite.actor)
        #expect(try await Self.suspended(site) == ["agency"])
        site.clock.now = Self.end
        #expect(try await Self.suspended(site).isEmpty)
    }

    @Test("a site that is no peer, and a suspension that is not there, are not found")
    func unknown() async throws {
        let site = try TestSite("practice")
        try await site.enrol(try TestSite("agency"))
        for (name, until) in [("nobody", Int64.max), ("agency", 0)] {
            await #expect {
                _ = try await site.store.suspendAccounting(
                    peerName: name, until: until, reason: nil, actor: TestSite.actor)
            } throws: { error in
                (error as? StoreFailure)?.code == .notFound
            }
        }
        #expect(try await Self.suspended(site).isEmpty)
    }
}
