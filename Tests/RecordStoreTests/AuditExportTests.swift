import AuditTrail
import Foundation
import GRDB
import Signing
import Testing

@testable import RecordStore

/// The log as it is checked in the store, and as it leaves it.
@Suite struct AuditExportTests {
    private static let fact = AuditFact(kind: .read, actor: TestSite.actor)

    /// A log of 600 entries with heads at 100, 300, 512 and 600.
    private static func signedLog() async throws -> TestSite {
        let site = try TestSite("practice")
        for count in [100, 200, 212, 88] {
            try await site.store.record([AuditFact](repeating: fact, count: count))
            try await site.store.signAuditLog()
        }
        return site
    }

    private static func files(of store: SiteStore) async throws -> [String: [UInt8]] {
        var export = try await store.exportAuditLog(actor: TestSite.actor)
        var files: [String: [UInt8]] = [:]
        while let (path, content) = try await export.next() {
            #expect(files.updateValue(content, forKey: path) == nil, "\(path)")
        }
        return files
    }

    @Test("an untouched log is intact, in the store and exported, and the export is in it")
    func intact() async throws {
        let site = try await Self.signedLog()
        let verdict = try await site.store.verifyAuditLog(LogVerifier.Policy())
        #expect(verdict.line == "intact entries=600 minimum=0 heads=4 witnesses=0")
        let files = try await Self.files(of: site.store)
        var policy = LogVerifier.Policy()
        policy.keys = try await site.store.auditKeys()
        policy.heads = try await site.store.auditHeads()
        let exported = try LogVerifier(policy: policy).verify { files[$0] }
        #expect(exported.line == "intact entries=601 minimum=0 heads=5 witnesses=0")
        let entries = try #require(files["tile/entries/002.p/89"])
        #expect(String(decoding: entries, as: UTF8.self).contains(#""kind":"export""#))
        #expect(files.count == TileID.all(inTreeOf: 601).count + 3 + 5)
    }

    @Test(
        "whatever is changed in the rows is evidence, alike in the store and in an export",
        arguments: [
            (
                "UPDATE audit SET entry = replace(entry, 'read', 'Read') WHERE seq = 17",
                "evidence seq=17 check=leaf"
            ),
            (
                "UPDATE audit SET entry = replace(entry, 'read', 'Read') WHERE seq = 599",
                "evidence seq=599 check=leaf"
            ),
            ("UPDATE audit SET leaf = zeroblob(32) WHERE seq = 599", "evidence seq=599 check=leaf"),
            ("DELETE FROM audit WHERE seq = 300", "evidence seq=300 check=seq"),
            ("DELETE FROM audit WHERE seq = 511", "evidence seq=511 check=entries"),
            ("DELETE FROM audit WHERE seq < 256", "evidence seq=0 check=prune"),
            ("DELETE FROM audit WHERE seq = 590", "evidence seq=512 check=tile"),
            ("DELETE FROM audit WHERE seq >= 590", "evidence seq=512 check=tile"),
            ("DELETE FROM audit WHERE seq >= 512", "evidence seq=512 check=size"),
            (
                "UPDATE audit_tile SET hashes = zeroblob(8192) WHERE id = 1",
                "evidence seq=256 check=leaf"
            ),
            ("DELETE FROM audit_tile WHERE id = 0", "evidence seq=0 check=tile"),
            (
                "DELETE FROM audit_head WHERE size = 300; UPDATE audit_head SET size = 300, note = "
                    + "(SELECT note FROM audit_head WHERE size = 100) WHERE size = 512",
                "evidence seq=100 check=head"
            ),
            (
                // The line with the size: its digits may stand in the origin as well.
                "UPDATE audit_head SET note = replace(note, char(10) || '512' || char(10), "
                    + "char(10) || '511' || char(10)) WHERE size = 512",
                "evidence seq=300 check=signature"
            ),
        ])
    func changed(change: String, expected: String) async throws {
        let site = try await Self.signedLog()
        // A row of bytes that is changed as text would no longer be one.
        let sql = change.replacing("replace(entry", with: "CAST(replace(CAST(entry AS TEXT)")
            .replacing("'Read')", with: "'Read') AS BLOB)")
            .replacing("replace(note", with: "CAST(replace(CAST(note AS TEXT)")
            .replacing("'511' || char(10))", with: "'511' || char(10)) AS BLOB)")
        try site.execute(sql)
        let copy = try site.copyOfOpenFiles()
        let verdict = try await copy.store.verifyAuditLog(LogVerifier.Policy())
        #expect(verdict.line == expected)
        #expect(verdict.exitCode == 1)
        let files = try await Self.files(of: copy.store)
        var policy = LogVerifier.Policy()
        policy.keys = try await copy.store.auditKeys()
        // The export's own entry may stand where others are gone.
        let exported = try LogVerifier(policy: policy).verify { files[$0] }
        #expect(exported.line.split(separator: "check")[0] == expected.split(separator: "check")[0])
    }

