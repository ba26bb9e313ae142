import RecordStore
import SimulationSupport
import TestSupport
import Testing

/// A random history: lives of one store, each ended by a power cut, a kill, an error or a full
/// disk at a random call; the seed decides operations, faults and what survives.
struct DiskHistory {
    private let world: DiskWorld
    private let seed: UInt64
    private var random: SeededGenerator
    private let disk: SimulatedDisk
    private var site: TestSite
    /// What was acknowledged last, as the disk was then.
    private var acknowledged: SimulatedDisk
    /// What happened, for whoever must find out why.
    private var story: [String] = []
    private(set) var operations = 0
    private(set) var crashes = 0
    private(set) var failures = 0

    /// How a life ends.
    private enum End: CaseIterable {
        case powerCut, powerCutLater, powerCutBetween, kill, error, fullDisk
    }

    init(_ world: DiskWorld, seed: UInt64) throws {
        self.world = world
        self.seed = seed
        random = SeededGenerator(seed: seed)
        disk = world.template.copy(seed: seed, sectorBytes: seed.isMultiple(of: 2) ? 512 : 4096)
        acknowledged = disk.copy(seed: 0)
        world.practice.clock.now = 1_780_000_000_000
        site = try world.open(disk)
    }

    private var comment: Comment {
        "ACCORD_SEED=\(seed) ACCORD_HISTORIES=1: \(story.joined(separator: ", "))"
    }

    mutating func run() async throws {
        for _ in 0..<Int.random(in: 1...3, using: &random) {
            let end = End.allCases.randomElement(using: &random) ?? .powerCut
            try await live(until: end)
        }
        while try await site.store.stepSharing() {}
        let digest = try await site.store.contentDigest()
        try site.store.close()
        site = try TestSite(reopening: site)
        #expect(try await site.store.contentDigest() == digest, comment)
        try StoreInvariants.check(disk, comment)
        try site.store.close()
    }

    private mutating func live(until end: End) async throws {
        story.append("until \(end)")
        arrange(end)
        for _ in 0..<Int.random(in: 1...10, using: &random) {
            passTime()
            let operation = StoreOperation.random(using: &random)
            operations += 1
            story.append("\(operation)")
            do {
                try await operation.run(site, world)
                acknowledged = disk.copy(seed: 0)
            } catch let failure as StoreFailure where Self.isAnAnswer(failure) {
                acknowledged = disk.copy(seed: 0)
            } catch {
                #expect(error is StoreFailure, "\(error) at \(operation), \(comment)")
                try await recover(from: end, at: operation)
                return
            }
        }
        disk.heal()
        guard end != .error && end != .fullDisk else { return }
        disk.cutPower()
        try await restart(end == .kill ? .cache : .some)
        let image = try StoreImage(of: disk)
        let expected = try StoreImage(of: acknowledged)
        #expect(image.changes(since: expected) == [], comment)
    }

    private mutating func arrange(_ end: End) {
        switch end {
        case .powerCut: disk.crash(at: Int.random(in: 1...60, using: &random))
        case .powerCutLater: disk.crash(at: Int.random(in: 1...400, using: &random))
        case .error:
            disk.fail(.all, with: .error, at: Int.random(in: 1...400, using: &random))
        case .fullDisk:
            disk.fail(
                .write, with: .full, at: Int.random(in: 1...100, using: &random), count: nil)
        case .kill, .powerCutBetween: break
        }
    }

    /// Most often a little; sometimes the clock jumps and is corrected.
    private func passTime() {
        var random = random
        let clock = world.practice.clock
        switch Int.random(in: 0..<20, using: &random) {
        case 0: clock.correct(to: 1_780_000_000_000 - 400 * 86_400_000)
        case 1: clock.advance(days: 4_000)
        case 2: clock.correct(to: 1_780_000_000_000)
        default: clock.advance(milliseconds: 500)
        }
    }

    /// Whether a failure says something about what was asked for, not about the disk.
    private static func isAnAnswer(_ failure: StoreFailure) -> Bool {
        failure.code == .notFound || failure.code == .alreadyThere
    }

    private mutating func recover(from end: End, at operation: StoreOperation) async throws {
        failures += 1
        story.append("failed, \(site.store.isStopped ? "stopped" : "goes on")")
        let wasFull = end == .fullDisk
        disk.heal()
        if wasFull || (end == .error && !site.store.isStopped) {
            #expect(!site.store.isStopped, comment)
        } else {
            disk.cutPower()
            let survivals: [SimulatedDisk.Survival] =
                end == .error
                ? [.cache, .cacheWithoutFailed, .some, .synced]
                : [.some, .some, .synced, .everything]
            try await restart(survivals.randomElement(using: &random) ?? .some)
        }
        try verify()
        // Whoever was not answered asks again.
        do {
            try await operation.run(site, world)
        } catch let failure as StoreFailure where Self.isAnAnswer(failure) {}
        acknowledged = disk.copy(seed: 0)
        try verify()
    }

    private mutating func restart(_ survival: SimulatedDisk.Survival) async throws {
        crashes += 1
        story.append("\(survival)")
        try? site.store.close()
        disk.powerOn(survival)
        site = try TestSite(reopening: site)
        try verify()
    }

    private func verify() throws {
        let lost = try StoreImage(of: acknowledged).lost(in: try StoreImage(of: disk))
        #expect(lost == [], comment)
        try StoreInvariants.check(disk, comment)
    }
}

/// Random histories; `ACCORD_HISTORIES=2000` runs as many, from `ACCORD_SEED` on.
@Suite struct DiskHistoryTests {
    @Test("random histories with random faults lose nothing and leave nothing half done")
    func histories() async throws {
        let world = try await DiskWorld()
        var (operations, crashes, failures) = (0, 0, 0)
        for seed in DiskEffort.seed..<DiskEffort.seed + UInt64(DiskEffort.histories) {
            var history = try DiskHistory(world, seed: seed)
            try await history.run()
            operations += history.operations
            crashes += history.crashes
            failures += history.failures
        }
        print(
            "disk: \(DiskEffort.histories) histories, \(operations) operations, \(crashes) "
                + "restarts, \(failures) failures")
        #expect(crashes > 0 || DiskEffort.histories < 10)
    }
}
