import CareRecord

extension ResourceHistory {
    /// The same resource with some of its changes alone, as if there were no others.
    public func limited(to isIncluded: (HeldChange) throws -> Bool) rethrows -> ResourceHistory {
        var limited = ResourceHistory(type: shape.entityType, entity: entity)
        for change in changes.values where try isIncluded(change) { limited.insert(change) }
        for dot in forks { limited.noteFork(of: dot) }
        return limited
    }

    /// Every head of every element, ascending: what a change of all of the resource replaces.
    public var allHeads: [HeadName] {
        Set(elements.values.flatMap { $0.heads.map(\.name) }).sorted()
    }

    /// The heads of an element, ascending by name.
    public func headNames(of element: PartElement) -> [HeadName] {
        heads(element.facet, of: element.part).map(\.name).sorted()
    }

    /// Whether there are entities inside the resource, such as activities.
    public var holdsEntities: Bool { elements.keys.contains { $0.part != root } }

    /// Who says that a part is there, ascending by name.
    public func presences(of part: Part) -> [HeadName] {
        heads(.existence, of: part).filter { $0.content == .present }.map(\.name)
    }

    /// Whether the site that wrote a head left it, or the part that it is in, out of a later version.
    public func isLeftOut(_ head: HeadName, of element: PartElement) -> Bool {
        let site = head.dot.replica.site
        let presences = presences(of: element.part).filter { $0.dot.replica.site == site }
        return omits.contains { omit in
            omit.name.dot.replica.site == site && omit.part == element.part
                && (omit.leavesOut(element.facet, [head])
                    || omit.leavesOut(.existence, presences))
        }
    }
}
