import Foundation
import Testing

/// Imports at one site, which the other receives, while something befalls either of them.
///
/// After every fault, before the two meet again, each site still holds what it had acknowledged:
/// the imports that ended with 0, and the events whose answer the sender had written down.
struct FaultLoop<Fault: NodeFault> {
    let link: SiteLink
    private(set) var fault: Fault
    private let samples: SampleFiles
    private let patientsOfRound: Int
    /// Files whose import was acknowledged, and what they hold together.
    private var acknowledged: [String] = []
    private var resources = 0
    private(set) var tally = Tally()

    /// What happened, for the record.
    struct Tally {
        var sender = 0
        var receiver = 0
        var interruptedImports = 0
        var settledEvents = 0
    }

    /// Two sites in step; the directory is imported.
    ///
    /// - Parameter rounds: how many there will be; each imports as many of the patients.
    init(
        samples: SampleFiles, rounds: Int, fault: Fault, in folder: TemporaryFolder
    ) async throws {
        self.samples = samples
        self.fault = fault
        patientsOfRound = samples.patients.count / max(1, rounds)
        link = try await SiteLink.started(in: folder) { fault.settings(of: $0) }
        try await link.grant()
        _ = try await link.first.takeIn([samples.directory])
        try noteAcknowledged([samples.directory])
    }

    /// Starts an import, lets the fault befall one of the sites, and runs the command again.
    mutating func run(round: Int) async throws {
        let start = round * patientsOfRound
        let files = Array(samples.patients[start..<(start + patientsOfRound)])
        let isSender = round % 2 == 1
        let victim = isSender ? link.first : link.second
        let command = ["import", "--format", "json"] + files
        try await fault.prepare(victim)
        let running = try link.first.launch(command)
        let hasStruck = try await fault.strike(victim, during: running, of: link)
        if hasStruck {
            tally.sender += isSender ? 1 : 0
            tally.receiver += isSender ? 0 : 1
        }
        let first = try await running.result(within: .seconds(60))
        if !isSender { link.cut() }
        try await fault.mend(victim)
        if first.status == 0 {
            try noteAcknowledged(files)
        } else {
            #expect(first.status == 2 || first.status == 1, "\(first)")
            #expect(isSender && hasStruck, "nothing else may interrupt an import: \(first)")
            tally.interruptedImports += 1
        }
        try await expectAcknowledged(round: round)
        if !isSender {
            tally.settledEvents = try await expectSettled(round: round)
            try link.heal()
        }
        let again = try await link.first.run(command).expect(0).answer(ImportAnswer.self)
        #expect(again.total.units == files.count, "round \(round)")
        #expect(again.total.refused == 0, "round \(round)")
        if first.status == 0 {
            #expect(again.total.alreadyImported == files.count, "round \(round)")
        } else {
            try noteAcknowledged(files)
        }
    }

    private mutating func noteAcknowledged(_ files: [String]) throws {
        acknowledged += files
        resources += try files.map(SampleFiles.entries).reduce(0, +)
    }

    /// Expects what the same commands without faults end with: at both sites everything, once, and
    /// told in both audit logs; then stops both in good order.
    func finish(in folder: TemporaryFolder) async throws {
        try await link.first.waitUntilHolding(resources, within: .seconds(90))
        try await link.second.waitUntilHolding(resources, within: .seconds(90))
        try await SiteNetwork.expectEqual([link.first, link.second])

        let reference = try await Site.started("reference", name: "Reference", in: folder)
        _ = try await reference.takeIn(samples.all)
        #expect(try await reference.status().resources == resources)
        #expect(try await reference.status().events == link.second.status().events)
        // A part of the patients, since each takes several commands at each site.
        let step = max(1, samples.patients.count / 10)
        let identifiers = try stride(from: 0, to: samples.patients.count, by: step)
            .map { try SampleFiles.identifier(of: samples.patients[$0]) }
        Holdings.expectEqual(
            try await Holdings.read(identifiers, at: link.second).anonymous,
            try await Holdings.read(identifiers, at: reference).anonymous)
        try await link.expectTold()
        try await link.stop()
    }

    /// Every import that ended with 0 is still there, whole.
    private func expectAcknowledged(round: Int) async throws {
        for file in acknowledged.suffix(patientsOfRound * 2) where file != samples.directory {
            let identifier = try SampleFiles.identifier(of: file)
            let id = try await link.first.patient(identifier).id
            let held = try await link.first.record(of: id).resources
            let entries = try SampleFiles.patientEntries(of: file)
            #expect(held == entries, "\(identifier) after round \(round)")
        }
        #expect(try await link.first.status().resources >= resources, "round \(round)")
    }

    /// Every event that the receiver answered for, as the sender wrote down, is still there.
    ///
    /// - Returns: how many there are.
    private func expectSettled(round: Int) async throws -> Int {
        let settled = try await StoreFile(of: link.first).settledEvents()
        let held = Set(try await StoreFile(of: link.second).sharedEvents())
        let lost = settled.filter { !held.contains($0) }
        #expect(lost.isEmpty, "\(lost.count) of \(settled.count) are lost in round \(round)")
        return settled.count
    }
}