    @Test(
        "a row outside the log is evidence, also one that appears while the store is open",
        arguments: [.min, -1, 605, 1 << 62, .max] as [Int64], [true, false])
    func outsideTheLog(sequence: Int64, isOpen: Bool) async throws {
        let site = try await Self.signedLog()
        try site.execute(
            "INSERT INTO audit (seq, leaf, entry) "
                + "VALUES (\(sequence), zeroblob(32), CAST('{}' AS BLOB))")
        let seen = isOpen ? site : try site.copyOfOpenFiles()
        let verdict = try await seen.store.verifyAuditLog(LogVerifier.Policy())
        #expect(verdict.line == "evidence seq=600 check=seq")
    }

    @Test("a row longer than any entry is evidence, and nothing that is exported")
    func tooLong() async throws {
        let site = try await Self.signedLog()
        try site.execute("UPDATE audit SET entry = zeroblob(65536) WHERE seq = 300")
        let verdict = try await site.store.verifyAuditLog(LogVerifier.Policy())
        #expect(verdict.line == "evidence seq=300 check=entries")
        await #expect {
            try await Self.files(of: site.store)
        } throws: { error in
            (error as? StoreFailure)?.code == .damaged
        }
    }

    @Test("a question finds its entries, the newest first, and of one patient by the pseudonym")
    func searches() async throws {
        let site = try TestSite("practice")
        let (patient, other) = (TestID.patient(), TestID.patient())
        let misleading = #"x","kind":"clock","patient":""#
        for number in 0..<30 {
            var fact = AuditFact(kind: number % 3 == 0 ? .clock : .read, actor: TestSite.actor)
            fact.patient = number % 5 == 0 ? patient : other
            fact.reason = misleading
            try await site.store.record([fact])
        }
        func found(_ order: AuditSearchOrder) async throws -> [Int] {
            try await site.store.searchAudit(order, actor: TestSite.actor).map { entry in
                let text = String(decoding: entry.bytes.dropFirst(7), as: UTF8.self)
                return try #require(Int(text.prefix { $0 != "," }))
            }
        }
        var order = AuditSearchOrder(name: "continuity", kinds: [.clock, .start], countMax: 4)
        #expect(try await found(order) == [27, 24, 21, 18])
        order.before = 18
        #expect(try await found(order) == [15, 12, 9, 6])
        order.before = nil
        order.patient = patient
        #expect(try await found(order) == [15, 0])
        order.patient = TestID.patient()
        #expect(try await found(order).isEmpty)
        let own = AuditSearchOrder(name: "access", kinds: [.search], countMax: 10)
        #expect(try await found(own) == [33, 32, 31, 30])
    }

    @Test("an entry's proof is a file that the site's key is enough to believe")
    func proves() async throws {
        let site = try await Self.signedLog()
        for sequence in [0, 255, 256, 599, 600] as [UInt64] {
            let proof = try await site.store.proveAuditEntry(sequence, actor: TestSite.actor)
            let read = try EntryProof(encoded: proof.encoded)
            #expect(try read.verify(keys: [site.store.auditKey]).isEmpty)
            #expect(read.index == sequence)
            let entry = try #require(read.entry)
            #expect(String(decoding: entry, as: UTF8.self).hasPrefix(#"{"seq":\#(sequence),"#))
        }
        await #expect {
            try await site.store.proveAuditEntry(10_000, actor: TestSite.actor)
        } throws: { error in
            (error as? StoreFailure)?.code == .notFound
        }
        let last = try await site.store.lastAuditEntries(3, actor: TestSite.actor)
        #expect(last.count == 3)
        #expect(try await site.store.lastAuditEntries(9_999, actor: TestSite.actor).count == 606)
    }
}
