import CareRecord
import Foundation
import MergeComparison
import MergeModel
import TestSupport
import Testing

@testable import ConflictResolver

@Suite("Random histories")
struct HistoryTests {
    /// How many histories are made; more by the environment variable `ACCORD_MERGE_HISTORIES`.
    static let historyCount: UInt64 =
        ProcessInfo.processInfo.environment["ACCORD_MERGE_HISTORIES"].flatMap { UInt64($0) } ?? 20
    static let firstSeed: UInt64 =
        ProcessInfo.processInfo.environment["ACCORD_MERGE_SEED"].flatMap { UInt64($0) } ?? 1
    static let stepCount = 40
    /// The seeds of one of two pieces of work, one for each processor of a small machine.
    static func seeds(_ piece: UInt64) -> [UInt64] {
        (firstSeed..<(firstSeed + historyCount)).filter { $0 % 2 == piece }
    }

    /// Each history at its end, made once for all tests that look only at ends.
    static let ended: [UInt64: HistoryGenerator] = Dictionary(
        uniqueKeysWithValues: (firstSeed..<(firstSeed + historyCount)).map { seed in
            (seed, HistoryGenerator.run(seed, steps: stepCount))
        })

    /// A history at its end.
    static func ended(_ seed: UInt64) -> HistoryGenerator {
        ended[seed] ?? .run(seed, steps: stepCount)
    }

    @Test(
        "the engine says what the reference model says: after every step, in any order of arrival",
        arguments: [0, 1])
    func engineFollowsModel(piece: UInt64) {
        for seed in Self.seeds(piece) {
            let outcome = HistoryRun.run(seed, steps: Self.stepCount)
            if let difference = outcome.difference {
                Issue.record("SEED=\(seed): \(difference)")
            }
        }
    }

    @Test("a history gives the same hash each time, and in parts what it gives as a whole")
    func hashesAddUp() throws {
        var lines: [String] = []
        for part in ["0/1", "0/2", "1/2"] {
            let words = ["histories=6", "seed=48", "part=\(part)"]
            let command = try #require(HistoriesCommand(arguments: words))
            #expect(command.run { lines.append($0) })
        }
        let counts = try lines.map { line in
            try line.split(separator: " ").dropFirst().map { try #require(UInt64($0)) }
        }
        #expect(counts.count == 3 && counts[0][0] == 6)
        #expect(counts[0] == zip(counts[1], counts[2]).map { $0 &+ $1 })
        #expect(HistoriesCommand(arguments: ["worlds=6"]) == nil)
    }

    @Test("the histories reach every kind and class of conflict")
    func historiesReachEverything() {
        var kinds: Set<Conflict.Kind> = []
        var classes: Set<ConflictClass> = []
        let all = Set(Conflict.Kind.allCases)
        for seed in 1...200 as ClosedRange<UInt64> where kinds != all {
            let generator = Self.ended(seed)
            for site in generator.sites.indices {
                let side = EngineSide(generator.root, generator.changes(at: site))
                for conflict in side.history.view()?.conflicts ?? [] {
                    kinds.insert(conflict.kind)
                    classes.insert(conflict.conflictClass)
                }
            }
        }
        #expect(kinds == all)
        #expect(classes == [.flagged, .human, .urgent])
    }
}
