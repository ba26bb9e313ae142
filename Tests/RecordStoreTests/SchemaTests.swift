import CareRecord
import Foundation
import GRDB
import RecordStore
import Signing
import Testing

@Suite struct SchemaTests {
    @Test("a database of a newer release is refused and left as it is")
    func newerSchema() throws {
        let folder = FileManager.default.temporaryDirectory
            .appending(path: "accord-schema-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let path = folder.appending(path: "record.db").path
        let queue = try DatabaseQueue(path: path)
        try queue.write { try $0.execute(sql: "PRAGMA user_version = 99") }
        try queue.close()
        let key = EventKey.make()
        let replica = Replica(site: key.publicKey.siteID, incarnation: Incarnation(1))
        #expect {
            _ = try SiteStore(path: path, identity: TestSite.identity(replica: replica, key: key))
        } throws: { error in
            (error as? StoreFailure)?.code == .newerSchema
        }
        let tables = try DatabaseQueue(path: path).read {
            try Int.fetchOne($0, sql: "SELECT count(*) FROM sqlite_master")
        }
        #expect(tables == 0)
    }

    @Test("the database of another replica is refused", arguments: [true, false])
    func otherReplica(isOtherSite: Bool) throws {
        let site = try TestSite("practice")
        let key = isOtherSite ? EventKey.make() : site.key
        let other = Replica(site: key.publicKey.siteID, incarnation: Incarnation(8))
        #expect {
            _ = try SiteStore(
                path: site.path, identity: TestSite.identity(replica: other, key: key))
        } throws: { error in
            (error as? StoreFailure)?.code == .wrongSite
        }
    }

    @Test("every table is strict, and a reopened store goes on where it was")
    func reopened() async throws {
        let site = try TestSite("practice")
        try await site.importFile(TestBundles.patient("p"))
        let loose = try site.texts(
            "SELECT name FROM pragma_table_list WHERE schema = 'main' AND strict = 0 "
                + "AND name NOT LIKE 'sqlite_%'")
        #expect(loose == [])
        let copy = try site.copyOfOpenFiles()
        try await copy.importFile(TestBundles.patient("p", family: "Changed"))
        #expect(try await copy.store.counts().events == 2)
        #expect(try copy.number("SELECT max(counter) FROM vector") == 2)
        #expect(try copy.number("SELECT count(*) FROM audit WHERE seq >= 2") == 0)
        #expect(try copy.texts("PRAGMA integrity_check") == ["ok"])
        #expect(try copy.number("SELECT count(*) FROM pragma_foreign_key_check") == 0)
    }

    /// What SQLite keeps of the schema; `RECORD=1` rewrites the file, and the difference is
    /// reviewed.
    @Test("the schema is the one of the snapshot")
    func snapshot() throws {
        let site = try TestSite("practice")
        let text =
            try site.texts(
                "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL "
                    + "AND name NOT LIKE 'sqlite_%' ORDER BY type DESC, name"
            ).joined(separator: ";\n\n") + ";\n"
        let file = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "Snapshots/schema.sql")
        if ProcessInfo.processInfo.environment["RECORD"] == "1" {
            try FileManager.default.createDirectory(
                at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
            try text.write(to: file, atomically: true, encoding: .utf8)
        }
        #expect(try String(contentsOf: file, encoding: .utf8) == text)
    }
}
