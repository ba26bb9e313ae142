package import CareRecord

/// A second implementation of `merge.md`: a list of changes and plain loops, no index.
///
/// It shares no code with the resolver. One thing `merge.md` leaves to where a value is written: a
/// whole version ends what it names also in facets and entities that it leaves out (decision 0036).
package struct ReferenceModel: Sendable {
    /// Every change, in any order.
    package let changes: [WrittenChange]
    /// The dots that two events carry, ascending.
    package let forks: [Dot]

    /// Takes some changes for all there are.
    package init(changes: [WrittenChange]) {
        self.changes = changes
        var forks: [Dot] = []
        for (place, first) in changes.enumerated() {
            for second in changes[..<place]
            where first.name.dot == second.name.dot && first.name.event != second.name.event
                && !forks.contains(first.name.dot)
            {
                forks.append(first.name.dot)
            }
        }
        self.forks = forks.sorted()
    }

    /// Everything that was ever said of any element.
    package var statements: [Statement] { changes.flatMap(\.statements) }

    /// Whether a reference ends a change: bare, it ends neither branch of a fork.
    func ends(_ reference: ChangeReference, _ name: WrittenName) -> Bool {
        guard Self.names(reference, name) else { return false }
        return reference.event != nil || !forks.contains(name.dot)
    }

    /// Whether a reference names a change: bare, it names both branches of a fork.
    static func names(_ reference: ChangeReference, _ name: WrittenName) -> Bool {
        guard reference.dot == name.dot, reference.index == name.index else { return false }
        return reference.event == nil || reference.event == name.event
    }

    /// Whether a change is one on an element.
    private func isOn(_ element: ModelElement, _ change: WrittenChange) -> Bool {
        switch change.operation {
        case .omit, .erase: return false
        default: break
        }
        let said = change.statements
        if said.contains(where: { $0.element == element }) { return true }
        guard change.facet == "*", said.contains(where: { $0.element.facet == "existence" }),
            ![.retract, .unlink, .relocate].contains(change.operation)
        else { return false }
        return element.part == change.part || element.part.isInside(change.part)
    }

    /// The heads of every element: what no other change on the element names.
    func heads() -> [Statement] {
        var found: [Statement] = []
        for change in changes {
            // Only what names a change can end anything that it says.
            let naming = changes.filter { other in
                other.name != change.name && other.supersedes.contains { ends($0, change.name) }
            }
            for statement in change.statements
            where !naming.contains(where: { isOn(statement.element, $0) }) {
                found.append(statement)
            }
        }
        return found
    }
}
