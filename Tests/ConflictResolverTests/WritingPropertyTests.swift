import CareRecord
import MergeComparison
import MergeModel
import StrictJSON
import TestSupport
import Testing

@testable import ConflictResolver

/// What holds of every written resource, whatever it was and whoever wrote meanwhile.
@Suite("What random bodies change")
struct WritingPropertyTests {
    @Test("feeds: nothing of others ends, what is sent is shown, twice is once", arguments: [0, 1])
    func feeds(piece: UInt64) throws {
        var (written, refused) = (0, 0)
        for seed in HistoryTests.seeds(piece) {
            for round in 0..<6 as Range<UInt64> {
                let number = seed * 8 + round
                var generator = BodyGenerator(number)
                var desk = Desk(generator.type)
                for _ in 0..<10 {
                    for _ in 0..<Int.random(in: 1...3, using: &generator.random) {
                        generator.edit()
                    }
                    let before = desk.history
                    do {
                        try desk.send(generator.body)
                        written += 1
                    } catch let refusal as WriteRefusal {
                        #expect(refusal.rule == .unmatchedInstruction)
                        refused += 1
                        continue
                    }
                    Self.checkEndings(from: before, to: desk.history, "SEED=\(number)")
                    Self.checkSaid(generator.body, in: desk.sent(by: 1), "SEED=\(number)")
                    #expect(try desk.send(generator.body).isEmpty, "SEED=\(number)")
                    #expect(try desk.send(generator.shuffled()).isEmpty, "SEED=\(number)")
                    if let other = generator.other(in: desk.view) { desk.write([other], by: 2) }
                }
            }
        }
        print("bodies written: \(written), refused: \(refused)")
        #expect(written > refused)
    }

    /// Every head that is gone was the source's own.
    private static func checkEndings(
        from before: ResourceHistory, to after: ResourceHistory, _ name: String
    ) {
        for (element, heads) in before.elements {
            let left = Set(after.elements[element]?.heads.map(\.name) ?? [])
            for head in heads.heads where !left.contains(head.name) {
                let author = before.changes[head.name]?.author
                #expect(author == Desk.author(1), "\(name): \(element.facet) of another")
            }
        }
    }

