import CareRecord
import Consent
import Foundation
import GRDB
import Interchange
import StrictJSON

extension WriterState {
    /// Types whose content can be evidence of a care relationship.
    static let evidenceTypes: Set<String> = [
        "Patient", "CarePlan", "CareTeam", "Encounter", "EpisodeOfCare",
    ]

    /// Notes what one change says about who cares for the patient; what has ended already is left
    /// out, since time only goes on.
    mutating func noteEvidence(
        _ change: Change, _ document: JSONDocument, patient: PatientID, author: SiteID,
        at position: ChangePosition, _ db: Database
    ) throws {
        let drafts = RelationshipDraft.all(
            of: document.root, type: change.element.entityType, in: document)
        let now = now()
        let statement = try db.cachedStatement(
            sql: """
                INSERT OR IGNORE INTO evidence
                  (position, number, patient, kind, author, organisation, key, until)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?)
                """)
        for (number, draft) in drafts.enumerated() {
            if let end = draft.endMilliseconds, end <= now { continue }
            let organisation = Self.organisation(of: draft, in: change)
            let key = draft.identifier.map {
                HashedKey.identifier(
                    type: "Organization", system: $0.system ?? "", value: $0.value)
            }
            guard organisation != nil || key != nil else { continue }
            try statement.execute(arguments: [
                position.rawValue, number, Data(patient.bytes), draft.kind.rawValue,
                try names.site(author, db), organisation.map { Data($0.bytes) }, key,
                draft.endMilliseconds,
            ])
            evidenceChangedOf.insert(patient)
        }
    }

    /// What is no longer a head is no longer evidence.
    mutating func forgetEvidence(at position: ChangePosition, _ db: Database) throws {
        let patients = try Data.fetchAll(
            try db.cachedStatement(
                sql: "DELETE FROM evidence WHERE position = ? RETURNING patient"),
            arguments: [position.rawValue])
        for patient in patients.compactMap({ PatientID(bytes: $0) }) {
            evidenceChangedOf.insert(patient)
        }
    }

    /// Decides again about patients whose evidence changed in this fact.
    mutating func followEvidence(_ db: Database) throws {
        guard !evidenceChangedOf.isEmpty else { return }
        let patients = evidenceChangedOf.sorted()
        evidenceChangedOf = []
        noteShareNews()
        for patient in patients {
            try materialise(patient: patient, db)
        }
    }

    private static func organisation(of draft: RelationshipDraft, in change: Change) -> EntityID? {
        guard let index = draft.referenceIndex, index < change.targets.count,
            case .entity(_, "Organization", let id) = change.targets[index]
        else { return nil }
        return id
    }
}
