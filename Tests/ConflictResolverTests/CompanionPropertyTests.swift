import CareRecord
import MergeComparison
import MergeModel
import TestSupport
import Testing

@testable import ConflictResolver

/// S10, and that each open conflict has its issue, task and flag, in random merged states.
@Suite("Companions of random histories")
struct CompanionPropertyTests {
    private static func check(_ history: ResourceHistory, _ name: String) {
        if let problem = CompanionCheck.problem(history) { Issue.record("\(name): \(problem)") }
    }

    @Test(
        "everything shown has a Provenance, every conflict its issue and task", arguments: [0, 1])
    func histories(piece: UInt64) {
        for seed in HistoryTests.seeds(piece) {
            let generator = HistoryTests.ended(seed)
            for site in generator.sites.indices {
                let side = EngineSide(generator.root, generator.changes(at: site))
                Self.check(side.history, "SEED=\(seed), site \(site)")
            }
            Self.check(EngineSide(generator.root, generator.allChanges).history, "SEED=\(seed)")
        }
    }

    @Test("so it is of all listed types, made of pieces of valid resources", arguments: [0, 1])
    func pieces(piece: UInt64) {
        for seed in HistoryTests.seeds(piece) {
            for round in 0..<8 as Range<UInt64> {
                let number = seed * 8 + round
                let scenario = ProjectionGenerator.run(number, steps: Int(3 + 3 * round))
                Self.check(scenario.history, "SEED=\(seed), round \(round), \(scenario.type)")
            }
        }
    }

    @Test("so it is of what no R4 resource has", arguments: [0, 1])
    func hostile(piece: UInt64) {
        for seed in HistoryTests.seeds(piece) {
            for round in 0..<8 as Range<UInt64> {
                let scenario = ProjectionGenerator.runHostile(
                    seed * 8 + round, steps: Int(1 + 2 * round))
                Self.check(scenario.history, "SEED=\(seed), round \(round), \(scenario.type)")
            }
        }
    }

    @Test("equal changes give equal bytes, in whatever order they came", arguments: [0, 1])
    func determinism(piece: UInt64) throws {
        for seed in HistoryTests.seeds(piece) {
            var random = SeededGenerator(seed: seed)
            let generator = HistoryTests.ended(seed)
            let shuffled = generator.allChanges.shuffled(using: &random)
            try Self.expectEqual(
                EngineSide(generator.root, generator.allChanges).history,
                EngineSide(generator.root, shuffled).history)

            let scenario = ProjectionGenerator.run(seed, steps: 20)
            let changes = scenario.changes.shuffled(using: &random)
            try Self.expectEqual(scenario.history, scenario.history(of: changes))
        }
    }

    private static func expectEqual(_ one: ResourceHistory, _ other: ResourceHistory) throws {
        guard let view = one.view() else { return }
        let companions = one.companions(of: view) { _ in 1_700_000_000_000 }
        let again = other.companions(of: try #require(other.view())) { _ in 1_700_000_000_000 }
        #expect(companions == again)
    }
}
