import CareRecord

/// The changes on one element, and which of them are heads: those that no other change on it names
/// (`merge.md` §2.1).
///
/// The heads follow from the set of changes alone. Adding one costs what it names and how many heads
/// there are, not how many changes the element has had; only a fork makes it look at all of them.
struct ElementHeads: Sendable, Hashable {
    /// The heads, ascending by name.
    private(set) var heads: [Head] = []
    private var changes: [HeadName: HeadContent] = [:]
    private var ended: Set<ChangeReference> = []

    /// A head with what it says.
    struct Head: Sendable, Hashable {
        let name: HeadName
        let content: HeadContent
    }

    /// Adds a change, in any order; one that is there already changes nothing.
    ///
    /// - Parameters:
    ///   - references: what it names as superseded; only changes on this element are ended by them.
    ///   - isEndedElsewhere: whether a change on the whole entity has ended a change.
    mutating func insert(
        _ name: HeadName, _ content: HeadContent, superseding references: [ChangeReference],
        forks: Set<Dot>, isEndedElsewhere: (HeadName) -> Bool
    ) {
        guard changes.updateValue(content, forKey: name) == nil else { return }
        end(references, by: name, forks: forks)
        guard !isEnded(name, forks: forks), !isEndedElsewhere(name) else { return }
        let place = heads.firstIndex { name < $0.name } ?? heads.count
        heads.insert(Head(name: name, content: content), at: place)
    }

    /// Notes what a change ends, here or in the whole entity.
    mutating func end(_ references: [ChangeReference], by name: HeadName, forks: Set<Dot>) {
        // Nobody was shown the change that is being made.
        let others = references.filter { !$0.names(name) }
        guard !others.isEmpty else { return }
        ended.formUnion(others)
        let ended = ended
        heads.removeAll { $0.name.isEnded(by: ended, forks: forks) }
    }

    /// A dot turned out to be forked: what bare references to it had ended is a head again.
    mutating func noteFork(forks: Set<Dot>, isEndedElsewhere: (HeadName) -> Bool) {
        heads = changes.keys.sorted()
            .filter { !isEnded($0, forks: forks) && !isEndedElsewhere($0) }
            .compactMap { name in changes[name].map { Head(name: name, content: $0) } }
    }

    private func isEnded(_ name: HeadName, forks: Set<Dot>) -> Bool {
        name.isEnded(by: ended, forks: forks)
    }
}

extension HeadName {
    /// Whether one of some references ends this change. A bare one ends neither branch of a fork.
    func isEnded(by references: Set<ChangeReference>, forks: Set<Dot>) -> Bool {
        if references.isEmpty { return false }
        if references.contains(ChangeReference(dot: dot, index: index, event: event)) {
            return true
        }
        return references.contains(ChangeReference(dot: dot, index: index)) && !forks.contains(dot)
    }
}

extension ChangeReference {
    /// Whether this points at a change, by its dot or by its event.
    func names(_ change: HeadName) -> Bool {
        dot == change.dot && index == change.index && (event == nil || event == change.event)
    }
}

/// What a head says of its element.
public enum HeadContent: Sendable, Hashable {
    /// An object of the facet's members, canonical JSON: equal bytes are equal values.
    case value([UInt8])
    /// Of existence: the entity is there.
    case present
    /// Of existence: a member of a set ended, or the entity moved elsewhere.
    case ended
    /// Of existence: entered in error.
    case retracted
    /// What cannot be read by this version, as given: shown as opaque.
    case opaque([UInt8])
    /// A blob whose bytes are on their way.
    case onItsWay
    /// Destroyed by order.
    case erased
}
