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
}
