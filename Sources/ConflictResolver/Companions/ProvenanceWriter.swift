import CareRecord

/// Writes who made an event of which something is shown, as R4's `Provenance` (`merge.md` §10).
///
/// There is no signature in it: the bytes that an event's author signed are not at hand here.
struct ProvenanceWriter {
    private let history: ResourceHistory
    private let root: Part
    private var drafts: [EventID: Draft] = [:]

    /// What one event stands for.
    private struct Draft {
        var subjects: Set<CompanionID.Subject> = []
        /// In the order in which they are shown, none twice.
        var targets: [R4Value] = []
        /// The same, to look up.
        var known: Set<R4Value> = []

        mutating func add(_ subject: CompanionID.Subject, _ target: R4Value) {
            subjects.insert(subject)
            if known.insert(target).inserted { targets.append(target) }
        }
    }

    /// - Parameter shown: what is shown; of a conflict about what is not, as what a PUT left out,
    ///   the events are there for the resource as a whole.
    init(_ history: ResourceHistory, _ view: ResourceView, _ shown: ShownFacets) {
        self.history = history
        root = view.root.part
        for showing in shown.all {
            drafts[showing.subject.head.event, default: Draft()]
                .add(showing.subject, showing.target)
        }
        let isShown = Set(drafts.keys)
        for conflict in view.conflicts {
            for head in conflict.heads where !isShown.contains(head.event) {
                let subject = CompanionID.Subject(element: conflict.element, head: head)
                drafts[head.event, default: Draft()].add(subject, shown.resource)
            }
        }
    }

    /// The id of each event's Provenance.
    func ids() -> [EventID: EntityID] {
        drafts.mapValues { CompanionID.of(.provenance, of: root, about: Array($0.subjects)) }
    }

    /// All of them, in no order.
    func companions(_ ids: [EventID: EntityID]) -> [Companion] {
        drafts.compactMap { event, draft in
            ids[event].map { Companion(.provenance, $0, about: root, members(event, draft)) }
        }
    }

    private func members(_ event: EventID, _ draft: Draft) -> [R4Member] {
        let heads = draft.subjects.map(\.head).sorted()
        let change = heads.first.flatMap { history.changes[$0] }
        var members = [
            R4Member("agent", .list(Self.agents(change?.author))),
            R4Member(
                "extension",
                .list([
                    .extension(CompanionTerms.event, "string", .text(event.description))
                ])),
            R4Member("target", .list(draft.targets)),
        ]
        let recorded = change.flatMap { change in
            R4Text.instant(milliseconds: ProjectedWriting(change).recordedMilliseconds)
        }
        members.append(
            recorded.map { R4Member("recorded", .text($0)) } ?? R4Member("_recorded", .absent))
        let replaced = replaced(by: heads)
        if !replaced.isEmpty { members.append(R4Member("entity", .list(replaced))) }
        return members
    }

    /// The events that the changes replaced, each once and ascending; named and not linked, since
    /// nobody is told by this where they are held.
    private func replaced(by heads: [HeadName]) -> [R4Value] {
        var dots: Set<Dot> = []
        var events: Set<EventID> = []
        for head in heads {
            for reference in history.changes[head]?.supersedes ?? [] {
                if let event = reference.event {
                    if event != head.event { events.insert(event) }
                } else if reference.dot != head.dot {
                    dots.insert(reference.dot)
                }
            }
        }
        let names =
            dots.sorted().map { (CompanionTerms.dotSystem, $0.description) }
            + events.sorted().map { (CompanionTerms.eventSystem, $0.description) }
        return names.map { system, name in
            let what = R4Value.object([R4Member("identifier", .identifier(system, name))])
            return .object([R4Member("role", .text("revision")), R4Member("what", what)])
        }
    }

    // MARK: - Who

    /// Who acted for an organisation and, if that is said, for somebody else too: R4 allows an
    /// agent one of these.
    private static func agents(_ author: Author?) -> [R4Value] {
        guard let author else { return [.object([R4Member("who", .absent)])] }
        var principals = [author.organisation]
        if let other = author.onBehalfOf, !other.isEmpty, other != author.organisation {
            principals.append(other)
        }
        return principals.map { principal in
            var members: [R4Member] = []
            if !principal.isEmpty { members.append(R4Member("onBehalfOf", named(principal))) }
            if !author.role.isEmpty {
                members.append(R4Member("role", .list([.concept(author.role)])))
            }
            members.append(R4Member("who", named(author.practitioner)))
            return .object(members)
        }
    }

    private static func named(_ name: String) -> R4Value {
        guard !name.isEmpty else { return .absent }
        return .object([
            R4Member("display", .text(name)),
            R4Member("identifier", .object([R4Member("value", .text(name))])),
        ])
    }
}
