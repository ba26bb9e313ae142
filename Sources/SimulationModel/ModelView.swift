public import CareRecord

/// A change, named by its event and its place in it.
public struct ModelChange: Sendable, Hashable, Comparable {
    /// The event's dot.
    public let dot: Dot
    /// The change's place.
    public let index: Int

    /// Names a change.
    public init(dot: Dot, index: Int) {
        self.dot = dot
        self.index = index
    }

    /// Whether a reference points at it.
    func isNamed(by reference: ChangeReference) -> Bool {
        reference.dot == dot && Int(reference.index) == index
    }

    public static func < (left: ModelChange, right: ModelChange) -> Bool {
        (left.dot, left.index) < (right.dot, right.index)
    }
}

extension ModelStore {
    /// Events of a stream that are in view: of complete chains, and of a stream that was withdrawn
    /// only those that were written here.
    public func inView(_ stream: StreamID, isSealed: Bool) -> [ModelEvent] {
        var found: [ModelEvent] = []
        for (event, source) in zip(events, sources) where event.header.stream == stream {
            if isSealed, source != nil { continue }
            if let chain = event.header.chain {
                let held = events.filter {
                    $0.header.stream == stream && $0.header.chain?.id == chain.id
                        && $0.header.dot.replica == event.header.dot.replica
                }
                guard held.count == Int(chain.count) else { continue }
            }
            found.append(event)
        }
        return found
    }

    /// The heads of every whole resource of a stream: changes that no other change of the same
    /// resource supersedes; a resource without a creation in view has none.
    public func heads(of stream: StreamID, isSealed: Bool) -> [Element: [ModelChange]] {
        let seen = inView(stream, isSealed: isSealed)
        var heads: [Element: [ModelChange]] = [:]
        for event in seen {
            for (index, change) in event.header.changes.enumerated()
            where change.element.isWholeResource {
                guard Self.isCreated(change.element, in: seen) else { continue }
                let name = ModelChange(dot: event.header.dot, index: index)
                guard !Self.isSuperseded(name, change.element, in: seen) else { continue }
                heads[change.element, default: []].append(name)
            }
        }
        return heads
    }

    /// Whether a claim was made anew or left out since: a change of the same resource names it.
    static func isOver(
        _ name: ModelChange, _ element: Element, in events: [ModelEvent]
    ) -> Bool {
        events.contains { event in
            event.header.changes.contains { change in
                change.element.resource == element.resource
                    && change.element.resourceType == element.resourceType
                    && change.supersedes.contains { name.isNamed(by: $0) }
            }
        }
    }

    private static func isCreated(_ element: Element, in events: [ModelEvent]) -> Bool {
        events.contains { event in
            event.header.changes.contains { $0.operation == .create && $0.element == element }
        }
    }

    /// Whether a change in view names this one as superseded.
    static func isSuperseded(
        _ name: ModelChange, _ element: Element, in events: [ModelEvent]
    ) -> Bool {
        events.contains { event in
            event.header.changes.contains { change in
                change.element == element
                    && change.supersedes.contains { name.isNamed(by: $0) }
            }
        }
    }
}
