import CareRecord
import MergeModel

@testable import ConflictResolver

extension MergeCase {
    /// The ids of the events, in the order in which they are listed.
    private var events: [EventID] {
        var events: [EventID] = []
        for change in changes where !events.contains(change.name.event) {
            events.append(change.name.event)
        }
        return events
    }

    private var replicas: [Replica] {
        var replicas: [Replica] = []
        let references = changes.flatMap { $0.supersedes + $0.covers }
        for dot in changes.map(\.name.dot) + references.map(\.dot)
        where !replicas.contains(dot.replica) {
            replicas.append(dot.replica)
        }
        return replicas
    }

    private var authors: [Author] {
        var authors: [Author] = []
        for change in changes where !authors.contains(change.author) {
            authors.append(change.author)
        }
        return authors
    }

    /// What a vector gives.
    var input: WrittenJSON {
        let (replicas, authors) = (replicas, authors)
        return .members([
            ("type", .text(root.kind)), ("id", .text("\(root.entity)")),
            ("replicas", .list(replicas.map { .hex($0.bytes) })),
            (
                "authors",
                .list(authors.map { .texts([$0.practitioner, $0.role, $0.organisation]) })
            ),
            (
                "events",
                .list(
                    events.map { event in
                        let changes = changes.filter { $0.name.event == event }
                        let first = changes[0]
                        return .members([
                            ("id", .hex(event.bytes)),
                            ("dot", .text(Self.text(first.name.dot, replicas))),
                            ("time", .text("\(first.time.bits)")),
                            ("author", authors.firstIndex(of: first.author).map { .number($0) }),
                            ("changes", .list(changes.map { written($0, replicas) })),
                        ])
                    })
            ),
        ])
    }

    private static func text(_ dot: Dot, _ replicas: [Replica]) -> String {
        "\(replicas.firstIndex(of: dot.replica) ?? -1).\(dot.counter)"
    }

    private func written(_ change: HeldChange, _ replicas: [Replica]) -> WrittenJSON {
        func references(_ references: [ChangeReference]) -> WrittenJSON? {
            references.isEmpty
                ? nil
                : .texts(
                    references.map { reference in
                        Self.text(reference.dot, replicas) + ".\(reference.index)"
                            + (reference.event.map { "@\($0)" } ?? "")
                    })
        }
        let isRoot = change.element.entityType == root.kind && change.element.entity == root.entity
        var (value, held): (WrittenJSON?, WrittenJSON?)
        switch change.value {
        case .given(let bytes): value = .text(String(decoding: bytes, as: UTF8.self))
        case .none: break
        case .onItsWay: held = .text("on-its-way")
        case .erased: held = .text("erased")
        }
        return .members([
            ("type", isRoot ? nil : .text(change.element.entityType)),
            ("entity", isRoot ? nil : .text("\(change.element.entity)")),
            ("holder", change.holder.map { .text("\($0)") }),
            ("facet", .text(change.element.facet.name)),
            ("operation", .number(Int(change.operation.code))),
            ("supersedes", references(change.supersedes)), ("covers", references(change.covers)),
            ("value", value), ("held", held),
        ])
    }

    /// What a vector expects; no members while nothing is shown.
    func expectation(of history: ResourceHistory, showsR4: Bool) -> WrittenJSON {
        guard let view = history.view() else { return .object([]) }
        let r4 = showsR4 ? String(decoding: history.projected(view).json, as: UTF8.self) : nil
        return .members([
            ("parts", .list(view.parts.map(written))),
            ("conflicts", .list(view.conflicts.map(written))),
            ("digest", .hex(view.digest)), ("r4", r4.map { .text($0) }),
        ])
    }

    private func place(_ part: Part) -> [(String, WrittenJSON?)] {
        [
            ("kind", .text(part.kind)), ("entity", .text("\(part.entity)")),
            ("holder", part.holder.map { .text("\($0)") }),
        ]
    }

    private func written(_ view: PartView) -> WrittenJSON {
        .members(
            place(view.part) + [
                ("presence", .text("\(view.presence)")),
                ("elements", .list(view.elements.map(written))),
            ])
    }

    private func written(_ element: ElementView) -> WrittenJSON {
        .members([
            ("facet", .text(element.element.facet.name)),
            ("class", .text(element.conflictClass.letter)),
            ("disputedStop", element.isDisputedStop ? .bool(true) : nil),
            ("siblings", .list(element.siblings.map(written))),
        ])
    }

    private func written(_ sibling: ElementView.Sibling) -> WrittenJSON {
        let content: (String, WrittenJSON) =
            switch sibling.content {
            case .value(let bytes): ("value", .text(String(decoding: bytes, as: UTF8.self)))
            case .opaque(let bytes): ("opaque", .hex(bytes))
            case .onItsWay: ("held", .text("on-its-way"))
            case .erased: ("held", .text("erased"))
            case .present, .ended, .retracted: ("held", .text("\(sibling.content)"))
            }
        return .members([content, ("heads", names(sibling.heads))])
    }

    private func written(_ conflict: Conflict) -> WrittenJSON {
        .members(
            [("id", .text("\(conflict.id)")), ("conflict", .text(conflict.kind.code))]
                + place(conflict.element.part) + [
                    ("facet", .text(conflict.element.facet.name)),
                    ("class", .text(conflict.conflictClass.letter)),
                    ("heads", names(conflict.heads)),
                ])
    }

    /// Heads by the number of their event in the list, and their index in it.
    private func names(_ heads: [HeadName]) -> WrittenJSON {
        let events = events
        return .texts(
            heads.map { "\(events.firstIndex(of: $0.event) ?? -1).\($0.index)" })
    }
}
