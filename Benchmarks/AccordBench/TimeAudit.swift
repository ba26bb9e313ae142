import ArgumentParser
import Foundation
import SiteNode

/// Times the audit log of a stopped site, and prints a JSON object.
struct TimeAudit: AsyncParsableCommand {
    @Argument(help: "The site's configuration file.")
    var config: String

    @Argument(help: "How many entries to add first, in hundreds of them.")
    var entries: Int

    /// How long the audit log takes for what it does most.
    private struct Times: Encodable {
        /// Entries in the log when it was checked.
        var entries: UInt64 = 0
        /// Entries written a second, a hundred a transaction, each transaction durable.
        var appendsPerSecond = 0.0
        /// Entries checked in a second of one core, with reading them and with every hash.
        var checksPerSecond = 0.0
        /// Seconds that passed meanwhile.
        var checkSeconds = 0.0
        /// By how much the check raised what was in memory at most, in bytes.
        var checkBytes = 0
        /// Seconds of one core for holding the log against the events.
        var coverageSeconds = 0.0
        /// Milliseconds of a proof of one entry, with its own entry and a signed head; 99th percentile.
        var proofMilliseconds = 0.0
        /// Milliseconds of one core for a proof, on average.
        var proofProcessorMilliseconds = 0.0
    }

    func run() async throws {
        let inspection = try StoreInspection(
            configuration: try NodeConfiguration.read(path: config))
        var times = Times()
        let appending = try await ContinuousClock().measure {
            try await inspection.addAuditEntries(hundreds: entries / 100)
        }
        times.appendsPerSecond = Double(entries / 100 * 100) / (appending / .seconds(1))
        times.entries = inspection.auditEntries
        try await timeCheck(inspection, &times)
        try await timeProofs(inspection, &times)
        try inspection.close()
        print(String(decoding: try JSONEncoder().encode(times), as: UTF8.self))
    }

    private func timeProofs(_ inspection: StoreInspection, _ times: inout Times) async throws {
        let used = Self.processorSeconds()
        var proofs: [Duration] = []
        for number in 0..<200 as Range<UInt64> {
            let index = times.entries / 200 * number
            proofs.append(
                try await ContinuousClock().measure { try await inspection.proveAuditEntry(index) })
        }
        times.proofMilliseconds = proofs.sorted()[197] / .milliseconds(1)
        times.proofProcessorMilliseconds = (Self.processorSeconds() - used) / 200 * 1_000
    }

    private func timeCheck(_ inspection: StoreInspection, _ times: inout Times) async throws {
        try Data("5".utf8).write(to: URL(filePath: "/proc/self/clear_refs"))  // forgets VmHWM
        let before = try Self.memory("VmRSS")
        let used = Self.processorSeconds()
        let checking = try await ContinuousClock().measure { try await inspection.checkAuditLog() }
        let checked = Self.processorSeconds()
        times.checksPerSecond = Double(times.entries) / (checked - used)
        times.checkSeconds = checking / .seconds(1)
        times.checkBytes = try Self.memory("VmHWM") - before
        try await inspection.checkAuditCoverage()
        times.coverageSeconds = Self.processorSeconds() - checked
    }

    /// What this process has used of all cores together, in seconds.
    private static func processorSeconds() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }

    /// A figure of `/proc/self/status`, in bytes (proc(5)).
    private static func memory(_ name: String) throws -> Int {
        let status = try String(contentsOfFile: "/proc/self/status", encoding: .utf8)
        let line = status.split(separator: "\n").first { $0.hasPrefix(name + ":") } ?? ""
        let digits = line.drop { !$0.isNumber }.prefix { $0.isNumber }
        return (Int(digits) ?? 0) * 1_024
    }
}