    @Test("clients: what was not shown stays, what stands plainly is replaced", arguments: [0, 1])
    func clients(piece: UInt64) throws {
        var (written, refused, compared) = (0, 0, 0)
        for seed in HistoryTests.seeds(piece) {
            for round in 0..<2 as Range<UInt64> {
                let number = seed * 8 + round
                var generator = BodyGenerator(number)
                var desk = Desk(generator.type)
                for step in 0..<10 {
                    generator.edit()
                    if Self.isSending(step, number) {
                        _ = try? desk.send(generator.body, by: UInt64(1 + step % 2))
                    }
                    if desk.history.changes.isEmpty { try desk.send(generator.body) }
                    if number % 3 > 0, let other = generator.other(in: desk.view) {
                        desk.write([other], by: 2)
                    }
                    let (isAware, view, before) = (number % 4 == 0, desk.view, desk.history)
                    #expect(
                        try desk.put(desk.json, by: 5, isAware: isAware).isEmpty, "SEED=\(number)")
                    let body = generator.edited(generator.edited(desk.json))
                    do {
                        try desk.put(body, by: 5, isAware: isAware)
                        written += 1
                    } catch is WriteRefusal {
                        refused += 1
                        continue
                    }
                    if !isAware {
                        Self.checkShown(view, from: before, to: desk.history, "SEED=\(number)")
                    }
                    guard view.conflicts.allSatisfy({ $0.kind == .omitted }),
                        view.parts.allSatisfy({ $0.presence == .present })
                    else { continue }
                    compared += 1
                    let plain = Self.plain(body, of: before)
                    Self.checkSaid(plain, in: desk.history, "SEED=\(number)")
                    let again = try desk.put(body, by: 5)
                    #expect(again.isEmpty, "SEED=\(number)")
                }
            }
        }
        print("puts: \(written), of them compared \(compared), refused \(refused)")
        #expect(written > refused && compared > 0)
    }

    private static func isSending(_ step: Int, _ number: UInt64) -> Bool {
        (UInt64(step) + number) % 3 == 0
    }

    private static func plain(_ body: String, of history: ResourceHistory) -> String {
        guard let document = JSONDocument.reading(Array(body.utf8)) else { return body }
        let bytes = AccordMarks.removed(
            from: document.root, in: document, history.shape, isResource: true)
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Every head that is gone stood plainly, or was the client's own.
    private static func checkShown(
        _ view: ResourceView, from before: ResourceHistory, to after: ResourceHistory,
        _ name: String
    ) {
        for (element, heads) in before.elements {
            let left = Set(after.elements[element]?.heads.map(\.name) ?? [])
            for head in heads.heads where !left.contains(head.name) {
                if before.changes[head.name]?.author == Desk.author(5) { continue }
                let shown = view.part(element.part)?.element(element.facet)
                let isShown = shown.map {
                    !$0.isDisputed && $0.siblings[0].heads.contains(head.name)
                }
                // How it is shown and whether it is there come with a whole version.
                let isBeside =
                    element.facet == .presentation
                    || (element.facet == .existence
                        && view.part(element.part)?.presence == .present)
                #expect(isShown ?? isBeside, "\(name): \(element.facet) was not shown")
            }
        }
    }

    @Test("what was rendered is no change, in merged states of all types", arguments: [0, 1])
    func roundTrips(piece: UInt64) throws {
        for seed in HistoryTests.seeds(piece) {
            for round in 0..<4 as Range<UInt64> {
                let number = seed * 8 + round
                let isHostile = round % 4 == 3
                let scenario =
                    isHostile
                    ? ProjectionGenerator.runHostile(number, steps: Int(1 + 2 * round))
                    : ProjectionGenerator.run(number, steps: Int(3 + 3 * round))
                try Self.checkRoundTrip(scenario.history, "SEED=\(number), \(scenario.type)")
            }
            let generator = HistoryTests.ended(seed)
            let side = EngineSide(generator.root, generator.allChanges)
            try Self.checkRoundTrip(side.history, "SEED=\(seed)")
        }
    }

    @Test("what was rendered or sent is no change", arguments: ProjectionRoundTripTests.sources)
    func sources(source: String) throws {
        var desk = Desk(try #require(ProjectionTree(source)?["resourceType"]?.string))
        try desk.send(source)
        for isAware in [false, true] {
            #expect(try desk.put(desk.json, by: 5, isAware: isAware).isEmpty)
            #expect(try desk.put(source, by: 5, isAware: isAware).isEmpty)
        }
    }

    @Test(
        "so it is of the examples of the specification",
        .enabled(if: ProjectionRoundTripTests.folder != nil))
    func examples() throws {
        let sources = try ProjectionRoundTripTests.examples()
        var sent = 0
        for source in sources {
            var desk = Desk(try #require(ProjectionTree(source)?["resourceType"]?.string))
            try desk.send(source)
            try Self.checkRoundTrip(desk.history, desk.type)
            sent += try desk.put(source, by: 5).isEmpty ? 1 : 0
        }
        print("\(sent) of \(sources.count) examples put back as they were sent are no change")
    }

    private static func checkRoundTrip(_ history: ResourceHistory, _ name: String) throws {
        guard let view = history.view() else { return }
        let projected = history.projected(view)
        guard let document = JSONDocument.reading(projected.json) else { return }
        for isAware in [false, true] {
            let shown = ShownResource(
                rendered: view, as: projected, of: history, isAware: isAware
            ) { _ in false }
            let found = try history.changes(
                writing: document.root, in: document, against: shown
            ) { EntityID(Bits128(high: 1, low: 1)) }
            #expect(found.map(\.line) == [], "\(name)")
        }
    }

    /// Each facet says what the body says, and each item of it is there.
    static func checkSaid(_ body: String, in history: ResourceHistory, _ name: String) {
        guard let document = JSONDocument.reading(Array(body.utf8)), let view = history.view()
        else {
            return
        }
        let parts = ResourceParts(resource: document.root, as: history.shape, in: document)
        if !says(parts, view.root, in: view) { Issue.record("\(name): the body is not shown") }
    }

    private static func says(
        _ parts: ResourceParts, _ part: PartView, in view: ResourceView
    ) -> Bool {
        let isSaid = parts.values.allSatisfy { value in
            value.facet == .presentation
                || part.element(value.facet)?.siblings.map(\.content) == [.value(value.bytes)]
        }
        guard isSaid, part.presence == .present else { return false }
        for (member, items) in Dictionary(grouping: parts.inner, by: \.member) {
            let held = view.parts.filter {
                $0.part.kind == "\(part.part.kind).\(member)"
                    && $0.part.holder(in: view.root.part) == part.part
            }
            let found = items.map { item in
                Set(held.filter { says(item.parts, $0, in: view) }.map(\.part))
            }
            let all = found.reduce(into: Set<Part>()) { $0.formUnion($1) }
            if found.contains(where: \.isEmpty) || all.count < items.count { return false }
        }
        return true
    }
}
