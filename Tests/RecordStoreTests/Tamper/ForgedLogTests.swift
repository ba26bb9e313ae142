import AuditTrail
import CareRecord
import Foundation
import ProgramSupport
import Signing
import Testing

@testable import RecordStore

/// Whole logs that were cut, put back, forked or written anew with the real key, at many positions,
/// beside two witnesses (`audit.md` §10).
@Suite struct ForgedLogTests {
    /// A practice, its two witnesses, and copies of all three as they were while its log grew.
    private struct World {
        let practice: TestSite
        let witnesses: [TestSite]
        var earlier: [(practice: TestSite, witness: TestSite)] = []

        init() async throws {
            practice = try TestSite("practice")
            witnesses = [try TestSite("hospital"), try TestSite("clinic")]
            for witness in witnesses {
                try await practice.enrol(witness)
                try await witness.enrol(practice)
            }
            let steps = TamperReport.isFull ? 32 : 6
            for step in 1...steps {
                let standing = Int(practice.store.auditStanding.edge.size)
                try await practice.grow(TamperReport.entries * step / steps - standing)
                for witness in witnesses { try await practice.showHead(to: witness) }
                earlier.append(
                    (try practice.copyOfOpenFiles(), try witnesses[0].copyOfOpenFiles()))
            }
            earlier.removeLast()
        }

        /// The places that both witnesses have cosigned.
        var places: Range<Int> { 0..<TamperReport.entries }
    }

    /// What a forged log finds out when it shows its head to a witness.
    private static func shown(_ log: TestSite, to witness: TestSite) async throws -> String? {
        let status = try await log.showHead(to: witness)
        let isStopped = log.store.auditStanding.isContradicted
        let exitCode = try await log.verdict().exitCode
        #expect(isStopped && exitCode == 1)
        return isStopped && exitCode == 1 ? status.map { "witness \($0)" } : nil
    }

    /// Whether each witness, asked about a log, holds a head against it.
    private static func asked(_ log: TestSite, _ witnesses: [TestSite]) async throws -> String? {
        var found = 0
        for witness in witnesses {
            let held = try await witness.store.heldHeads(ofLogsOf: log.site)
            let read = try HeldHead.read(LogBundle.headsFile(held), of: log.store.auditKey)
            let signed = read.compactMap { head in
                if case .signed(let signed) = head { signed } else { nil }
            }
            found += try await log.store.compare(signed, shownBy: witness.site).isEmpty ? 0 : 1
        }
        let exitCode = try await log.verdict().exitCode
        #expect(found == witnesses.count && exitCode == 1)
        return found == witnesses.count && exitCode == 1 ? "asked witnesses" : nil
    }

    /// What the head that is kept outside the store finds.
    private static func held(_ log: TestSite, against head: SignedHead) async throws -> String? {
        let verdict = try await log.verdict(kept: head)
        let agrees = try await log.store.checkAuditLog(against: head)
        #expect(verdict.exitCode == 1 && !agrees)
        return verdict.exitCode == 1 && !agrees ? "file outside" : nil
    }

    @Test("a log whose tail was cut with its heads, or that was put back")
    func cutAndPutBack() async throws {
        let world = try await World()
        let newest = try #require(try await world.practice.store.auditHead())
        let cuts = Forger.places(1..<TamperReport.entries, few: 12, full: 128, seed: 20)
        let makers =
            cuts.map { cut in { try world.practice.cut(to: cut) } }
            + world.earlier.map { old in { try old.practice.copyOfOpenFiles() } }
        for (title, range) in [
            ("tail cut with its heads, seeded places", 0..<cuts.count),
            ("whole database rolled back, each step", cuts.count..<makers.count),
        ] {
            var outside = TamperReport(row: 5, title, verifiers: "product")
            var peers = TamperReport(row: 5, title + ": peers", verifiers: "product")
            var asking = TamperReport(row: 5, title + ": asked", verifiers: "product")
            for make in makers[range] {
                outside.add(try await Self.held(try make(), against: newest))
                let later = try make()
                // It does not know better, and goes on.
                try await later.grow(2)
                peers.add(try await Self.shown(later, to: world.witnesses[1]))
                asking.add(try await Self.asked(try make(), world.witnesses))
            }
            for report in [outside, peers, asking] { try report.write() }
        }
    }

