import CareRecord
import ConflictResolver
import GRDB
import Interchange
import StrictJSON

/// What a reader may see of what a resource refers to.
struct VersionSight {
    let finder: EntityFinder
    let client: ClientSight

    /// Whether a reference to the entity can be read by this reader at this node.
    func isHeld(_ entity: EntityID, type: String, _ db: Database) throws -> Bool {
        try finder.byID(entity, type: type, db, where: client.includes) != nil
    }
}

/// What the references of a resource lead to, as the origins of its changes resolved them.
///
/// Events carry references as written, and a view has them at other places than the changes: so each is
/// known by its text. A text that leads to several entities, as where two systems use one id, is left.
struct VersionReferences {
    private var targets: [String: Set<ReferenceTarget>] = [:]

    /// Takes in a change.
    mutating func take(_ change: HeldChange, _ led: [ReferenceTarget]) {
        guard !led.isEmpty, case .given(let bytes) = change.value,
            let document = Self.document(bytes)
        else { return }
        for (text, target) in zip(ReferenceTexts.all(of: document.root, in: document), led) {
            targets[text, default: []].insert(target)
        }
    }

    /// The content with references that lead somewhere at this node, for this reader; what is not held
    /// or withheld is named only (`interchange.md` §4).
    func shown(
        _ content: ResourceVersion.Content, _ sight: VersionSight, _ db: Database
    ) throws -> ResourceVersion.Content {
        guard case .shown(let bytes) = content else { return content }
        return .shown(Self.rewriting(bytes, as: try shown(sight, db)))
    }

    /// What each reference is shown as to this reader, by its text.
    func shown(
        _ sight: VersionSight, _ db: Database
    ) throws -> [String: ShownReference] {
        var known: [String: ShownReference] = [:]
        for (text, led) in targets {
            guard led.count == 1, case .entity(_, let type, let id)? = led.first else { continue }
            known[text] =
                try sight.isHeld(id, type: type, db)
                ? .literal(type: type, id: id.description)
                : .logical(type: type, id: id.description)
        }
        return known
    }

    /// What each text leads to, where that is one thing.
    var led: [String: ReferenceTarget] {
        targets.compactMapValues { $0.count == 1 ? $0.first : nil }
    }

    /// A value with its references as they are shown; one that cannot be read stays as it is.
    static func rewriting(
        _ bytes: [UInt8], as shown: [String: ShownReference]
    ) -> [UInt8] {
        guard !shown.isEmpty, let document = document(bytes) else { return bytes }
        return ResourceReferences.rewriting(document) { shown[$0] }
    }

    /// A change with its references as they are shown.
    static func rewriting(
        _ change: HeldChange, as shown: [String: ShownReference]
    ) -> HeldChange {
        guard case .given(let bytes) = change.value, !shown.isEmpty else { return change }
        return HeldChange(
            name: change.name, element: change.element, operation: change.operation,
            supersedes: change.supersedes, covers: change.covers, holder: change.holder,
            author: change.author, time: change.time,
            value: .given(rewriting(bytes, as: shown)))
    }

    private static func document(_ bytes: [UInt8]) -> JSONDocument? {
        do {
            return try JSONDocument(bytes, limits: .importFile)
        } catch {
            return nil
        }
    }
}
