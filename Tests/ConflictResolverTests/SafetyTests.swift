import CareRecord
import MergeComparison
import MergeModel
import Testing

@testable import ConflictResolver

/// S1 to S5 of `merge.md` §9, as far as a view of one resource shows them.
@Suite("Safety of views")
struct SafetyTests {
    /// Every site at its end, and all that was written anywhere.
    private static func states(_ seed: UInt64) -> [State] {
        let generator = HistoryTests.ended(seed)
        let sites = generator.sites.indices.map { generator.changes(at: $0) }
        return (sites + [generator.allChanges]).compactMap { State(generator.root, $0) }
    }

    private struct State {
        let changes: [WrittenChange]
        let statements: [Statement]
        let history: ResourceHistory
        let view: ResourceView

        init?(_ root: ModelPart, _ changes: [WrittenChange]) {
            self.changes = changes
            statements = ReferenceModel(changes: changes).statements
            history = EngineSide(root, changes).history
            guard let view = history.view() else { return nil }
            self.view = view
        }

        /// The values that the heads of an element have.
        func sayings(_ element: ElementView) -> [FacetSaying] {
            let names = Set(element.siblings.flatMap(\.heads).map(WrittenName.init))
            let place = ModelElement(element.element)
            return statements.filter { $0.element == place && names.contains($0.name) }
                .compactMap(\.content.saying)
        }

        func saying(_ content: HeadContent?, in element: ElementView) -> FacetSaying? {
            guard case .value(let bytes) = content else { return nil }
            return sayings(element).first { $0.canonical == bytes }
        }
    }

    @Test("every value is a head, or was shown to whoever superseded it", arguments: [0, 1])
    func nothingIsLost(piece: UInt64) {
        for seed in HistoryTests.seeds(piece) {
            for state in Self.states(seed) {
                for statement in state.statements where !Self.isErased(statement) {
                    let heads = state.history.heads(
                        Facet(statement.element.facet), of: statement.element.part.asPart)
                    if heads.contains(where: { WrittenName($0.name) == statement.name }) {
                        continue
                    }
                    let wasShown = state.changes.contains { change in
                        change.shown.contains {
                            $0.element == statement.element && $0.name == statement.name
                        }
                            && change.supersedes.contains { reference in
                                reference.dot == statement.name.dot
                                    && reference.index == statement.name.index
                            }
                    }
                    #expect(wasShown, "SEED=\(seed): S1 \(statement.element)")
                }
            }
        }
    }

    @Test("no value is shown that its author did not write", arguments: [0, 1])
    func nothingIsInvented(piece: UInt64) {
        for seed in HistoryTests.seeds(piece) {
            for state in Self.states(seed) {
                for element in state.view.parts.flatMap(\.elements) {
                    for sibling in element.siblings {
                        for head in sibling.heads {
                            let isWritten = state.statements.contains { statement in
                                statement.element == ModelElement(element.element)
                                    && statement.name == WrittenName(head)
                                    && HeadContent(statement.content) == sibling.content
                            }
                            #expect(isWritten, "SEED=\(seed): S2 \(element.element)")
                        }
                    }
                }
            }
        }
    }

    @Test("beside a stop or prohibition no continuing is shown plainly", arguments: [0, 1])
    func stopsAreNotHidden(piece: UInt64) {
        for seed in HistoryTests.seeds(piece) {
            for state in Self.states(seed) {
                for element in state.view.parts.flatMap(\.elements) {
                    let sayings = state.sayings(element)
                    guard let shown = state.saying(element.shown, in: element) else { continue }
                    if element.element.facet.name == "status" {
                        let hasStop = sayings.contains { Self.isRestraining($0.code) }
                        #expect(!hasStop || Self.isRestraining(shown.code), "SEED=\(seed): S3")
                    }
                    let hasProhibition = sayings.contains(where: \.isProhibition)
                    #expect(!hasProhibition || shown.isProhibition, "SEED=\(seed): S3")
                }
            }
        }
    }

    private static func isErased(_ statement: Statement) -> Bool {
        if case .erased = statement.content { true } else { false }
    }

    private static func isRestraining(_ code: String?) -> Bool {
        ModelView.endings.contains(code ?? "") || code == "on-hold"
    }

    @Test("while anybody holds a warning to be live, it is shown first", arguments: [0, 1])
    func warningsStay(piece: UInt64) {
        for seed in HistoryTests.seeds(piece) {
            for state in Self.states(seed) {
                let root = state.view.root
                guard root.part.kind == "AllergyIntolerance" else { continue }
                let existence = state.history.heads(.existence, of: root.part)
                if existence.contains(where: { $0.content == .present }) {
                    #expect(root.presence == .present || root.presence == .disputed)
                }
                guard let standing = root.element(Facet("standing")),
                    state.sayings(standing).contains(where: { $0.code == "active" })
                else { continue }
                let first = standing.siblings.first { sibling in
                    state.saying(sibling.content, in: standing) != nil
                }
                let code = state.saying(first?.content, in: standing)?.code
                #expect(code == "active", "SEED=\(seed): S4")
            }
        }
    }

    @Test("a disputed element shows every head and none plainly", arguments: [0, 1])
    func disputesShowAll(piece: UInt64) {
        for seed in HistoryTests.seeds(piece) {
            for state in Self.states(seed) {
                for element in state.view.parts.flatMap(\.elements) {
                    let heads = state.history.heads(
                        element.element.facet, of: element.element.part)
                    let shown = element.siblings.flatMap(\.heads)
                    #expect(shown.sorted() == heads.map(\.name), "SEED=\(seed): S5")
                    guard element.conflictClass >= .human else {
                        #expect(element.shown != nil, "SEED=\(seed)")
                        continue
                    }
                    #expect(element.siblings.count > 1 && element.shown == nil, "SEED=\(seed): S5")
                    let isListed = state.view.conflicts.contains { conflict in
                        conflict.element == element.element
                            && conflict.conflictClass == element.conflictClass
                            && conflict.heads == shown.sorted()
                    }
                    #expect(isListed, "SEED=\(seed): S5")
                }
            }
        }
    }
}
