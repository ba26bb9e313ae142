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
        RandomStates.ofSites(piece, Self.check)
    }

    @Test("so it is of all listed types, made of pieces of valid resources", arguments: [0, 1])
    func pieces(piece: UInt64) {
        RandomStates.ofPieces(piece, Self.check)
    }

    @Test("so it is of what no R4 resource has", arguments: [0, 1])
    func hostile(piece: UInt64) {
        RandomStates.ofHostilePieces(piece, Self.check)
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
