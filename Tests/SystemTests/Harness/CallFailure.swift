import Glibc
import TestSupport
import Testing

/// A call by which a site writes its files fails, or writes half of what it should, once.
///
/// Afterwards the site either works as if nothing had happened, or it stops by itself and says what
/// to do; it never stays and refuses for ever.
struct CallFailure: NodeFault {
    /// What fails, and how.
    private static let kinds: [(FaultPlan.Calls, FaultPlan.Action)] = [
        (.sync, .fail(EIO)), (.write, .fail(EIO)), (.write, .fail(ENOSPC)), (.write, .short),
        (.sync, .fail(ENOSPC)), (.rename, .fail(EIO)), (.resize, .fail(EIO)),
    ]

    private let plans: [String: FaultPlan]
    private var moments: SeededGenerator
    private var round = 0
    private(set) var stops = 0

    init(_ labels: [String], seed: UInt64, in folder: TemporaryFolder) async throws {
        plans = try await FaultPlan.plans(for: labels, in: folder)
        moments = SeededGenerator(seed: seed)
    }

    func settings(of label: String) -> [String: String] { plans[label]?.settings ?? [:] }

    mutating func prepare(_ victim: Site) async throws {
        // Two rounds for each kind, one for either site.
        let (calls, action) = Self.kinds[round / 2 % Self.kinds.count]
        round += 1
        // There are many writes in a round, and few of the others.
        let most = calls == .write ? 6 : calls == .sync ? 4 : 1
        let number = Int.random(
            in: 1...(1 << Int.random(in: 0...most, using: &moments)), using: &moments)
        try plans[victim.label]?.arm(action, at: number...number, of: calls)
    }

    mutating func strike(
        _ victim: Site, during command: RunningCommand, of link: SiteLink
    ) async throws -> Bool {
        let plan = try #require(plans[victim.label])
        return try await wait(for: command, of: link) { plan.struck > 0 }
    }

    mutating func mend(_ victim: Site) async throws {
        try plans[victim.label]?.disarm()
        if try await works(victim) { return }
        let status = try await victim.end(within: .seconds(20))
        #expect(status == 74, "\(victim.log.suffix(1_000))")
        #expect(victim.log.contains("Check the disk"))
        stops += 1
        try await victim.start()
    }

    /// Whether the site takes what is written to it; a look at patients is written to the audit log.
    private func works(_ site: Site) async throws -> Bool {
        for _ in 0..<3 {
            let result = try await site.accord("patient", "find", "nobody-of-that-name")
            if result.status > 1 { return false }
        }
        return site.isRunning
    }
}
