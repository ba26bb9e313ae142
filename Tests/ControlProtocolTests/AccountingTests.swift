import ControlProtocol
import Testing

@Suite("an accounting of disclosures")
struct AccountingTests {
    private static func disclosure(
        _ seq: Int, time: Int64, to site: String, session: String?, purpose: String? = "HRESCH",
        outcome: String = "success"
    ) -> AuditLogEntry {
        var entry = AuditLogEntry(
            seq: seq, time: time, kind: "disclose-out", outcome: outcome,
            actor: .init(id: site, role: "peer"))
        entry.to = .init(site: site, name: "Site \(site)")
        entry.session = session
        entry.purpose = purpose
        entry.basis = "agreement \(seq % 2)"
        entry.data = .init(
            compartments: "general", types: ["Observation": 2], events: 2, digest: nil)
        return entry
    }

    private static func tally(
        _ entries: [AuditLogEntry], all: Bool = false, each: Bool = false
    ) -> AccountingTally {
        var tally = AccountingTally(
            AccountingQuery(patient: "p", showsAllPurposes: all, showsEach: each),
            period: 100..<200, addresses: ["a": "1 High Street"])
        for entry in entries { tally.take(entry) }
        return tally
    }

    @Test("entries of one session are one disclosure, repeats share a row: first, number, last")
    func summarised() {
        let entries = [
            Self.disclosure(0, time: 99, to: "a", session: "s0"),
            Self.disclosure(1, time: 100, to: "a", session: "s1"),
            Self.disclosure(2, time: 101, to: "a", session: "s1"),
            Self.disclosure(3, time: 150, to: "b", session: "s2"),
            Self.disclosure(4, time: 160, to: "a", session: "s3"),
            Self.disclosure(5, time: 170, to: "a", session: nil),
            Self.disclosure(6, time: 199, to: "a", session: "s3", outcome: "failed"),
            Self.disclosure(7, time: 200, to: "a", session: "s4"),
        ]
        let rows = Self.tally(entries).rows
        #expect(rows.map(\.recipient) == ["a", "b"])
        #expect(rows.map(\.disclosures) == [3, 1])
        #expect(rows[0].firstMilliseconds == 100 && rows[0].lastMilliseconds == 170)
        #expect(rows[0].recipientName == "Site a" && rows[0].recipientAddress == "1 High Street")
        #expect(rows[0].types == [ResourceCount(type: "Observation", count: 8)])
        #expect(rows[0].events == 8 && rows[0].entry == 1)
        #expect(rows[0].bases == ["agreement 0", "agreement 1"])
        let each = Self.tally(entries, each: true).rows
        #expect(each.map(\.entry) == [1, 3, 4, 5])
        #expect(each.allSatisfy { $0.disclosures == 1 })
        #expect(each[0].events == 4)
    }

    @Test("what went to a suspended agency is left out without a word, unless it is asked for")
    func suspended() throws {
        let entries = [
            Self.disclosure(0, time: 100, to: "a", session: "s0"),
            Self.disclosure(1, time: 101, to: "b", session: "s1"),
            Self.disclosure(2, time: 102, to: "b", session: "s2", purpose: "TREAT"),
        ]
        for isAsked in [false, true] {
            let query = AccountingQuery(patient: "p", includesSuspended: isAsked)
            try RoundTrip.expectSame(query)
            var tally = AccountingTally(query, period: 0..<200, suspended: ["b"])
            for entry in entries { tally.take(entry) }
            #expect(tally.rows.map(\.recipient) == (isAsked ? ["a", "b"] : ["a"]))
            #expect(tally.notCounted.isEmpty != isAsked)
        }
        try RoundTrip.expectSame(
            AccountingSuspension(peer: "b", untilMilliseconds: 1, reason: "r"))
        try RoundTrip.expectSame(AccountingSuspensionState(peer: "b", untilMilliseconds: 1))
        #expect(throws: ControlFailure.self) {
            try AccountingSuspension(peer: "b", untilMilliseconds: 1, reason: "").check()
        }
    }

    @Test("purposes that do not count are numbered, and shown when asked for")
    func purposes() {
        let entries = [
            Self.disclosure(1, time: 100, to: "a", session: "s1", purpose: "TREAT"),
            Self.disclosure(2, time: 110, to: "a", session: "s1", purpose: "TREAT"),
            Self.disclosure(3, time: 120, to: "b", session: "s1", purpose: "TREAT"),
            Self.disclosure(4, time: 130, to: "a", session: "s1", purpose: "XNEW"),
            Self.disclosure(5, time: 140, to: "a", session: "s1", purpose: nil),
        ]
        let tally = Self.tally(entries)
        #expect(tally.rows.map(\.purpose) == ["XNEW", "none"])
        #expect(tally.notCounted == [.init(purpose: "TREAT", disclosures: 2)])
        let all = Self.tally(entries, all: true)
        #expect(all.rows.map(\.purpose) == ["TREAT", "TREAT", "XNEW", "none"])
        #expect(all.notCounted.isEmpty)
    }

    @Test("the table of purposes ascends, and holds each once")
    func table() {
        let codes = DisclosurePurpose.table.map(\.code)
        #expect(codes == Set(codes).sorted())
        #expect(!DisclosurePurpose.of("TREAT").counts && DisclosurePurpose.of("HRESCH").counts)
    }

    @Test("the question and the answer say the same after they travelled")
    func roundTrips() throws {
        let query = AccountingQuery(patient: "p", fromMilliseconds: 1, toMilliseconds: 2)
        try RoundTrip.expectSame(query)
        try query.check()
        #expect(throws: ControlFailure.self) {
            try AccountingQuery(patient: "p", fromMilliseconds: 2, toMilliseconds: 2).check()
        }
        var accounting = Accounting(
            patient: "p", pseudonym: "x", siteName: "n", siteAddress: "", fromMilliseconds: 1,
            toMilliseconds: 2, madeMilliseconds: 3)
        accounting.rows = Self.tally([Self.disclosure(1, time: 100, to: "a", session: nil)]).rows
        accounting.notCounted = [.init(purpose: "TREAT", disclosures: 2)]
        try RoundTrip.expectSame(accounting)
    }
}
