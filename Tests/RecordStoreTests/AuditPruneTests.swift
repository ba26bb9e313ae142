import AuditTrail
import CareRecord
import Foundation
import ProgramSupport
import Signing
import SimulationSupport
import Testing

@testable import RecordStore

/// Pruning of the audit log.
@Suite struct AuditPruneTests {
    private static let day: Int64 = 86_400_000
    private static let fact = AuditFact(kind: .read, actor: TestSite.actor)

    /// A log of 800 entries, of which 300 are two steps of 2,000 days old and 400 one step; the
    /// first five tell of events.
    private static func agedLog(on disk: SimulatedDisk? = nil) async throws -> TestSite {
        let site = try TestSite("practice", on: disk)
        for number in 0..<5 { try await site.importFile(TestBundles.patient("p\(number)")) }
        for count in [95, 200, 400, 100] {
            try await site.store.record([AuditFact](repeating: fact, count: count))
            try await site.store.signAuditLog()
            if count >= 200 { site.clock.advance(days: 2_000) }
        }
        return site
    }

    private static func files(of store: SiteStore) async throws -> [String: [UInt8]] {
        var export = try await store.exportAuditLog(actor: TestSite.actor)
        var files: [String: [UInt8]] = [:]
        while let (path, content) = try await export.next() { files[path] = content }
        return files
    }

    /// Prunes whatever is older than so many days.
    @discardableResult
    private static func prune(
        _ site: TestSite, olderThan days: Int64, archive: [String: [UInt8]]? = nil
    ) async throws -> AuditPruneOutcome {
        var files = archive ?? [:]
        if archive == nil { files = try await Self.files(of: site.store) }
        let export = try BundleExport(encoded: try #require(files["export"]))
        let order = AuditPruneOrder(
            beforeMilliseconds: site.clock.now - days * day, archive: export, quorum: 1)
        return try await site.store.pruneAuditLog(order, actor: TestSite.actor)
    }

    /// The verdict in the store, and that on an export, which must not differ but for rows that are
    /// in no export.
    private static func verdict(
        _ site: TestSite, isOnlyInStore: Bool = false
    ) async throws -> String {
        let verdict = try await site.store.verifyAuditLog(LogVerifier.Policy())
        var policy = LogVerifier.Policy()
        policy.keys = try await site.store.auditKeys()
        let files = try await files(of: site.store)
        let exported = try LogVerifier(policy: policy).verify { files[$0] }
        #expect(exported.exitCode == (isOnlyInStore ? 0 : verdict.exitCode))
        return verdict.line
    }

    @Test("the oldest entries go in steps of 256, and what is left is checked, proven and exported")
    func pruned() async throws {
        let site = try await Self.agedLog()
        let heads = try await site.store.auditHeads()
        let early = try await site.store.proveAuditEntry(5, actor: TestSite.actor)
        let archive = try await Self.files(of: site.store)
        let outcome = try await Self.prune(site, olderThan: 3_000, archive: archive)
        #expect(outcome == .pruned(minimum: 256, dropped: 256, mayGoOn: false))
        let kept = try LogVerifier().verify { archive[$0] }
        #expect(kept.line.hasPrefix("intact entries=802 minimum=0 "))
        let part = try #require(try await site.store.prunedAudit())
        #expect(part.minimum == 256 && part.milliseconds == site.clock.now)
        #expect(part.digest == Hexadecimal.text(Digest.sha256(try #require(archive["files"]))))
        let restarted = try site.copyOfOpenFiles()
        try await Self.expectWhole(site, heads: heads, early: early)
        try await Self.expectWhole(restarted, heads: heads, early: early)
        site.clock.advance(days: 1)
        let second = try await Self.prune(site, olderThan: 1_000)
        #expect(second == .pruned(minimum: 512, dropped: 256, mayGoOn: false))
        let copy = try site.copyOfOpenFiles()
        #expect(try await Self.verdict(copy).contains(" minimum=512 "))
        #expect(try await copy.store.auditCoverageGap() == nil)
        try await site.importFile(TestBundles.patient("late"))
        #expect(try await site.store.auditCoverageGap() == nil)
    }

    /// What was proven and signed before still holds, and new proofs can be made.
    private static func expectWhole(
        _ seen: TestSite, heads: [SignedHead], early: EntryProof
    ) async throws {
        #expect(!seen.store.auditStanding.isContradicted)
        #expect(try await Self.verdict(seen).hasPrefix("intact entries=803 minimum=256 "))
        #expect(try await seen.store.auditCoverageGap() == nil)
        for sequence in [256, 511, 600, 802] as [UInt64] {
            let proof = try await seen.store.proveAuditEntry(sequence, actor: TestSite.actor)
            #expect(try proof.verify(keys: [seen.store.auditKey]).isEmpty)
        }
        await #expect {
            try await seen.store.proveAuditEntry(255, actor: TestSite.actor)
        } throws: { error in
            (error as? StoreFailure)?.code == .notFound
        }
        // What was proven and signed before still holds.
        #expect(try early.verify(keys: [seen.store.auditKey]).isEmpty)
        for head in heads { #expect(try await seen.store.checkAuditLog(against: head)) }
        let newest = try #require(try await seen.store.auditHead()).head
        for head in heads.map(\.head) where head.size >= 256 {
            let proof = try await seen.store.withAuditTree(size: newest.size) { tree in
                try tree.consistencyProof(from: head.size)
            }
            #expect(
                MerkleProof.isConsistent(
                    oldSize: head.size, oldRoot: head.root, newSize: newest.size,
                    newRoot: newest.root, proof: proof))
        }
        #expect(try await seen.store.auditTile(TileID(level: 0, index: 0)) == nil)
        #expect(try await seen.store.auditTile(TileID(level: 0, index: 1)) != nil)
    }

