import AuditTrail
import CareRecord
import Foundation
import ProgramSupport
import SimulationSupport
import Testing

@testable import RecordStore

/// Logs that nobody touched: whatever ended the service, they pass all checks (`audit.md` §10).
@Suite struct FalseAlarmTests {
    /// What a log is held against after an end; `nil`: nothing found.
    private static func alarm(
        at site: TestSite, kept: SignedHead?, witnesses: [TestSite] = []
    ) async throws -> String? {
        if site.store.auditStanding.isContradicted { return "standing" }
        if let kept, try await !site.store.checkAuditLog(against: kept) { return "file outside" }
        let verdict = try await site.verdict(kept: kept)
        if verdict.exitCode != 0 { return verdict.line }
        if try await site.store.auditCoverageGap() != nil { return "coverage" }
        for witness in witnesses {
            let status = try await site.showHead(to: witness)
            guard [nil, 200, 409].contains(status) else { return "witness \(status ?? 0)" }
        }
        return site.store.auditStanding.isContradicted ? "witness" : nil
    }

    /// One act of those that write to the log; the last acknowledged head stands outside.
    private static func step(_ number: Int, at site: TestSite) async throws -> SignedHead? {
        switch number % 4 {
        case 0: try await site.importFile(TestBundles.patient("p\(number)"))
        case 1: try await site.act(number % 3 == 0 ? 200 : 7)
        case 2: try await site.grow(1)
        default: try await site.store.signAuditLog()
        }
        return try await site.store.auditHead()
    }

    @Test("logs whose service was killed after each act pass, also before their witnesses")
    func killed() async throws {
        let pair = try await TestSite.pair()
        var practice = pair.0
        let hospital = pair.1
        let clinic = try TestSite("clinic")
        try await practice.enrol(clinic)
        try await clinic.enrol(practice)
        var report = TamperReport(row: 0, "killed after each act", verifiers: "product")
        var exports: [[String: [UInt8]]] = []
        for number in 0..<(TamperReport.isFull ? 128 : 24) {
            let kept = try await Self.step(number, at: practice)
            // From here on the copy is the site: two of them would be a fork.
            practice = try practice.copyOfOpenFiles()
            let shown = number % 3 == 0 ? [hospital, clinic] : [hospital]
            let alarm = try await Self.alarm(at: practice, kept: kept, witnesses: shown)
            #expect(alarm == nil, "act \(number)")
            report.add(alarm ?? "passes")
            if number % 8 == 3 { exports.append(try await practice.exportedFiles()) }
        }
        try report.write()
        try Self.expectIntact(exports, "killed, exported")
    }

    /// Both verifiers pass every export.
    private static func expectIntact(_ exports: [[String: [UInt8]]], _ title: String) throws {
        var report = TamperReport(row: 0, title, verifiers: "both")
        let changes = exports.map { $0.mapValues { Optional($0) } }
        let second = try SecondVerifier.check(base: [:], changes: changes)
        #expect(second.count == exports.count)
        for (files, other) in zip(exports, second) {
            let verdict = try LogVerifier().verify { files[$0] }
            #expect(verdict.exitCode == 0 && verdict.line == other)
            report.add(verdict.exitCode == 0 && verdict.line == other ? "passes" : other)
        }
        try report.write()
    }

    /// A site on a disk, with a log that has a full tile, a head, and a head kept outside.
    private static func template() async throws -> (TestSite, SimulatedDisk, SignedHead) {
        let disk = SimulatedDisk(seed: 1)
        let site = try TestSite("practice", on: disk)
        try await site.importFile(TestBundles.patient("first"))
        try await site.grow(250)
        let head = try #require(try await site.store.auditHead())
        try site.store.checkpoint()
        try site.store.close()
        return (site, disk, head)
    }

    /// Works until a fault ends it; gives the newest head that was acknowledged.
    private static func work(_ site: TestSite, _ head: SignedHead) async -> SignedHead {
        var kept = head
        for number in 0..<8 {
            do {
                kept = try await step(number, at: site) ?? kept
            } catch {
                continue
            }
        }
        return kept
    }

    @Test("logs whose power was cut at any call pass")
    func powerCut() async throws {
        let (site, template, head) = try await Self.template()
        var report = TamperReport(row: 0, "power cut at any call", verifiers: "product")
        var exports: [[String: [UInt8]]] = []
        let stride = TamperReport.isFull ? 1 : 5
        var isOver = false
        var call = 1
        while !isOver {
            let disk = template.copy(seed: UInt64(call))
            let before = try TestSite(reopening: site, on: disk)
            disk.crash(at: call)
            let kept = await Self.work(before, head)
            isOver = !disk.isOff
            disk.cutPower()
            try? before.store.close()
            disk.powerOn()
            let after = try TestSite(reopening: site, on: disk)
            let alarm = try await Self.alarm(at: after, kept: kept)
            #expect(alarm == nil, "cut at call \(call)")
            report.add(alarm ?? "passes")
            if call % 16 == 1 { exports.append(try await after.exportedFiles()) }
            try after.store.close()
            call += stride
        }
        try report.write()
        try Self.expectIntact(exports, "power cut, exported")
    }

    @Test("logs whose disk was full at any write pass, at once and after a restart")
    func fullDisk() async throws {
        let (site, template, head) = try await Self.template()
        var report = TamperReport(row: 0, "disk full from any write on", verifiers: "product")
        let stride = TamperReport.isFull ? 1 : 5
        let measured = template.copy(seed: 0)
        let untroubled = try TestSite(reopening: site, on: measured)
        let before = measured.calls(.write)
        _ = await Self.work(untroubled, head)
        let writes = measured.calls(.write) - before
        try untroubled.store.close()
        for call in Swift.stride(from: 1, through: writes, by: stride) {
            let disk = template.copy(seed: UInt64(call))
            let full = try TestSite(reopening: site, on: disk)
            disk.fail(.write, with: .full, at: call, count: nil)
            let kept = await Self.work(full, head)
            disk.heal()
            let alarm = try await Self.alarm(at: full, kept: kept)
            #expect(alarm == nil, "full at write \(call)")
            disk.cutPower()
            try? full.store.close()
            disk.powerOn()
            let after = try TestSite(reopening: site, on: disk)
            let late = try await Self.alarm(at: after, kept: kept)
            #expect(late == nil, "full at write \(call), restarted")
            report.add(alarm ?? late ?? "passes")
            try after.store.close()
        }
        try report.write()
    }
}
