import AuditTrail
import CareRecord
import Foundation
import Testing

@testable import RecordStore

extension SessionCounts {
    init(sent: Int, received: Int, answered: Int = 0, refusedThere: Int = 0) {
        self.init()
        (self.sent, self.received) = (sent, received)
        (self.answered, self.refusedThere) = (answered, refusedThere)
    }
}

/// What becomes of sessions is in the audit log.
@Suite struct SessionEntryTests {
    private static let name = [UInt8](repeating: 7, count: 16)

    private static func begun() async throws -> (practice: TestSite, hospital: TestSite) {
        let (practice, hospital) = (try TestSite("practice"), try TestSite("hospital"))
        try await practice.enrol(hospital)
        try await practice.store.beginSession(
            name, with: hospital.site, isOurs: true, theirShareVersion: 0)
        return (practice, hospital)
    }

    /// Notes that events leave, as a disclosure does in its own transaction.
    private static func disclose(_ events: Int, _ practice: TestSite) async throws {
        try await practice.store.committer.commit { db, state in
            try state.noteSent(
                events, session: "07070707070707070707070707070707", peer: 1, db)
        }
    }

    private static func entries(of site: TestSite) throws -> [String] {
        try site.blobs("SELECT entry FROM audit ORDER BY seq")
            .map { String(decoding: $0, as: UTF8.self) }
            .filter { $0.contains(#""kind":"session""#) }
    }

    @Test("an entry tells what went when a session falls idle, and the next one of what followed")
    func idleThenEnded() async throws {
        let (practice, hospital) = try await Self.begun()
        func note(_ counts: SessionCounts, _ ending: SessionEnding? = nil) async throws {
            try await practice.store.noteSession(
                Self.name, with: hospital.site, counts, ending: ending)
        }
        try await note(SessionCounts())
        #expect(try Self.entries(of: practice).isEmpty)
        try await Self.disclose(3, practice)
        try await note(SessionCounts(sent: 3, received: 1, answered: 2, refusedThere: 1))
        #expect(try Self.entries(of: practice).isEmpty)
        for _ in 0..<3 { try await note(SessionCounts()) }
        let idle = try #require(try Self.entries(of: practice).first)
        #expect(try Self.entries(of: practice).count == 1)
        #expect(idle.contains(#""outcome":"success","reason":"idle""#))
        #expect(idle.contains(#""to":{"site":"\#(hospital.site)""#))
        #expect(
            idle.contains(
                #""data":{"counts":{"answered":2,"received":1,"refused-here":0,"#
                    + #""refused-there":1,"sent":3},"events":4}"#))
        #expect(idle.contains(#""session":"07070707070707070707070707070707""#))
        try await Self.disclose(5, practice)
        try await note(SessionCounts(sent: 5, received: 0), SessionEnding("timed-out", .failed))
        try await note(SessionCounts(), SessionEnding("stopped"))
        let entries = try Self.entries(of: practice)
        #expect(entries.count == 2)
        #expect(entries.last?.contains(#""outcome":"failed","reason":"timed-out""#) == true)
        #expect(entries.last?.contains(#""sent":5"#) == true)
    }

    @Test("a session that was cut off has its entry at the next start")
    func cutOff() async throws {
        let (practice, hospital) = try await Self.begun()
        // Nobody came to note how far the session was.
        try await Self.disclose(2, practice)
        try await practice.store.endLeftSessions()
        try await practice.store.endLeftSessions()
        let entries = try Self.entries(of: practice)
        #expect(entries.count == 1)
        #expect(entries.first?.contains(#""outcome":"failed","reason":"cut off""#) == true)
        #expect(entries.first?.contains(#""sent":2"#) == true)
        #expect(
            try await practice.store.sessions(with: hospital.site).map(\.ending) == ["cut off"])
    }

    @Test("sessions that the peer opens in numbers do not push out one that is open")
    func manySessions() async throws {
        let (practice, hospital) = try await Self.begun()
        for number in 0..<60 {
            let name = [UInt8](repeating: UInt8(100 + number), count: 16)
            try await practice.store.beginSession(
                name, with: hospital.site, isOurs: false, theirShareVersion: 0)
            try await practice.store.noteSession(
                name, with: hospital.site, SessionCounts(), ending: SessionEnding("stopped"))
        }
        try await Self.disclose(2, practice)
        try await practice.store.noteSession(
            Self.name, with: hospital.site, SessionCounts(), ending: SessionEnding("stopped"))
        #expect(try Self.entries(of: practice).last?.contains(#""sent":2"#) == true)
    }

    @Test("what a peer does over and over has one entry a minute, which says how often")
    func repetition() async throws {
        let (practice, hospital) = try await Self.begun()
        func session(_ number: Int, _ ending: String) async throws {
            let name = [UInt8](repeating: UInt8(number), count: 16)
            try await practice.store.beginSession(
                name, with: hospital.site, isOurs: false, theirShareVersion: 0)
            try await practice.store.noteSession(
                name, with: hospital.site, SessionCounts(), ending: SessionEnding(ending))
        }
        func count(_ text: String) throws -> Int {
            try Self.entries(of: practice).count { $0.contains(text) }
        }
        let heads = "SELECT count(*) FROM audit_head"
        let before = try practice.number(heads)
        for number in 100..<150 {
            practice.clock.advance(milliseconds: 100)
            try await session(number, number.isMultiple(of: 2) ? "stopped" : "timed-out")
            for refusal in ["version", "wrong-site"] {
                try await practice.store.recordSession(
                    with: hospital.site, SessionEnding(refusal, .refused))
            }
        }
        #expect(try Self.entries(of: practice).count == 4)
        #expect(try practice.number(heads) <= before + 2)
        practice.clock.advance(milliseconds: 60_000)
        try await session(150, "stopped")
        #expect(try count(#""reason":"stopped""#) == 2)
        #expect(try count(#""sessions":25}"#) == 1)
        // A clock that was set back tells at once.
        practice.clock.advance(hours: -1)
        try await session(151, "stopped")
        #expect(try count(#""reason":"stopped""#) == 3)
    }

    @Test("a session that never began has its entry as well")
    func neverBegan() async throws {
        let (practice, hospital) = try await Self.begun()
        try await practice.store.recordSession(
            with: hospital.site, SessionEnding("version", .refused))
        let entry = try #require(try Self.entries(of: practice).first)
        #expect(entry.contains(#""outcome":"refused","reason":"version""#))
    }

    @Test("an access says whether the site had anything to do with the patient")
    func relationships() async throws {
        let (practice, hospital) = try await Exchange.pair()
        try await practice.grant(hospital)
        try await practice.importFile(TestBundles.patient("p"))
        try await Exchange(practice, to: hospital).run()
        let patient = try await practice.onlyPatient()
        for site in [practice, hospital] {
            _ = try await site.store.resources(of: patient, actor: TestSite.actor)
            let found = try await site.store.findPatients(
                "nobody", countMax: 1, actor: TestSite.actor)
            #expect(found.isEmpty)
            let entries = try site.blobs("SELECT entry FROM audit ORDER BY seq")
                .map { String(decoding: $0, as: UTF8.self) }
            let basis = site === practice ? "own-patient" : "no-relationship"
            let reads = entries.filter { $0.contains(#""kind":"read""#) }
            #expect(reads.count == 1)
            #expect(reads.first?.contains(#""basis":"\#(basis)""#) == true)
            var order = AuditSearchOrder(name: "unrelated", kinds: [.read, .search], countMax: 9)
            order.basis = "no-relationship"
            let unrelated = try await site.store.searchAudit(order, actor: TestSite.actor)
            #expect(unrelated.count == (site === practice ? 0 : 1))
        }
    }

    @Test("an entry says how far its time is to be trusted")
    func clocks() async throws {
        let site = try TestSite("practice")
        for clock in AuditClock.allCases {
            site.clock.trust = clock
            try await site.store.record([AuditFact(kind: .start, actor: TestSite.actor)])
        }
        let entries = try await site.store.auditEntries(0..<9)
            .map { String(decoding: $0, as: UTF8.self) }
        #expect(entries.count == 3)
        for (entry, clock) in zip(entries, AuditClock.allCases) {
            #expect(entry.contains(#""clock":"\#(clock.rawValue)""#))
        }
    }
}