    @Test("one order is carried out in steps, each with its own entry")
    func steps() async throws {
        let site = try await Self.agedLog()
        let archive = try await Self.files(of: site.store)
        var order = AuditPruneOrder(
            beforeMilliseconds: site.clock.now - 1_000 * Self.day,
            archive: try BundleExport(encoded: try #require(archive["export"])), quorum: 1)
        order.stepEntriesMax = 256
        var minima: [UInt64] = []
        while case .pruned(let minimum, let dropped, let mayGoOn) = try await site.store
            .pruneAuditLog(order, actor: TestSite.actor)
        {
            minima.append(minimum)
            #expect(dropped == 256 && mayGoOn)
            #expect(try await Self.verdict(site).contains(" minimum=\(minimum) "))
            #expect(try await site.store.auditCoverageGap() == nil)
        }
        #expect(minima == [256, 512])
    }

    @Test("nothing goes that is held, not old enough, not cosigned, or in no archive of this log")
    func kept() async throws {
        let site = try await Self.agedLog()
        #expect(try await Self.prune(site, olderThan: 5_000) == .nothing)
        _ = try await site.store.holdAuditLog(reason: "case", until: nil, actor: TestSite.actor)
        #expect(try await Self.prune(site, olderThan: 1_000) == .held)
        try await site.store.releaseAuditHold(actor: TestSite.actor)
        let stranger = try await Self.agedLog()
        let other = try await Self.files(of: stranger.store)
        let foreign = AuditPruneOrder(
            beforeMilliseconds: site.clock.now,
            archive: try BundleExport(encoded: try #require(other["export"])), quorum: 1)
        let refused = try await site.store.pruneAuditLog(foreign, actor: TestSite.actor)
        #expect(refused == .foreignArchive)
        try await site.enrol(try TestSite("hospital"))
        #expect(try await Self.prune(site, olderThan: 1_000) == .nothing)
        try site.execute(
            "INSERT INTO cosigner (peer, size, base, status, answered) VALUES (1, 700, 700, 200, 0)"
        )
        try site.execute("UPDATE cosigner SET base = 255")
        #expect(try await Self.prune(site, olderThan: 1_000) == .nothing)
        #expect(try site.number("SELECT count(*) FROM audit WHERE seq = 0") == 1)
        try site.execute("UPDATE cosigner SET base = 700, size = 300")
        #expect(
            try await Self.prune(site, olderThan: 1_000)
                == .pruned(minimum: 256, dropped: 256, mayGoOn: false))
        try await site.store.stopSigningAuditLog()
        #expect(try await Self.prune(site, olderThan: 1_000) == .contradicted)
    }

    @Test("the entry that leaves an agency out of accountings stays as long as that lasts")
    func suspension() async throws {
        let site = try TestSite("practice")
        try await site.enrol(try TestSite("agency"))
        _ = try await site.store.suspendAccounting(
            peerName: "agency", until: site.clock.now + 3_000 * Self.day, reason: nil,
            actor: TestSite.actor)
        try await site.store.record([AuditFact](repeating: Self.fact, count: 400))
        try await site.store.signAuditLog()
        try site.execute(
            "INSERT INTO cosigner (peer, size, base, status, answered) VALUES (1, 300, 300, 200, 0)"
        )
        site.clock.advance(days: 2_000)
        #expect(try await Self.prune(site, olderThan: 1_000) == .suspended)
        #expect(try await site.store.suspendedAgencies().map(\.name) == ["agency"])
        site.clock.advance(days: 1_001)
        #expect(
            try await Self.prune(site, olderThan: 1_000)
                == .pruned(minimum: 256, dropped: 256, mayGoOn: false))
        #expect(try await site.store.suspendedAgencies().isEmpty)
    }

    @Test("a witness that names a size inside the pruned part is shown growth from its last head")
    func baseInside() async throws {
        let site = try await Self.agedLog()
        let hospital = try TestSite("hospital")
        try await Self.prune(site, olderThan: 3_000)
        try await site.enrol(hospital)
        try site.execute(
            "INSERT INTO cosigner (peer, size, base, status, answered) VALUES (1, 600, 0, 409, 0)")
        for (base, from) in [(100, 600), (255, 600), (0, 0), (256, 256), (300, 300)] {
            try site.execute("UPDATE cosigner SET base = \(base)")
            let request = try await site.store.witnessRequest(for: hospital.site)
            #expect(request?.oldSize == UInt64(from), "base \(base)")
        }
    }

    @Test("the note of a table is no archive")
    func tableNote() async throws {
        let site = try await Self.agedLog()
        var table = try await site.store.exportAuditTable(form: "csv", actor: TestSite.actor)
        while try await !table.nextEntries().isEmpty {}
        let files = try await table.closing(path: "entries.csv", sha256: Digest.sha256([]))
        let note = try #require(files.last { $0.path == LogBundle.exportPath }).content
        #expect(throws: LogRefusal.badHead) { try BundleExport(encoded: note) }
    }

    @Test(
        "a log that was pruned otherwise than its entry says is evidence",
        arguments: [
            ("DELETE FROM audit_prune", "evidence seq=0 check=prune"),
            ("UPDATE audit_prune SET entry = 700", "evidence seq=0 check=prune"),
            ("DELETE FROM audit WHERE seq = 801", "evidence seq=768 check=tile"),
            (
                """
                UPDATE audit SET entry = CAST(replace(CAST(entry AS TEXT), '"events":256',
                  '"events":512') AS BLOB) WHERE seq = 801
                """, "evidence seq=801 check=leaf"
            ),
            (
                // As the store itself would, but for the entry.
                """
                DELETE FROM audit WHERE seq < 512; DELETE FROM audit_tile WHERE id < 2;
                INSERT INTO audit_pruned_tile VALUES (1, ROOT)
                """, "evidence seq=0 check=prune"
            ),
            ("DELETE FROM audit WHERE seq < 300", "evidence seq=256 check=seq"),
            ("DELETE FROM audit_pruned_tile", "evidence seq=0 check=tile"),
            ("UPDATE audit_pruned_tile SET root = zeroblob(32)", "evidence seq=0 check=root"),
        ])
    func changed(change: String, expected: String) async throws {
        let site = try await Self.agedLog()
        try await Self.prune(site, olderThan: 3_000)
        let tile = try #require(try await site.store.auditTile(TileID(level: 0, index: 1)))
        let root = MerkleTiles.root(ofTile: try #require(TreeHash.list(tile)))
        try site.execute(change.replacing("ROOT", with: "x'\(Hexadecimal.text(root.bytes))'"))
        let copy = try site.copyOfOpenFiles()
        let isOnlyInStore = change.contains("audit_prune") && !change.contains("audit_pruned")
        let line = try await Self.verdict(copy, isOnlyInStore: isOnlyInStore)
        #expect(line == expected)
        var report = TamperReport(
            row: 11, "pruned otherwise than its entry says: rows", verifiers: "product")
        report.add(line: line)
        try report.write()
    }

    @Test("events that are gone with their entries are missed, and those of pruned entries are not")
    func counted() async throws {
        let site = try await Self.agedLog()
        try await Self.prune(site, olderThan: 3_000)
        #expect(try site.number("SELECT sum(events) FROM audit_pruned_event") == 5)
        try site.execute("UPDATE audit_pruned_event SET events = events + 1")
        #expect(try await site.store.auditCoverageGap() != nil)
    }

    @Test(
        "a power cut at any call leaves the log whole or pruned, with its entry, and never between")
    func crash() async throws {
        let template = SimulatedDisk(seed: 1)
        let site = try await Self.agedLog(on: template)
        let archive = try await Self.files(of: site.store)
        let export = try BundleExport(encoded: try #require(archive["export"]))
        let order = AuditPruneOrder(
            beforeMilliseconds: site.clock.now - 3_000 * Self.day, archive: export, quorum: 1)
        try site.store.close()
        var minima: Set<UInt64> = []
        var isOver = false
        var call = 1
        while !isOver {
            let disk = template.copy(seed: UInt64(call))
            let before = try TestSite(reopening: site, on: disk)
            disk.crash(at: call)
            let outcome = try? await before.store.pruneAuditLog(order, actor: TestSite.actor)
            isOver = !disk.isOff
            disk.cutPower()
            try? before.store.close()
            disk.powerOn()
            let after = try TestSite(reopening: site, on: disk)
            let part = try await after.store.prunedAudit()
            let minimum = part?.minimum ?? 0
            if outcome != nil { #expect(minimum == 256, "cut at call \(call)") }
            let verdict = try await after.store.verifyAuditLog(LogVerifier.Policy())
            #expect(verdict.line.contains(" minimum=\(minimum) "), "cut at call \(call)")
            #expect(try await after.store.auditCoverageGap() == nil, "cut at call \(call)")
            minima.insert(minimum)
            try after.store.close()
            call += 1
        }
        #expect(minima == [0, 256])
        #expect(call > 5)
    }
}
