import CareRecord
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
