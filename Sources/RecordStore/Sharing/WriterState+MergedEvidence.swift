import CareRecord
import ConflictResolver
import GRDB
import Interchange
import StrictJSON

extension WriterState {
    /// Entities inside resources whose content can be evidence.
    private static let evidenceParts: Set<String> = [
        "CarePlan.contributor", "CareTeam.participant", "CareTeam.managingOrganization",
    ]

    /// Whether a change on an element can change what a resource is evidence of.
    func mayRestateEvidence(_ element: Element) -> Bool {
        element.inside == nil
            ? Self.evidenceTypes.contains(element.entityType)
            : Self.evidenceParts.contains(element.entityType)
    }

    /// States anew what resources are evidence of whose elements changed one by one in this fact. Of
    /// those that were only ever written whole, each version says it by itself.
    mutating func restateEvidence(_ db: Database) throws {
        guard !evidenceToRestate.isEmpty else { return }
        let entities = evidenceToRestate.sorted()
        evidenceToRestate = []
        for entity in entities where try Self.isChangedByElements(entity, db) {
            try restateEvidence(ofEntityAt: entity, db)
        }
    }

    /// Whether anything but whole versions was written of a resource after its creation.
    static func isChangedByElements(
        _ entity: ChangePosition, _ db: Database
    ) throws -> Bool {
        let statement = try db.cachedStatement(
            sql: """
                SELECT EXISTS (SELECT 1 FROM revision JOIN word ON word.id = revision.facet
                  WHERE revision.entity = ? AND word.text <> '*')
                """)
        return try Bool.fetchOne(statement, arguments: [entity.rawValue]) ?? false
    }

    private mutating func restateEvidence(
        ofEntityAt entity: ChangePosition, _ db: Database
    ) throws {
        var reader = ResourceReader()
        let placed = try reader.history(createdAt: entity, db)
        guard let patient = placed.stream.patient else { return }
        for position in placed.positions.values.sorted() { try forgetEvidence(at: position, db) }
        guard let view = placed.history.view() else { return }
        let merged = MergedEvidence(view, of: placed.history)
        for name in merged.speakers {
            guard let position = placed.positions[name] else { continue }
            let targets = try self.targets(of: name, in: placed, &reader, db)
            try noteEvidence(
                merged.claims(of: name, targets), patient: patient, at: position, db)
        }
    }

    /// What the references of a change lead to, by their text. Who repeats another's value, as a
    /// decision does, means what that one's references lead to.
    private func targets(
        of name: HeadName, in placed: PlacedHistory, _ reader: inout ResourceReader, _ db: Database
    ) throws -> [String: ReferenceTarget] {
        guard let held = placed.history.changes[name] else { return [:] }
        let own = try ownTargets(of: name, in: placed, &reader, db)
        guard own.isEmpty else { return own }
        var found: [String: ReferenceTarget] = [:]
        var ambiguous: Set<String> = []
        for other in placed.history.changes.keys.sorted()
        where held.supersedes.contains(where: { $0.dot == other.dot && $0.index == other.index }) {
            for (text, target) in try ownTargets(of: other, in: placed, &reader, db) {
                if let known = found[text], known != target { ambiguous.insert(text) }
                found[text] = target
            }
        }
        return found.filter { !ambiguous.contains($0.key) }
    }

    private func ownTargets(
        of name: HeadName, in placed: PlacedHistory, _ reader: inout ResourceReader, _ db: Database
    ) throws -> [String: ReferenceTarget] {
        guard let position = placed.positions[name],
            case .given(let bytes)? = placed.history.changes[name]?.value
        else { return [:] }
        let change = try reader.event(at: position.seq, db).header.change(at: position)
        return ReferenceTargets.byText(of: bytes, change.targets)
    }
}
