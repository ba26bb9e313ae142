import Foundation
import Testing

/// Rewrites a stopped site's audit log as its own administrator could: an entry is changed into
/// another one, and every signed head is forgotten, so that the service signs the log anew.
struct RewrittenLog {
    let site: Site

    /// Makes the entries of a kind entries of another kind, each with its leaf.
    func change(_ kind: String, to other: String) async throws {
        try await run(
            """
            rows = store.execute("SELECT seq, entry FROM audit WHERE instr(entry, ?)",
                                 [b'"kind":"\(kind)"']).fetchall()
            assert rows
            for seq, entry in rows:
                entry = entry.replace(b'"kind":"\(kind)"', b'"kind":"\(other)"')
                leaf = hashlib.sha256(bytes([0]) + entry).digest()
                store.execute("UPDATE audit SET entry = ?, leaf = ? WHERE seq = ?",
                              [entry, leaf, seq])
            assert not store.execute("SELECT count(*) FROM audit_tile").fetchone()[0]
            store.execute("DELETE FROM audit_head")
            store.execute("DELETE FROM cosigner")
            """)
        try forget("audit-head")
    }

    /// Lets the site forget, as a witness, what it has cosigned.
    func forgetWitnessed() async throws {
        try await run(
            """
            store.execute("DELETE FROM witness_evidence")
            store.execute("DELETE FROM witnessed")
            """)
        try forget("witnessed-heads")
    }

    private func run(_ lines: String) async throws {
        let script = "import hashlib, sqlite3, sys\nstore = sqlite3.connect(sys.argv[1])\n"
        let output = try site.folder.path("rewritten/\(UUID().uuidString)")
        let process = try ChildProcess(
            "/usr/bin/env",
            ["python3", "-c", script + lines + "\nstore.commit()", site.dataFolder + "/record.db"],
            environment: Surrounding.environment(with: [:]), output: output, errors: output)
        let status = try await process.end()
        try #require(status == 0, "\(TextFile.read(output))")
    }

    private func forget(_ name: String) throws {
        let files = FileManager.default.enumerator(atPath: site.home)
        while let path = files?.nextObject() as? String {
            guard path.hasSuffix("/" + name) else { continue }
            try FileManager.default.removeItem(atPath: site.home + "/" + path)
        }
    }
}
