import CareRecord
import StrictJSON
import TestSupport

@testable import ConflictResolver

/// Random histories of all listed types, made of pieces of resources that are each valid R4: what a
/// merged state breaks, the merging broke. All content is invented.
struct ProjectionGenerator {
    private var random: SeededGenerator
    private(set) var scenario: Scenario
    private let sources: [String]

    /// - Parameter steps: changes.
    static func run(_ seed: UInt64, steps: Int) -> Scenario {
        var random = SeededGenerator(seed: seed &* 7919)
        let type = ProjectionSources.byType.keys.sorted().randomElement(using: &random) ?? "Goal"
        var generator = ProjectionGenerator(
            random: random, scenario: Scenario(type),
            sources: ProjectionSources.byType[type] ?? [])
        generator.whole()
        for _ in 0..<steps { generator.step() }
        return generator.scenario
    }

    private var site: UInt64 { mutating get { UInt64.random(in: 1...3, using: &random) } }

    private mutating func pick<T>(_ items: [T]) -> T? { items.randomElement(using: &random) }

    /// Some of what was written before, or nothing.
    private mutating func shown() -> [HeadName] {
        if random.chance(3) { return [] }
        return scenario.changes.map(\.name).filter { _ in !random.chance(3) }
    }

    /// A history of which every third change writes what no R4 resource has.
    static func runHostile(_ seed: UInt64, steps: Int) -> Scenario {
        var random = SeededGenerator(seed: seed &* 104_729)
        let type = ProjectionSources.byType.keys.sorted().randomElement(using: &random) ?? "Goal"
        var generator = ProjectionGenerator(
            random: random, scenario: Scenario(type),
            sources: ProjectionSources.byType[type] ?? [])
        generator.whole()
        for step in 0..<steps {
            if step % 3 == 0 { generator.hostile() } else { generator.step() }
        }
        return generator.scenario
    }

    private mutating func step() {
        switch Int.random(in: 0..<14, using: &random) {
        case 0, 1: whole()
        case 2..<5: facet()
        case 5..<9: inner()
        case 9: newInner()
        case 10: scenario.end(by: site, shown: shown(), covers: random.chance(2) ? shown() : [])
        case 11: unreadable()
        case 12: end()
        default: facet()
        }
    }

    private mutating func whole() {
        guard let source = pick(sources) else { return }
        let operation: Operation = scenario.changes.isEmpty ? .create : .assign
        scenario.whole(by: site, source, shown: shown(), operation)
    }

    private mutating func parts() -> ResourceParts? {
        guard let document = JSONDocument.reading(Array((pick(sources) ?? "").utf8)) else {
            return nil
        }
        return ResourceParts(
            resource: document.root, as: .of(resourceType: scenario.type), in: document)
    }

    private static func text(_ value: ResourceParts.Value) -> String {
        String(decoding: value.bytes, as: UTF8.self)
    }

    private mutating func facet() {
        guard let value = parts().flatMap({ pick($0.values) }) else { return }
        scenario.facet(by: site, value.facet.name, Self.text(value), shown: shown())
    }

    private mutating func existing() -> PartView? {
        scenario.history.view().flatMap { pick(Array($0.parts.dropFirst())) }
    }

    private mutating func inner() {
        guard let part = existing()?.part, let parts = parts() else { return facet() }
        let items = parts.inner + parts.inner.flatMap(\.parts.inner)
        let values = items.filter { $0.parts.shape.entityType == part.kind }
            .flatMap(\.parts.values)
        guard let value = pick(values) else { return facet() }
        scenario.facet(
            by: site, of: part, value.facet.name, Self.text(value), shown: shown())
    }

    private mutating func newInner() {
        guard let part = existing()?.part else { return facet() }
        let copy = Part(kind: part.kind, entity: .random(using: &random), holder: part.holder)
        guard let parts = parts() else { return }
        let items = (parts.inner + parts.inner.flatMap(\.parts.inner))
            .filter { $0.parts.shape.entityType == part.kind }
        guard let value = pick(items.flatMap(\.parts.values)) else { return }
        scenario.facet(by: site, of: copy, value.facet.name, Self.text(value), shown: [])
    }

    private mutating func end() {
        guard let part = existing()?.part else { return facet() }
        _ = scenario.write(
            by: site,
            Element(entityType: part.kind, entity: part.entity, facet: .existence),
            random.chance(2) ? .retract : .unlink, nil, shown: shown(),
            covers: random.chance(2) ? shown() : [], holder: part.holder)
    }

    private mutating func hostile() {
        let names = [
            "status", "detail", "reference", "activity", "goal", "id", "extension", "meta", "text",
            "modifierExtension", "resourceType", "_status", "title", "note", "language", "url",
            "contact", "name", "target", "code", "clinicalStatus", "category", "contained",
        ]
        let values = [
            #""x""#, "5.00", "{}", "[]", "null", "[null]", #"{"a":[1]}"#, #"{"status":"active"}"#,
            #"[{"id":"i","detail":{"status":5}}]"#, #"[{"url":"u"}]"#, "true", #""""#,
            #"{"tag":5,"security":[{"code":"R"}]}"#, #"{"coding":{"code":5}}"#, #"{"detail":"x"}"#,
        ]
        var members: [String: String] = [:]
        for _ in 0..<Int.random(in: 0...4, using: &random) {
            members[pick(names) ?? ""] = pick(values)
        }
        let json =
            "{"
            + members.map { "\"\($0.key)\":\($0.value)" }.sorted()
            .joined(separator: ",") + "}"
        let shape = EntityShape.of(resourceType: scenario.type)
        var part = Part(kind: scenario.type, entity: scenario.entity)
        if !random.chance(3) {
            let kinds = shape.inner.map(\.shape.entityType) + ["\(scenario.type).unheard"]
            part = Part(kind: pick(kinds) ?? "", entity: .random(using: &random))
            if let known = existing()?.part, random.chance(2) { part = known }
        }
        let facets = (shape.shape(of: part.kind) ?? shape).facets.map(\.facet.name)
        let facet = pick(facets + ["rest", "*", "unheard"]) ?? "*"
        _ = scenario.write(
            by: site,
            Element(entityType: part.kind, entity: part.entity, facet: Facet(facet)), .assign,
            json, shown: shown(), holder: part.holder)
    }

    private mutating func unreadable() {
        let part = random.chance(2) ? nil : existing()?.part
        let facet = parts().flatMap { pick($0.values)?.facet.name } ?? "rest"
        let json = pick(["[", "5", #"{"x":1}"#, #""text""#]) ?? "["
        if let part {
            scenario.facet(by: site, of: part, "item", json, shown: shown())
        } else {
            scenario.facet(
                by: site, random.chance(5) ? "*" : facet, json, shown: shown(),
                random.chance(3) ? .unknown(99) : .assign)
        }
    }
}
