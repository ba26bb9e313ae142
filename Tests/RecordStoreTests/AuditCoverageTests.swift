import AuditTrail
import CareRecord
import Foundation
import GRDB
import Testing

@testable import RecordStore

/// Events and the entries that tell of them.
@Suite struct AuditCoverageTests {
    @Test("whatever is imported, together or alone, is covered")
    func imports() async throws {
        let site = try TestSite("practice")
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<8 {
                group.addTask {
                    let lines = (0..<10).map {
                        TestBundles.observation(
                            "o\(number)-\($0)", of: "Patient/p\(number)", value: $0)
                    }
                    try await site.importFile(
                        ([TestBundles.patient("p\(number)")] + lines).joined(separator: "\n"))
                }
            }
            try await group.waitForAll()
        }
        #expect(try await site.store.counts().events == 88)
        #expect(try await site.store.auditCoverageGap() == nil)
    }

    @Test("an import that failed tells of no event, and leaves the rest covered")
    func failures() async throws {
        let site = try TestSite("practice")
        try await site.importFile(TestBundles.patient("p"))
        var failed = AuditFact(kind: .write, actor: TestSite.actor)
        for outcome in [AuditOutcome.failed, .refused] {
            failed.outcome = outcome
            try await site.store.record([failed])
        }
        try await site.importFile(TestBundles.patient("q"))
        #expect(try await site.store.auditCoverageGap() == nil)
    }

    @Test("what came from a peer is covered, and one event more is not")
    func received() async throws {
        let (practice, hospital) = (try TestSite("practice"), try TestSite("hospital"))
        try await practice.enrol(hospital)
        try await hospital.enrol(practice)
        for number in 0..<3 { try await practice.importFile(TestBundles.patient("p\(number)")) }
        try await practice.grant(hospital, [.identity, .general])
        try await Exchange(practice, to: hospital).run()
        #expect(try await hospital.store.counts().events >= 3)
        for site in [practice, hospital] {
            #expect(try await site.store.auditCoverageGap() == nil)
        }
        try hospital.execute(Self.oneMore)
        #expect(
            try await hospital.store.auditCoverageGap() == hospital.store.auditStanding.edge.size)
    }

    /// Inserts an event beside the first one, delivered by whoever delivered that.
    private static let oneMore = """
        INSERT INTO event (stream, replica, counter, id, accepted, changes, bytes, source, flags,
          header, signature, salt)
        SELECT stream, replica, 99, randomblob(32), accepted, changes, bytes, source, flags, header,
          signature, salt FROM event WHERE seq = 1
        """

    @Test(
        "an event without its entry, and an entry without its event, are found",
        arguments: [
            ("UPDATE event SET id = randomblob(32) WHERE seq = 2", 1),
            ("DELETE FROM event WHERE seq = 3", 2), ("DELETE FROM event WHERE seq = 1", 0),
            (Self.oneMore, 3),
        ] as [(String, UInt64)])
    func gaps(change: String, gap: UInt64) async throws {
        let site = try TestSite("practice")
        for number in 0..<3 { try await site.importFile(TestBundles.patient("p\(number)")) }
        #expect(try await site.store.auditCoverageGap() == nil)
        try site.execute(change)
        #expect(try await site.store.auditCoverageGap() == gap)
    }

    private static let beginning = #"{"seq":3,"time":1,"clock":"stepped","kind":"#

    @Test(
        "an entry that is not as entries are written is read with the same care",
        arguments: [
            (#""write","outcome":"success","data":{"events":1,"digest":"00"}}"#, 3),
            (#""write","outcome":"success","data":{"events":0}}"#, 3),
            (#""write","outcome":"success","data":{"events":-1}}"#, 3),
            (#""write","outcome":"success","data":{"events":"1"}}"#, 3),
            (#""write","outcome":"success""#, 3),
            (#""write","outcome":"refused","data":{"events":1,"digest":"00"}}"#, nil),
            (#""disclose-in","outcome":"success","data":{"events":1}}"#, nil),
            (#""read","outcome":"success","data":{"kind":"write","events":1}}"#, nil),
        ] as [(String, UInt64?)])
    func foreignEntries(end: String, gap: UInt64?) async throws {
        let site = try TestSite("practice")
        for number in 0..<3 { try await site.importFile(TestBundles.patient("p\(number)")) }
        for beginning in [Self.beginning, #"{"kind":"#] {
            try site.execute(
                "INSERT OR REPLACE INTO audit (seq, leaf, entry) "
                    + "VALUES (3, zeroblob(32), CAST('\(beginning + end)' AS BLOB))")
            #expect(try await site.store.auditCoverageGap() == gap, "\(beginning)")
        }
    }
}
