public import CareRecord

/// What one node holds, by the rules of `record-v1.md` as plain loops: a list of events, and a list
/// of those that wait. No index, no cache, nothing in common with the product but `CareRecord`.
public struct ModelStore: Sendable {
    /// The site of the node.
    public let site: SiteID
    /// In the order of acceptance.
    public private(set) var events: [ModelEvent] = []
    /// Who delivered each; `nil` for those that were written here.
    public private(set) var sources: [SiteID?] = []
    /// Events that wait.
    public private(set) var waiting: [ModelEvent] = []
    /// Second events under dots that are held.
    public private(set) var forks: [EventID] = []
    /// Writers whose card is known.
    public var cards: Set<Replica> = []
    /// The names of all events that are held.
    private var ids: Set<EventID> = []

    /// A node that holds nothing.
    public init(site: SiteID) {
        self.site = site
    }

    /// Whether an event is held.
    public func holds(_ id: EventID) -> Bool { ids.contains(id) }

    /// Whether an event is held or waits.
    public func knows(_ id: EventID) -> Bool {
        holds(id) || waiting.contains { $0.id == id } || forks.contains(id)
    }

    /// The events of one writer in one stream, in order.
    public func events(of replica: Replica, in stream: StreamID) -> [ModelEvent] {
        events.filter { $0.header.stream == stream && $0.header.dot.replica == replica }
    }

    /// The writers of a stream, ascending.
    public func writers(of stream: StreamID) -> [Replica] {
        var found: [Replica] = []
        for event in events where event.header.stream == stream {
            if !found.contains(event.header.dot.replica) { found.append(event.header.dot.replica) }
        }
        return found.sorted()
    }

    /// The streams that are held, ascending.
    public var streams: [StreamID] {
        var found: [StreamID] = []
        for event in events where !found.contains(event.header.stream) {
            found.append(event.header.stream)
        }
        return found.sorted()
    }

    /// The node writes an event itself.
    public mutating func write(_ event: ModelEvent) {
        keep(event, from: nil)
    }

    /// What becomes of an event that a peer delivers; events that waited for it are not looked at.
    public mutating func take(_ event: ModelEvent, from peer: SiteID) -> ModelOutcome {
        guard cards.contains(event.header.dot.replica) else {
            wait(event)
            return .pendingCard
        }
        let outcome = judge(event)
        switch outcome {
        case .accepted:
            if !fork(event) { keep(event, from: peer) }
        case .pendingEvent, .pendingCard: wait(event)
        case .duplicate: break
        }
        return outcome
    }

    /// Looks at everything that waits, until nothing moves; gives what is held now.
    public mutating func release(_ peer: SiteID) -> [EventID] {
        var released: [EventID] = []
        var hasMoved = true
        while hasMoved {
            hasMoved = false
            for event in waiting where cards.contains(event.header.dot.replica) {
                let outcome = judge(event)
                guard outcome == .accepted || outcome == .duplicate else { continue }
                waiting.removeAll { $0.id == event.id }
                if outcome == .accepted, !fork(event) {
                    keep(event, from: peer)
                    released.append(event.id)
                }
                hasMoved = true
                break
            }
        }
        return released
    }

    /// Destroys what waits of a stream, but for the events that the node was seen to keep.
    ///
    /// - Returns: what was destroyed.
    public mutating func forgetWaiting(in stream: StreamID, except kept: [Dot]) -> [ModelEvent] {
        let gone = waiting.filter {
            $0.header.stream == stream && !kept.contains($0.header.dot)
        }
        waiting.removeAll { event in gone.contains { $0.id == event.id } }
        return gone
    }

    /// Orders what was accepted since a place as the node did: the order of acceptance is its own.
    public mutating func reorder(from place: Int, by order: [EventID]) {
        let tail = events[place...].indices.map { (events[$0], sources[$0]) }
        let sorted = order.compactMap { id in tail.first { $0.0.id == id } }
        guard sorted.count == tail.count else { return }
        for (offset, item) in sorted.enumerated() {
            events[place + offset] = item.0
            sources[place + offset] = item.1
        }
    }

    /// Who delivered the events past a place, as the node noted it.
    public mutating func attribute(_ place: Int, to peer: SiteID?) { sources[place] = peer }

    private mutating func keep(_ event: ModelEvent, from peer: SiteID?) {
        events.append(event)
        sources.append(peer)
        ids.insert(event.id)
    }

    private mutating func wait(_ event: ModelEvent) {
        if !waiting.contains(where: { $0.id == event.id }) { waiting.append(event) }
    }

    /// Whether the event is the second one under its dot, or continues another history than the
    /// one that is held; it is kept apart then.
    private mutating func fork(_ event: ModelEvent) -> Bool {
        let held = events(of: event.header.dot.replica, in: event.header.stream)
        let isSecond = held.contains { $0.header.dot == event.header.dot }
        let isOther = held.last.map {
            event.header.previous != nil && $0.id != event.header.previous
        }
        guard isSecond || isOther ?? false else { return false }
        if !forks.contains(event.id) { forks.append(event.id) }
        return true
    }

    /// The rules of admission.
    private func judge(_ event: ModelEvent) -> ModelOutcome {
        let dot = event.header.dot
        let held = events(of: dot.replica, in: event.header.stream)
        if let same = held.first(where: { $0.header.dot == dot }) {
            return same.id == event.id ? .duplicate : .accepted
        }
        guard dot.counter == UInt64(held.count) + 1 else { return .pendingEvent }
        if let previous = event.header.previous, let last = held.last, last.id != previous {
            return .accepted
        }
        for dependency in event.header.dependencies {
            let theirs = events(of: dependency.dot.replica, in: event.header.stream)
            guard UInt64(theirs.count) >= dependency.dot.counter else { return .pendingEvent }
        }
        return .accepted
    }
}

extension ModelStore {
    /// An event that was written here.
    public func written(_ id: EventID) -> ModelEvent? {
        zip(events, sources).first { $0.id == id && $1 == nil }?.0
    }
}
