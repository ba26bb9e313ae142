import CareRecord
import ConflictResolver
import StrictJSON

/// Which events belong in the urgent lane (`sync.md` §5).
enum UrgentEvents {
    /// Larger events and chains are histories: their urgent content is old, and they would make
    /// everybody else's wait.
    static let changesMax = 64

    /// Whether any change of an event has urgent content. A value that cannot be read is not.
    static func isUrgent(_ event: Event) -> Bool {
        guard event.header.chain.map({ $0.count == 1 }) ?? true,
            event.header.changes.count <= changesMax, event.header.stream.patient != nil
        else { return false }
        return zip(event.header.changes, event.values).contains { change, value in
            // What a person decided goes first (`sync.md` §5).
            if change.operation == .resolve { return true }
            let type = change.element.entityType
            if change.operation == .retract, UrgentContent.isUrgent(retractionOf: type) {
                return true
            }
            guard change.valueForm == .json, case .held(let bytes) = value, !bytes.isEmpty,
                let document = WriterState.document(bytes)
            else { return false }
            if change.element.inside != nil { return Urgency.isUrgent(Array(bytes), kind: type) }
            return UrgentContent.isUrgent(type: type, document.root, in: document)
        }
    }
}