    @Test("a log that was cut below what it knows to be cosigned says so when it is opened")
    func cutBelowCosigned() async throws {
        let world = try await World()
        var report = TamperReport(
            row: 5, "tail cut with its heads, rows of cosigners left", verifiers: "product")
        for cut in Forger.places(1..<TamperReport.entries, few: 12, full: 128, seed: 22) {
            let log = try world.practice.cut(to: cut, forgets: false)
            let isFound = log.store.auditStanding.isContradicted
            let exitCode = try await log.verdict().exitCode
            #expect(isFound && exitCode == 1, "cut to \(cut)")
            report.add(isFound && exitCode == 1 ? "rows of cosigners" : nil)
        }
        try report.write()
    }

    @Test("a history that was rewritten and signed anew with the real key")
    func rewritten() async throws {
        let world = try await World()
        var peers = TamperReport(
            row: 6, "entry rewritten, signed with the real key, seeded places: session",
            verifiers: "product")
        var evidence = TamperReport(
            row: 6, "entry rewritten, signed with the real key, seeded places: shown as growth",
            verifiers: "product")
        var asking = TamperReport(
            row: 6, "entry rewritten, signed with the real key, seeded places: asked",
            verifiers: "product")
        var rows = TamperReport(
            row: 6, "entry rewritten, signed with the real key, rows of cosigners left",
            verifiers: "product")
        for place in Forger.places(world.places, few: 12, full: 128, seed: 21) {
            let remembering = try world.practice.forged(at: place, forgets: false)
            rows.add(line: try await remembering.verdict().line)
            let forged = try world.practice.forged(at: place)
            // By itself it agrees.
            #expect(try await forged.verdict().exitCode == 0)
            try await forged.grow()
            let witness = try world.witnesses[0].copyOfOpenFiles()
            let request = try #require(try await forged.store.witnessRequest(for: witness.site))
            #expect(request.oldSize == UInt64(TamperReport.entries))
            peers.add(try await Self.shown(forged, to: witness))
            // The witness keeps the head.
            let kept = try witness.number("SELECT count(*) FROM witness_evidence")
            #expect(kept == 1)
            evidence.add(kept == 1 ? "evidence at the witness" : nil)
            asking.add(
                try await Self.asked(try world.practice.forged(at: place), world.witnesses))
        }
        for report in [peers, evidence, asking, rows] { try report.write() }
    }

    @Test("two contradictory heads, one for each witness, from each step on")
    func twoHistories() async throws {
        let world = try await World()
        var report = TamperReport(
            row: 8, "two heads that contradict each other, one for each witness, each step",
            verifiers: "product")
        for old in world.earlier {
            let (first, second) = (
                try old.practice.copyOfOpenFiles(), try old.practice.copyOfOpenFiles()
            )
            let witnesses = [
                try old.witness.copyOfOpenFiles(), try Self.second(world),
            ]
            try await first.grow(20)
            #expect(try await first.showHead(to: witnesses[0]) == 200)
            try await second.grow(30)
            #expect([200, 409].contains(try await second.showHead(to: witnesses[1])))
            #expect(try await second.showHead(to: witnesses[1]) ?? 200 == 200)
            for (log, other) in [(first, witnesses[1]), (second, witnesses[0])] {
                #expect(try await log.verdict().exitCode == 0)
                report.add(try await Self.asked(log, [other]))
            }
        }
        try report.write()
    }

    /// A second witness that has cosigned nothing yet.
    private static func second(_ world: World) throws -> TestSite {
        let witness = try world.witnesses[1].copyOfOpenFiles()
        try witness.execute("DELETE FROM witness_evidence; DELETE FROM witnessed")
        return witness
    }

    @Test("a witness that was put back, to each step")
    func witnessPutBack() async throws {
        let world = try await World()
        let heads = try await world.witnesses[0].store.witnessedHeads()
        var own = TamperReport(row: 10, "witness rolled back, each step", verifiers: "product")
        var peer = TamperReport(
            row: 10, "witness rolled back, each step: the log it names a size to",
            verifiers: "product")
        for old in world.earlier {
            let recalling = try old.witness.copyOfOpenFiles()
            let recalled = try await recalling.store.recall(witnessed: heads)
            let isSame = try await recalling.store.witnessedHeads() == heads
            #expect(recalled == 1 && isSame)
            own.add(recalled == 1 && isSame ? "file outside" : nil)
            let log = try world.practice.copyOfOpenFiles()
            try await log.grow()
            let status = try await log.showHead(to: try old.witness.copyOfOpenFiles())
            let fallen = try log.number("SELECT fallen FROM cosigner WHERE fallen IS NOT NULL")
            #expect(status == 409 && fallen == TamperReport.entries)
            #expect(!log.store.auditStanding.isContradicted)
            peer.add(status == 409 && fallen == TamperReport.entries ? "409" : nil)
        }
        for report in [own, peer] { try report.write() }
    }
}
