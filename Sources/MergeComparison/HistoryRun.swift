import CareRecord
import ConflictResolver
import MergeModel
import TestSupport

/// One random history, told to the resolver and to the reference model, which must say the same.
package struct HistoryRun {
    /// What came of a history.
    package struct Outcome: Sendable {
        /// The first difference in words; `nil` if there is none.
        package fileprivate(set) var difference: String?
        /// How many changes were written.
        package fileprivate(set) var changes = 0
        /// How often a view was held against the model's, or against another view.
        package fileprivate(set) var comparisons = 0
        /// A hash over the digests of views: of the sites as they ended, and of all changes.
        package fileprivate(set) var hash: UInt64 = 0
    }

    private var generator: HistoryGenerator
    private var random: SeededGenerator
    private var sides: [EngineSide]
    /// Every event, as the resolver reads it.
    private var events: [[HeldChange]] = []
    private var outcome = Outcome()
    /// What is shown to whoever hears everything at once.
    private var atOnce: ResourceView?

    private init(seed: UInt64) {
        generator = HistoryGenerator(seed: seed, derive: DerivedID.of)
        random = SeededGenerator(seed: ~seed)
        sides = generator.sites.map { [root = generator.root] _ in EngineSide(root) }
    }

    /// How many steps the history of a seed has unless somebody says so: 8 to 20, and 40 in one of
    /// fifty. What goes wrong needs few steps, but some needs more.
    package static func stepCount(_ seed: UInt64) -> Int {
        seed.isMultiple(of: 50) ? 40 : 8 + Int(seed % 13)
    }

    /// Tells a history: after every step at the site that learned something, then all changes in
    /// another order, and at last what each site has not heard yet.
    package static func run(_ seed: UInt64, steps: Int) -> Outcome {
        var run = HistoryRun(seed: seed)
        run.tell(steps)
        return run.outcome
    }

    private mutating func tell(_ steps: Int) {
        for number in 0..<steps {
            let step = generator.step()
            learn(step)
            if let difference = differences(after: step) {
                outcome.difference = "step \(number), site \(step.site): \(difference)"
                return
            }
        }
        outcome.changes = events.reduce(0) { $0 + $1.count }
        for site in sides.indices { note(sides[site].view()) }
        outcome.difference = differenceInAnotherOrder() ?? differenceOnceAllIsHeard()
    }

    // MARK: - Step by step

    private mutating func learn(_ step: HistoryGenerator.Step) {
        while events.count < generator.events.count {
            events.append(generator.events[events.count].map { HeldChange($0) })
        }
        if step.site == sides.count { sides.append(EngineSide(generator.root)) }
        for event in step.learned {
            for change in events[event] { sides[step.site].insert(change) }
        }
        guard let erased = step.erased else { return }
        events[erased] = generator.events[erased].map { HeldChange($0) }
        for site in sides.indices where generator.sites[site].held.contains(erased) {
            sides[site] = side(generator.sites[site].held)
        }
    }

    private func side(_ numbers: [Int]) -> EngineSide {
        var side = EngineSide(generator.root)
        for number in numbers {
            for change in events[number] { side.insert(change) }
        }
        return side
    }

    private mutating func differences(after step: HistoryGenerator.Step) -> String? {
        if let erased = step.erased {
            for site in sides.indices where generator.sites[site].held.contains(erased) {
                if let difference = difference(at: site) { return difference }
            }
        }
        guard !step.learned.isEmpty else { return nil }
        return difference(at: step.site)
            ?? step.resolution.flatMap { differenceOfResolution($0, at: step.site) }
    }

    private mutating func difference(at site: Int) -> String? {
        outcome.comparisons += 1
        let view = sides[site].view()
        return Comparison.difference(sides[site], view, generator.state(at: site))
    }

    /// S8: a resolution ends exactly the siblings that it lists.
    private mutating func differenceOfResolution(
        _ resolution: HistoryGenerator.Resolution, at site: Int
    ) -> String? {
        // A resolution that is itself a fork's branch makes the fork known, which ends less.
        let forks = generator.state(at: site).model.forks
        if forks.contains(resolution.name.dot) { return nil }
        let heads = sides[site].headNames(
            Facet(resolution.element.facet), of: resolution.element.part.asPart)
        let kept = resolution.before.filter { !resolution.listed.contains($0) }
        return heads.map(WrittenName.init) == (kept + [resolution.name]).sorted()
            ? nil : "S8: \(heads)"
    }

    // MARK: - Any order

    /// All changes one by one in an order of their own, held against the model now and then; at the
    /// end against a view that is made at once.
    private mutating func differenceInAnotherOrder() -> String? {
        var changes = Array(zip(generator.allChanges, events.joined()))
        atOnce = side(Array(events.indices)).history.view()
        note(atOnce)
        for place in changes.indices.reversed() { changes.swapAt(place, below(place + 1)) }
        var side = EngineSide(generator.root)
        for (number, change) in changes.enumerated() {
            side.insert(change.1)
            guard number == changes.count - 1 || below(6) == 0 else { continue }
            outcome.comparisons += 1
            let model = ReferenceModel(changes: changes[...number].map(\.0))
            let view = side.view()
            if let difference = Comparison.difference(side, view, ModelView(model)) {
                return "another order, \(number + 1) changes: \(difference)"
            }
        }
        outcome.comparisons += 1
        return side.view() == atOnce ? nil : "another order gives another view"
    }

    /// Each site hears what it has not heard, and shows what every other shows.
    private mutating func differenceOnceAllIsHeard() -> String? {
        for site in sides.indices {
            for event in events.indices where !generator.sites[site].held.contains(event) {
                for change in events[event] { sides[site].insert(change) }
            }
            outcome.comparisons += 1
            guard sides[site].view() == atOnce else { return "site \(site) shows another view" }
        }
        return nil
    }

    private mutating func below(_ count: Int) -> Int {
        Int(random.next().multipliedFullWidth(by: UInt64(count)).high)
    }

    private mutating func note(_ view: ResourceView?) {
        for byte in view?.digest.prefix(8) ?? [] {
            outcome.hash = (outcome.hash ^ UInt64(byte)) &* 0x0000_0100_0000_01B3
        }
    }
}
