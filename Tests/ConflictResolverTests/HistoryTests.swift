import CareRecord
import Foundation
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

    @Test("after every step the engine says what the reference model says", arguments: [0, 1])
    func engineFollowsModel(piece: UInt64) {
        for seed in Self.seeds(piece) {
            if let difference = Self.run(seed) { Issue.record("SEED=\(seed): \(difference)") }
        }
    }

    @Test("changes that arrive in any order are what the reference model says", arguments: [0, 1])
    func engineFollowsModelInAnyOrder(piece: UInt64) {
        for seed in Self.seeds(piece) {
            let generator = Self.ended(seed)
            var random = SeededGenerator(seed: seed)
            var side = EngineSide(generator.root)
            var held: [WrittenChange] = []
            for change in generator.allChanges.shuffled(using: &random) {
                side.insert(change)
                held.append(change)
                guard random.chance(4) else { continue }
                let model = ReferenceModel(changes: held)
                if let difference = Comparison.difference(side.history, model) {
                    Issue.record("SEED=\(seed), \(held.count) changes: \(difference)")
                    break
                }
            }
        }
    }

    @Test("the histories reach every kind and class of conflict")
    func historiesReachEverything() {
        var kinds: Set<Conflict.Kind> = []
        var classes: Set<ConflictClass> = []
        for seed in 1...30 as ClosedRange<UInt64> {
            let generator = Self.ended(seed)
            for site in generator.sites.indices {
                let side = EngineSide(generator.root, generator.changes(at: site))
                for conflict in side.history.view()?.conflicts ?? [] {
                    kinds.insert(conflict.kind)
                    classes.insert(conflict.conflictClass)
                }
            }
        }
        #expect(kinds.isSuperset(of: Set(Conflict.Kind.allCases).subtracting([.unmatched])))
        #expect(classes == [.flagged, .human, .urgent])
    }

    private static func run(_ seed: UInt64) -> String? {
        var generator = HistoryGenerator(seed: seed)
        var sides = generator.sites.map { _ in EngineSide(generator.root) }
        for number in 0..<stepCount {
            let step = generator.step()
            if step.hasErased {
                sides = generator.sites.indices.map {
                    EngineSide(generator.root, generator.changes(at: $0))
                }
            } else {
                if step.site == sides.count { sides.append(EngineSide(generator.root)) }
                for event in step.learned {
                    for change in generator.events[event] { sides[step.site].insert(change) }
                }
            }
            let history = sides[step.site].history
            let model = generator.model(at: step.site)
            let difference =
                Comparison.difference(history, model)
                ?? step.resolution.flatMap { resolved($0, history, model.forks) }
            if let difference { return "step \(number), site \(step.site): \(difference)" }
        }
        return nil
    }

    /// S8: a resolution ends exactly the siblings that it lists.
    private static func resolved(
        _ resolution: HistoryGenerator.Resolution, _ history: ResourceHistory, _ forks: Set<Dot>
    ) -> String? {
        // A resolution that is itself a fork's branch makes the fork known, which ends less.
        if forks.contains(resolution.name.dot) { return nil }
        let part = resolution.element.part.asPart
        let heads = history.heads(Facet(resolution.element.facet), of: part)
        let expected = Set(resolution.before).subtracting(resolution.listed)
            .union([resolution.name])
        return Set(heads.map { WrittenName($0.name) }) == expected
            ? nil : "S8: \(heads.map(\.name))"
    }
}
