import CareRecord
import MergeComparison
import MergeModel
import TestSupport
import Testing

@testable import ConflictResolver

/// S2, S5 and R4's invariants in random merged states.
///
/// The facets alone keep con-4, con-5, ait-2 and, of sources that keep it, gol-1: their members are
/// one value. They do not keep cpl-3, con-3, ait-1, pat-1 and what is required while somebody
/// has to decide: of those the projection takes care.
@Suite("Projections of random histories")
struct ProjectionPropertyTests {
    private static func check(_ history: ResourceHistory, _ name: String, isR4: Bool = true) {
        guard let view = history.view(), let projected = history.projected() else { return }
        if let problem = ProjectionCheck.problem(view, projected, isR4: isR4) {
            Issue.record("\(name): \(problem)")
        }
    }

    @Test("every head is found, nothing is new, and R4 holds", arguments: [0, 1])
    func histories(piece: UInt64) {
        RandomStates.ofSites(piece) { Self.check($0, $1) }
    }

    @Test("so it is of all listed types, made of pieces of valid resources", arguments: [0, 1])
    func pieces(piece: UInt64) {
        RandomStates.ofPieces(piece) { Self.check($0, $1) }
    }

    @Test("what no R4 resource has is neither lost nor invented either", arguments: [0, 1])
    func hostile(piece: UInt64) {
        RandomStates.ofHostilePieces(piece) { Self.check($0, $1, isR4: false) }
    }

    @Test("equal views give equal bytes, in whatever order the changes came", arguments: [0, 1])
    func determinism(piece: UInt64) {
        for seed in HistoryTests.seeds(piece) {
            let generator = HistoryTests.ended(seed)
            var random = SeededGenerator(seed: seed)
            let expected = EngineSide(generator.root, generator.allChanges).history.projected()
            let shuffled = generator.allChanges.shuffled(using: &random)
            #expect(EngineSide(generator.root, shuffled).history.projected() == expected)

            let scenario = ProjectionGenerator.run(seed, steps: 20)
            let changes = scenario.changes.shuffled(using: &random)
            #expect(scenario.history(of: changes).projected() == scenario.history.projected())
        }
    }
}
