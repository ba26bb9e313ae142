import TestSupport
import Testing

/// What befalls one of two sites while it works, and how the site comes back.
protocol NodeFault {
    /// What a site's daemon needs in its environment.
    func settings(of label: String) -> [String: String]

    /// Before the import of a round begins.
    mutating func prepare(_ victim: Site) async throws

    /// While the import runs.
    ///
    /// - Returns: whether anything happened, once it is over.
    mutating func strike(
        _ victim: Site, during command: RunningCommand, of link: SiteLink
    ) async throws -> Bool

    /// The site works when this returns.
    mutating func mend(_ victim: Site) async throws
}

extension NodeFault {
    func settings(of label: String) -> [String: String] { [:] }

    func prepare(_ victim: Site) async throws {}

    /// Waits until something has happened, or the round is over without it.
    func wait(
        for command: RunningCommand, of link: SiteLink, or hasHappened: () -> Bool
    ) async throws -> Bool {
        try await Deadline.wait(for: "a fault, or the end of the round", within: .seconds(60)) {
            if hasHappened() { return true }
            guard command.process.exitStatus != nil else { return false }
            for site in [link.first, link.second] {
                // A command of a site that has just been killed fails.
                let status = try await site.accord("status", "--format", "json")
                guard status.status == 0 else { return hasHappened() }
                guard try status.answer(StatusAnswer.self).isInStep else { return hasHappened() }
            }
            return true
        }
        return hasHappened()
    }
}

/// kill -9 at a random moment.
struct RandomKill: NodeFault {
    var moments: SeededGenerator

    mutating func strike(
        _ victim: Site, during command: RunningCommand, of link: SiteLink
    ) async throws -> Bool {
        // The random moment that the test is about.
        try await Task.sleep(for: .milliseconds(Int.random(in: 0...350, using: &moments)))
        try await victim.kill()
        return true
    }

    func mend(_ victim: Site) async throws {
        try await victim.start()
    }
}

/// kill -9 at the first, second, third … time that the site makes something durable in a round.
struct SyncKill: NodeFault {
    private let plans: [String: FaultPlan]
    private var moments: SeededGenerator
    private var next: [String: Int] = [:]
    private(set) var longest = 0

    init(_ labels: [String], seed: UInt64, in folder: TemporaryFolder) async throws {
        plans = try await FaultPlan.plans(for: labels, in: folder)
        moments = SeededGenerator(seed: seed)
    }

    func settings(of label: String) -> [String: String] { plans[label]?.settings ?? [:] }

    mutating func prepare(_ victim: Site) async throws {
        let number = next[victim.label, default: 1]
        let action: FaultPlan.Action = Bool.random(using: &moments) ? .killBefore : .killAfter
        try plans[victim.label]?.arm(action, at: number...number, of: [.sync])
        next[victim.label] = number + 1
    }

    mutating func strike(
        _ victim: Site, during command: RunningCommand, of link: SiteLink
    ) async throws -> Bool {
        let isKilled = try await wait(for: command, of: link) { !victim.isRunning }
        longest = max(longest, (next[victim.label] ?? 1) - (isKilled ? 1 : 2))
        // A whole round has fewer: begin anew.
        if !isKilled { next[victim.label] = 1 }
        return isKilled
    }

    func mend(_ victim: Site) async throws {
        try plans[victim.label]?.disarm()
        if !victim.isRunning { try await victim.start() }
    }
}

/// The power of the disk, and with it of the machine, is cut at a random moment.
struct PowerCut: NodeFault {
    private let disks: [String: LoopDisk]
    private var moments: SeededGenerator

    /// Makes a disk for the data of each site; the sites are to be made after it.
    init(_ labels: [String], seed: UInt64, in folder: TemporaryFolder) async throws {
        var disks: [String: LoopDisk] = [:]
        for label in labels {
            disks[label] = try await LoopDisk(at: folder.path + "/\(label)/data", in: folder)
        }
        self.disks = disks
        moments = SeededGenerator(seed: seed)
    }

    mutating func strike(
        _ victim: Site, during command: RunningCommand, of link: SiteLink
    ) async throws -> Bool {
        // The random moment that the test is about.
        try await Task.sleep(for: .milliseconds(Int.random(in: 0...500, using: &moments)))
        try disks[victim.label]?.cutPower()
        try await victim.kill()
        return true
    }

    func mend(_ victim: Site) async throws {
        try await disks[victim.label]?.remount()
        try await victim.start()
    }
}

/// The wall clock jumps while the site works, and later jumps back.
struct ClockJump: NodeFault {
    static let jumps: [Int64] = [1, -1, 7_200, -7_200, 5 * 366 * 86_400, -5 * 366 * 86_400]
    private let clocks: [String: ShiftedClock]
    private var next = 0
    private var moments: SeededGenerator

    init(_ labels: [String], seed: UInt64, in folder: TemporaryFolder) async throws {
        var clocks: [String: ShiftedClock] = [:]
        for label in labels { clocks[label] = try await ShiftedClock(in: folder, for: label) }
        self.clocks = clocks
        moments = SeededGenerator(seed: seed)
    }

    func settings(of label: String) -> [String: String] { clocks[label]?.settings ?? [:] }

    mutating func strike(
        _ victim: Site, during command: RunningCommand, of link: SiteLink
    ) async throws -> Bool {
        try await Task.sleep(for: .milliseconds(Int.random(in: 0...200, using: &moments)))
        // Two rounds for each jump, one for either site.
        try clocks[victim.label]?.shift(by: Self.jumps[next / 2 % Self.jumps.count])
        next += 1
        #expect(try await command.result().status == 0)
        return true
    }

    func mend(_ victim: Site) async throws {
        try clocks[victim.label]?.shift(by: 0)
        #expect(victim.isRunning)
    }
}
