import AuditTrail
import Foundation
import GRDB
import ProgramSupport
import Signing
import TestSupport
import Testing

@testable import RecordStore

/// What whoever has a site's machine can do to its audit log.
enum Forger {
    /// Seeded places of a range, ascending: `full` of them with 1,024 entries and more.
    static func places(_ range: Range<Int>, few: Int, full: Int, seed: UInt64) -> [Int] {
        var dice = SeededGenerator(seed: seed)
        let count = TamperReport.isFull ? full : few
        return Array(range.shuffled(using: &dice).prefix(count)).sorted()
    }

    /// Writes an entry anew with its leaf, and the tile that is full with it.
    static func rewriteUnsigned(_ place: Int, _ path: String) throws {
        try DatabaseQueue(path: path).write { db in
            let old = try AuditRows.entries(UInt64(place)..<UInt64(place) + 1, db)
            let entry = TestSite.another(try #require(old.first))
            let leaf = Data(TreeHash.leaf(of: entry).bytes)
            try db.execute(
                sql: "UPDATE audit SET entry = ?, leaf = ? WHERE seq = \(place)",
                arguments: [Data(entry), leaf])
            let tile = place / 256
            guard try AuditRows.storedHashes(of: TileID(level: 0, index: UInt64(tile)), db) != nil
            else { return }
            let leaves = try Data.fetchAll(
                db, sql: "SELECT leaf FROM audit WHERE seq >> 8 = \(tile) ORDER BY seq")
            try db.execute(
                sql: "UPDATE audit_tile SET hashes = ? WHERE id = \(tile)",
                arguments: [Data(leaves.joined())])
        }
    }
}

extension TestSite {
    /// A copy of the site, whose log was written anew with the real key: numbers, leaves, tiles and
    /// heads agree, at the sizes at which there were heads and at the last.
    ///
    /// - Parameter forgets: whether its rows claim no cosignature that its heads have no more.
    func forged(
        forgets: Bool = true, _ change: (inout [[UInt8]]) -> Void
    ) throws -> TestSite {
        let signer = store.signer
        return try copyOfOpenFiles { path in
            try DatabaseQueue(path: path).write { db in
                var entries = try AuditRows.entries(0..<UInt64(Int64.max), db)
                let sizes = try Set(UInt64.fetchAll(db, sql: "SELECT size FROM audit_head"))
                change(&entries)
                for table in ["audit", "audit_tile", "audit_head"] {
                    try db.execute(sql: "DELETE FROM \(table)")
                }
                var edge = MerkleEdge()
                for (place, bytes) in entries.enumerated() {
                    let entry = Self.numbered(bytes, place)
                    let leaf = TreeHash.leaf(of: entry)
                    try AuditRows.insert(entry, leaf: leaf, at: edge.size, db)
                    for tile in edge.append(leaf) { try AuditRows.insert(tile, db) }
                    guard sizes.contains(edge.size) || place == entries.count - 1 else { continue }
                    let head = LogHead(
                        origin: signer.key.name, size: edge.size, root: edge.root)
                    try AuditRows.insert(
                        SignedHead(try #require(head), signer: signer), now: clock.now, db)
                }
                if forgets { try db.execute(sql: "UPDATE cosigner SET size = 0") }
            }
        }
    }

    /// A copy of the site in which an entry says that something else was done.
    func forged(at place: Int, forgets: Bool = true) throws -> TestSite {
        try forged(forgets: forgets) { entries in entries[place] = Self.another(entries[place]) }
    }

    /// An entry with another kind, of the same length.
    static func another(_ entry: [UInt8]) -> [UInt8] {
        let text = String(decoding: entry, as: UTF8.self)
        let kind = text.contains(#""kind":"stop""#) ? "hold" : "stop"
        return Array(
            text.replacing(/"kind":"[a-z-]+"/, with: "\"kind\":\"\(kind)\"", maxReplacements: 1)
                .utf8)
    }

    /// A copy of the site whose log was cut with its heads and tiles.
    ///
    /// - Parameter forgets: whether what its witnesses have cosigned is gone, too.
    func cut(to size: Int, forgets: Bool = true) throws -> TestSite {
        try copyOfOpenFiles { path in
            try DatabaseQueue(path: path).write { db in
                try db.execute(
                    sql: """
                        DELETE FROM audit WHERE seq >= \(size);
                        DELETE FROM audit_head WHERE size > \(size);
                        DELETE FROM audit_tile WHERE id < 1 << 56 AND id >= \(size / 256)
                        """)
                if forgets { try db.execute(sql: "DELETE FROM cosigner") }
            }
        }
    }

    /// What the site itself finds in its log.
    func verdict(kept: SignedHead? = nil) async throws -> LogVerdict {
        try await store.verifyAuditLog(LogVerifier.Policy(), kept: kept)
    }

    /// The files of an export.
    func exportedFiles() async throws -> [String: [UInt8]] {
        var export = try await store.exportAuditLog(actor: Self.actor)
        var files: [String: [UInt8]] = [:]
        while let (path, content) = try await export.next() { files[path] = content }
        return files
    }

    /// Grows the log to a size, in signed steps.
    func grow(to size: Int, steps: Int = 4) async throws {
        for step in 1...steps {
            let standing = Int(store.auditStanding.edge.size)
            guard standing < size else { return }
            try await grow(step == steps ? size - standing : max(1, (size - standing) / 2))
        }
    }

    /// Drops the first 256 entries into an archive, which it gives back.
    func prune(days: Int64) async throws -> [String: [UInt8]] {
        let files = try await exportedFiles()
        let order = AuditPruneOrder(
            beforeMilliseconds: clock.now - days * 86_400_000,
            archive: try BundleExport(encoded: try #require(files["export"])), quorum: 1)
        let outcome = try await store.pruneAuditLog(order, actor: Self.actor)
        #expect(outcome == .pruned(minimum: 256, dropped: 256, mayGoOn: false))
        return files
    }

    private static func numbered(_ entry: [UInt8], _ place: Int) -> [UInt8] {
        let rest = entry.dropFirst(7).drop { $0 != UInt8(ascii: ",") }
        return Array(#"{"seq":\#(place)"#.utf8) + rest
    }
}
