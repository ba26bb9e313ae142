import AuditTrail
import CareRecord
import Foundation
import ProgramSupport
import Testing

@testable import RecordStore

/// Entries about deliveries that one side left out of a log signed anew, and what stands behind the
/// newest signed head (`audit.md` §10).
@Suite struct LeftOutTests {
    /// A practice and a hospital that got the records of some patients; with an entry for each at
    /// both sides.
    private static func disclosed(
        isAnswered: Bool = true
    ) async throws -> (practice: TestSite, hospital: TestSite) {
        let (practice, hospital) = try await Exchange.pair()
        try await practice.grant(hospital)
        for number in 0..<(TamperReport.isFull ? 32 : 6) {
            let resources = [
                TestBundles.patient("p\(number)"),
                TestBundles.observation("o\(number)", of: "Patient/p\(number)"),
            ]
            try await practice.importFile(TestBundles.collection(resources))
        }
        if !isAnswered { try await practice.grow() }
        let exchange = Exchange(practice, to: hospital)
        let outcomes = try await exchange.run()
        guard isAnswered else { return (practice, hospital) }
        try await JoinStoreTests.answer(outcomes.count, of: exchange)
        try await practice.grow()
        try await hospital.grow()
        return (practice, hospital)
    }

    private static func places(_ kind: String, in site: TestSite) async throws -> [Int] {
        let entries = try await site.store.auditEntries(0..<100_000)
        return entries.indices.filter {
            String(decoding: entries[$0], as: UTF8.self).contains("\"kind\":\"\(kind)\"")
        }
    }

    @Test("each entry about a delivery, left out at either side, is found from the other")
    func leftOut() async throws {
        let (practice, hospital) = try await Self.disclosed()
        #expect(try await JoinStoreTests.join(practice, with: hospital).findings.isEmpty)
        for (site, peer, kind) in [
            (practice, hospital, "disclose-out"), (hospital, practice, "disclose-in"),
        ] {
            var report = TamperReport(
                row: 9, "each \(kind) left out, signed with the real key: from the other",
                verifiers: "product")
            let places = try await Self.places(kind, in: site)
            #expect(places.count > 3)
            for place in places {
                let forged = try Self.without(place, site)
                #expect(try await forged.verdict().exitCode == 0)
                let asking = try peer.copyOfOpenFiles()
                let found = try await JoinStoreTests.join(asking, with: forged)
                #expect(!found.findings.isEmpty && found.firstHere != nil, "\(kind) \(place)")
                report.add(found.findings.isEmpty ? nil : "join")
            }
            try report.write()
        }
    }

    @Test("a delivery that no head covers yet is found by a join")
    func unsignedDelivery() async throws {
        let (practice, hospital) = try await Self.disclosed(isAnswered: false)
        var report = TamperReport(
            row: 12, "each disclosure behind the newest head left out", verifiers: "product")
        for place in try await Self.places("disclose-out", in: practice) {
            let forged = try Self.without(place, practice)
            let asking = try hospital.copyOfOpenFiles()
            let found = try await JoinStoreTests.join(asking, with: forged)
            #expect(!found.findings.isEmpty, "entry \(place)")
            report.add(found.findings.isEmpty ? nil : "join")
        }
        try report.write()
    }

    /// Nothing else is: the window is 1,000 entries wide.
    @Test("another entry that no head covers yet can be rewritten, until it is signed")
    func window() async throws {
        let practice = try TestSite("practice")
        try await practice.grow(10)
        try await practice.act(999)
        #expect(practice.store.auditStanding.unsignedEntries == 999)
        var report = TamperReport(
            row: 12, "entry behind the newest head rewritten, node restarted, seeded places",
            verifiers: "product")
        for place in Forger.places(10..<1_009, few: 6, full: 64, seed: 30) {
            let exitCode = try await Self.rewritten(place, practice).verdict().exitCode
            #expect(exitCode == 0, "entry \(place)")
            report.add(exitCode == 0 ? "not caught, as the design says" : "found")
        }
        try report.write()
        try await practice.act()
        #expect(practice.store.auditStanding.unsignedEntries == 0)
        #expect(try await Self.rewritten(500, practice).verdict().exitCode == 1)
    }

    private static func without(_ place: Int, _ site: TestSite) throws -> TestSite {
        try site.forged { entries in entries.remove(at: place) }
    }

    private static func rewritten(_ place: Int, _ site: TestSite) throws -> TestSite {
        try site.copyOfOpenFiles { path in try Forger.rewriteUnsigned(place, path) }
    }
}
