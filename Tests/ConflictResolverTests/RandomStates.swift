import MergeComparison
import MergeModel

@testable import ConflictResolver

/// Merged states of random histories, each with the name that repeats it.
enum RandomStates {
    /// What every site holds at the end of a history, then what all hold together.
    ///
    /// - Parameter piece: which half of the seeds.
    static func ofSites(_ piece: UInt64, _ visit: (ResourceHistory, String) -> Void) {
        for seed in HistoryTests.seeds(piece) {
            let generator = HistoryTests.ended(seed)
            for site in generator.sites.indices {
                let side = EngineSide(generator.root, generator.changes(at: site))
                visit(side.history, "SEED=\(seed), site \(site)")
            }
            visit(EngineSide(generator.root, generator.allChanges).history, "SEED=\(seed)")
        }
    }

    /// Resources of all listed types, made of pieces of valid ones.
    static func ofPieces(_ piece: UInt64, _ visit: (ResourceHistory, String) -> Void) {
        ofRounds(piece, visit) { ProjectionGenerator.run($0, steps: Int(3 + 3 * $1)) }
    }

    /// Resources of which R4 knows nothing.
    static func ofHostilePieces(_ piece: UInt64, _ visit: (ResourceHistory, String) -> Void) {
        ofRounds(piece, visit) { ProjectionGenerator.runHostile($0, steps: Int(1 + 2 * $1)) }
    }

    private static func ofRounds(
        _ piece: UInt64, _ visit: (ResourceHistory, String) -> Void,
        _ run: (_ number: UInt64, _ round: UInt64) -> Scenario
    ) {
        for seed in HistoryTests.seeds(piece) {
            for round in 0..<8 as Range<UInt64> {
                let scenario = run(seed * 8 + round, round)
                visit(scenario.history, "SEED=\(seed), round \(round), \(scenario.type)")
            }
        }
    }
}
