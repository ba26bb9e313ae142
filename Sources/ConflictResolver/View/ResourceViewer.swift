public import CareRecord

/// A resource's history with what its view was made of, so that one further change costs what it
/// touches and not the whole resource.
public struct ResourceViewer: Sendable {
    /// The history.
    public private(set) var history: ResourceHistory
    private var order: [Part] = []
    private var findings: [Part: Finding] = [:]

    /// What was made of one part.
    private struct Finding: Sendable {
        let view: PartView
        let conflicts: [Conflict]
    }

    /// Begins with a history.
    public init(_ history: ResourceHistory) {
        self.history = history
        // Whoever looked at it before does not look for this one.
        _ = self.history.takeNews()
        order = history.partsInOrder()
        look(at: Set(order))
    }

    /// Adds a change (`ResourceHistory.insert`).
    public mutating func insert(_ change: HeldChange) { history.insert(change) }

    /// Two events with this dot are known (`ResourceHistory.noteFork`).
    public mutating func noteFork(of dot: Dot) { history.noteFork(of: dot) }

    /// The resource as its heads leave it; `nil` while nothing of it is a head.
    public mutating func view() -> ResourceView? {
        let news = history.takeNews()
        if news.isOrderNew { order = history.partsInOrder() }
        look(at: news.parts)
        look(at: history.retractedHolders(of: news.parts))
        let found = order.compactMap { findings[$0] }
        guard let first = found.first?.view else { return nil }
        // Inner entities may have come before what holds them.
        let root = history.root
        let own = first.part == root ? [] : [PartView(part: root, presence: .present, elements: [])]
        let parts = own + found.map(\.view)
        let conflicts = found.flatMap(\.conflicts) + history.conflictsAcross(parts)
        return ResourceView(parts: parts, conflicts: conflicts.sorted())
    }

    /// The names of the heads of a facet of a part, ascending.
    package func headNames(_ facet: Facet, of part: Part) -> [HeadName] {
        history.heads(facet, of: part).map(\.name)
    }

    private mutating func look(at parts: Set<Part>) {
        for part in parts {
            findings[part] = history.view(of: part).map { view in
                Finding(
                    view: view,
                    conflicts: history.elementConflicts(of: view)
                        + history.endingConflicts(of: view))
            }
        }
    }
}
