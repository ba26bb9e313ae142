import Foundation
import Testing

/// Imports at one site, which the other receives, while either is killed at random moments.
struct KillLoop {
    let link: SiteLink
    private let samples: SampleFiles
    private let patientsOfRound: Int
    private var moments: SeededMoments
    /// Files whose import was acknowledged.
    private var acknowledged: [String] = []
    private(set) var tally = Tally()

    /// What happened, for the record.
    struct Tally {
        var senderKills = 0
        var receiverKills = 0
        var interruptedImports = 0
        var acknowledgedBeforeKill = 0
    }

    /// Two sites in step; the directory is imported.
    init(samples: SampleFiles, seed: UInt64, in folder: TemporaryFolder) async throws {
        self.samples = samples
        patientsOfRound = samples.patients.count / max(1, Surrounding.kills)
        moments = SeededMoments(seed: seed)
        link = try await Self.link(in: folder)
        try await link.grant()
        _ = try await link.first.takeIn([samples.directory])
        acknowledged = [samples.directory]
    }

    static func link(in folder: TemporaryFolder) async throws -> SiteLink {
        let practice = try await Site.started("practice", name: "Example Practice", in: folder)
        let hospital = try await Site.started("hospital", name: "General Hospital", in: folder)
        return try await SiteLink(practice, hospital)
    }

    /// Starts an import, kills a daemon at a random moment of it, and runs the command again.
    mutating func run(round: Int) async throws {
        let start = round * patientsOfRound
        let files = Array(samples.patients[start..<(start + patientsOfRound)])
        let isSender = Bool.random(using: &moments)
        let victim = isSender ? link.first : link.second
        let command = ["import", "--format", "json"] + files
        let running = try link.first.launch(command)
        // The random moment that the test is about.
        try await Task.sleep(for: .milliseconds(Int.random(in: 0...350, using: &moments)))
        let wasAcknowledged = running.process.exitStatus == 0
        try await victim.kill()
        let first = try await running.result(within: .seconds(30))
        try await victim.start()
        tally.senderKills += isSender ? 1 : 0
        tally.receiverKills += isSender ? 0 : 1
        if first.status == 0 {
            acknowledged += files
            tally.acknowledgedBeforeKill += wasAcknowledged ? 1 : 0
        } else {
            #expect(first.status == 2 || first.status == 1, "\(first)")
            #expect(isSender, "only the sender's death may interrupt an import: \(first)")
            tally.interruptedImports += 1
        }
        try await expectAcknowledged(round: round)
        let again = try await link.first.run(command).expect(0).answer(ImportAnswer.self)
        #expect(again.total.units == files.count, "round \(round)")
        #expect(again.total.refused == 0, "round \(round)")
        if first.status == 0 {
            #expect(again.total.alreadyImported == files.count, "round \(round)")
        }
        acknowledged += first.status == 0 ? [] : files
    }

    /// Every import that ended with 0 is still there, whole.
    private func expectAcknowledged(round: Int) async throws {
        for file in acknowledged.suffix(patientsOfRound * 2) where file != samples.directory {
            let identifier = try SampleFiles.identifier(of: file)
            let id = try await link.first.patient(identifier).id
            let held = try await link.first.record(of: id).resources
            let entries = try SampleFiles.patientEntries(of: file)
            #expect(held == entries, "\(identifier) after the kill of round \(round)")
        }
        let resources = try acknowledged.map(SampleFiles.entries).reduce(0, +)
        #expect(try await link.first.status().resources >= resources, "round \(round)")
    }
}
