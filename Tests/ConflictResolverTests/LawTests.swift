import CareRecord
import MergeComparison
import MergeModel
import TestSupport
import Testing

@testable import ConflictResolver

@Suite("Laws of merging")
struct LawTests {
    private static func history(_ seed: UInt64) -> (root: ModelPart, changes: [WrittenChange]) {
        let generator = HistoryTests.ended(seed)
        return (generator.root, generator.allChanges)
    }

    /// Records what of two views differs, unless they are equal.
    private static func compare(
        _ found: [WrittenChange], _ changes: [WrittenChange], _ root: ModelPart, seed: UInt64
    ) {
        let views = [found, changes].map { EngineSide(root, $0).history.view() }
        compare(views[0], views[1], seed: seed)
    }

    private static func compare(
        _ found: ResourceView?, _ expected: ResourceView?, seed: UInt64
    ) {
        guard found?.digest != expected?.digest else { return }
        var differing: Set<String> = []
        let parts = [found, expected].map { $0?.parts ?? [] }
        if parts[0].map(\.part) != parts[1].map(\.part) { differing.insert("parts") }
        for part in parts[0] {
            let other = parts[1].first { $0.part == part.part }
            for element in part.elements where other?.element(element.element.facet) != element {
                let contents = element.siblings.map { "\($0.content)".prefix(5) }
                differing.insert("siblings of \(element.element.facet): \(contents)")
            }
        }
        let conflicts = [found, expected].map { $0?.conflicts ?? [] }
        for (first, second) in zip(conflicts[0], conflicts[1]) where first != second {
            differing.insert("conflicts \(first.kind) and \(second.kind)")
        }
        Issue.record("SEED=\(seed): \(differing.sorted())")
    }

    @Test("changes give one view in any order of arrival", arguments: [0, 1])
    func orderIsNothing(piece: UInt64) {
        for seed in HistoryTests.seeds(piece) {
            let (root, changes) = Self.history(seed)
            var random = SeededGenerator(seed: seed)
            var orders = [Array(changes.reversed())]
            for _ in 0..<4 { orders.append(changes.shuffled(using: &random)) }
            for order in orders { Self.compare(order, changes, root, seed: seed) }
        }
    }

    @Test("two halves give one view, whichever comes first", arguments: [0, 1])
    func halvesAreUnited(piece: UInt64) {
        for seed in HistoryTests.seeds(piece) {
            let (root, changes) = Self.history(seed)
            var random = SeededGenerator(seed: seed)
            let first = changes.filter { _ in !random.chance(3) }
            let second = changes.filter { _ in random.chance(2) } + changes
            Self.compare(first + second, changes, root, seed: seed)
            Self.compare(second + first, changes, root, seed: seed)
        }
    }

    @Test("what is added twice is there once", arguments: [0, 1])
    func twiceIsOnce(piece: UInt64) {
        for seed in HistoryTests.seeds(piece) {
            let (root, changes) = Self.history(seed)
            var side = EngineSide(root, changes)
            let expected = side.history.view()
            for change in changes { side.insert(HeldChange(change)) }
            Self.compare(side.history.view(), expected, seed: seed)
        }
    }

    @Test("a view after each change ends as the view of all of them", arguments: [0, 1])
    func stepByStepIsAllAtOnce(piece: UInt64) {
        for seed in HistoryTests.seeds(piece) {
            let (root, changes) = Self.history(seed)
            var side = EngineSide(root)
            for (number, change) in changes.enumerated() {
                side.insert(HeldChange(change))
                guard number % 8 == 0 else { continue }
                let expected = EngineSide(root, Array(changes.prefix(number + 1)))
                Self.compare(side.history.view(), expected.history.view(), seed: seed)
            }
        }
    }

    @Test("forks that are noted before or after all changes give one view", arguments: [0, 1])
    func forksAreNotedAnyTime(piece: UInt64) {
        for seed in HistoryTests.seeds(piece) {
            let (root, changes) = Self.history(seed)
            let forks = ReferenceModel(changes: changes).forks
            guard !forks.isEmpty else { continue }
            var early = ResourceHistory(type: root.kind, entity: root.entity)
            for dot in forks { early.noteFork(of: dot) }
            for change in changes { early.insert(HeldChange(change)) }
            var late = ResourceHistory(type: root.kind, entity: root.entity)
            for change in changes { late.insert(HeldChange(change)) }
            for dot in forks.reversed() { late.noteFork(of: dot) }
            Self.compare(early.view(), late.view(), seed: seed)
            Self.compare(early.view(), EngineSide(root, changes).history.view(), seed: seed)
        }
    }

    // MARK: - What changes no head and no class

    /// What clocks and names must not change: elements with their classes and heads, and conflicts.
    private struct Outline: Equatable {
        var classes: [String: String] = [:]
        var conflicts: Set<String> = []

        init(_ root: ModelPart, _ changes: [WrittenChange]) {
            let view = EngineSide(root, changes).history.view()
            for part in view?.parts ?? [] {
                classes["\(part.part)"] = "\(part.presence)"
                for element in part.elements {
                    let heads = element.siblings.flatMap(\.heads).map(Self.text).sorted()
                    classes["\(element.element)"] = "\(element.conflictClass) \(heads)"
                }
            }
            for conflict in view?.conflicts ?? [] {
                let heads = conflict.heads.map(Self.text).sorted()
                conflicts.insert(
                    "\(conflict.element) \(conflict.kind) \(conflict.conflictClass) \(heads)")
            }
        }

        private static func text(_ name: HeadName) -> String { "\(name.event) \(name.index)" }
    }

    @Test("other clocks change no head and no class", arguments: [0, 1])
    func clocksDecideNothing(piece: UInt64) {
        for seed in HistoryTests.seeds(piece) {
            let (root, changes) = Self.history(seed)
            var random = SeededGenerator(seed: seed)
            var times: [EventID: HybridTime] = [:]
            for change in changes {
                times[change.name.event] = HybridTime(bits: random.next() >> 8)
            }
            let moved = changes.map { change in
                change.renamed(time: times[change.name.event] ?? change.time) { $0 }
            }
            #expect(Outline(root, moved) == Outline(root, changes), "SEED=\(seed)")
        }
    }

    @Test("other names of replicas change no head and no class", arguments: [0, 1])
    func namesDecideNothing(piece: UInt64) {
        for seed in HistoryTests.seeds(piece) {
            let (root, changes) = Self.history(seed)
            let renamed = changes.map { change in
                change.renamed(time: change.time) { replica in
                    let bits = replica.site.bits
                    return Replica(
                        site: SiteID(Bits128(high: ~bits.high, low: bits.low)),
                        incarnation: Incarnation(~replica.incarnation.bits))
                }
            }
            #expect(Outline(root, renamed) == Outline(root, changes), "SEED=\(seed)")
        }
    }
}

extension WrittenChange {
    /// The same change at another time, its writers named otherwise.
    fileprivate func renamed(
        time: HybridTime, _ rename: (Replica) -> Replica
    ) -> WrittenChange {
        func reference(_ reference: ChangeReference) -> ChangeReference {
            ChangeReference(
                dot: Dot(
                    replica: rename(reference.dot.replica), counter: reference.dot.counter),
                index: reference.index, event: reference.event)
        }
        let dot = Dot(replica: rename(name.dot.replica), counter: name.dot.counter)
        return WrittenChange(
            name: WrittenName(dot: dot, index: name.index, event: name.event), part: part,
            facet: facet, operation: operation, supersedes: supersedes.map(reference),
            covers: covers.map(reference), time: time, saying: saying, shown: shown)
    }
}
