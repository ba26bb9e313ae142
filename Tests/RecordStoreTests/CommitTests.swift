import AuditTrail
import CareRecord
import Foundation
import GRDB
import Interchange
import Testing
import WireFormat

@testable import RecordStore

/// What is answered about a transaction that does not end as it should.
@Suite struct CommitTests {
    private struct Refused: Error {}

    @Test("a commit that fails is no answer, and nothing is written after it")
    func failingCommit() async throws {
        let site = try TestSite("practice")
        await #expect {
            try await site.store.committer.commit { db, _ in
                // Looked at when the transaction is committed, and not before.
                try db.execute(
                    sql: """
                        PRAGMA defer_foreign_keys = ON;
                        INSERT INTO vector (stream, replica, counter, seq) VALUES (1, 1, 1, 1);
                        """)
            }
        } throws: { error in
            (error as? StoreFailure)?.code == .durabilityUnknown
        }
        #expect(site.store.isStopped)
        await #expect {
            try await site.importFile(TestBundles.patient("p"))
        } throws: { error in
            (error as? StoreFailure)?.code == .stopped
        }
        #expect(try await site.store.counts().events == 0)
        #expect(try site.number("SELECT count(*) FROM vector") == 0)
    }

    @Test("a transaction that is rolled back as a whole answers none of its facts")
    func lostTransaction() async throws {
        let site = try TestSite("practice")
        let results = await site.store.transaction.run([
            { db, state in
                try state.record(AuditFact(kind: .read, actor: TestSite.actor), db)
                return true
            },
            { db, _ in
                try db.execute(sql: "ROLLBACK")
                return true
            },
        ])
        let answered = results.filter { if case .success = $0 { true } else { false } }
        #expect(results.count == 2)
        #expect(answered.isEmpty)
        #expect(try site.number("SELECT count(*) FROM audit") == 0)
        // The next transaction is a new one.
        try await site.importFile(TestBundles.patient("p"))
        #expect(try site.number("SELECT max(seq) FROM audit") == 0)
    }

    @Test("a fact that fails after it wrote leaves nothing behind, and nothing is remembered of it")
    func failingFact() async throws {
        let site = try TestSite("practice")
        let event = HostilePeerTests.event(site, .patient(TestID.patient(), .general))
        // A fact that held the site could be the last to, and close the store on its own queue.
        let home = site.site
        let write = { @Sendable (db: Database, state: inout WriterState) throws -> Bool in
            let outcome = try state.append(event, home: home, db)
            try state.record(AuditFact(kind: .write, actor: TestSite.actor), db)
            if case .accepted = outcome { return true }
            return false
        }
        await #expect(throws: Refused.self) {
            try await site.store.committer.commit { db, state in
                _ = try write(db, &state)
                throw Refused()
            }
        }
        #expect(try await site.store.counts().events == 0)
        #expect(try site.number("SELECT count(*) FROM audit") == 0)
        #expect(try await site.store.committer.commit(write))
        #expect(try await site.store.counts().events == 1)
        #expect(try site.number("SELECT max(seq) FROM audit") == 0)
        #expect(try site.number("SELECT count(*) FROM pragma_foreign_key_check") == 0)
    }

    @Test("the events of a fact that failed are in no vector of a stream that was there before")
    func failingAppend() async throws {
        let site = try TestSite("practice")
        try await site.importFile(TestBundles.patient("p"))
        try await site.importFile(TestBundles.observation("first", of: "Patient/p"))
        let late = try #require(
            try ImportFile.read(
                Array(TestBundles.observation("late", of: "Patient/p").utf8), format: nil
            ).first)
        let unit = PreparedUnit(
            unit: try late.drafts().get(), requestKey: [UInt8](repeating: 1, count: 16))
        let options = ImportOptions(sourceSystem: "file")
        await #expect(throws: Refused.self) {
            try await site.store.committer.commit { db, state in
                let outcome = try state.importUnit(
                    unit, options: options, actor: TestSite.actor, db)
                guard case .applied = outcome else { return }
                throw Refused()
            }
        }
        try await site.importFile(TestBundles.observation("next", of: "Patient/p"))
        let gaps = """
            SELECT count(*) FROM (SELECT 1 FROM event GROUP BY stream, replica
              HAVING max(counter) <> count(*))
            """
        #expect(try site.number(gaps) == 0)
    }
}
