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
        let claims = drafts.map { draft in
            let index = draft.referenceIndex.flatMap {
                change.targets.indices.contains($0) ? $0 : nil
            }
            return EvidenceClaim(
                draft, target: index.map { change.targets[$0] }, author: author)
        }
        try noteEvidence(claims, patient: patient, at: position, db)
    }

    /// Notes claims that stand in one change; what has ended already is left out.
    mutating func noteEvidence(
        _ claims: [EvidenceClaim], patient: PatientID, at position: ChangePosition, _ db: Database
    ) throws {
        let now = now()
        let statement = try db.cachedStatement(
            sql: """
                INSERT OR IGNORE INTO evidence
                  (position, number, patient, kind, author, organisation, key, until)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?)
                """)
        for (number, claim) in claims.enumerated() {
            if let end = claim.endMilliseconds, end <= now { continue }
            let key = claim.identifier.map {
                HashedKey.identifier(
                    type: "Organization", system: $0.system ?? "", value: $0.value)
            }
            guard claim.organisation != nil || key != nil else { continue }
            try statement.execute(arguments: [
                position.rawValue, number, Data(patient.bytes), claim.kind.rawValue,
                try names.site(claim.author, db), claim.organisation.map { Data($0.bytes) }, key,
                claim.endMilliseconds,
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
}

/// One reference that speaks for a care relationship, resolved.
struct EvidenceClaim: Hashable {
    let kind: RelationshipDraft.Kind
    /// The Organization that the reference leads to.
    let organisation: EntityID?
    /// The reference's own identifier.
    let identifier: IdentifierDraft?
    /// The first millisecond since 1970 UTC at which it no longer counts; `nil` if it is open.
    var endMilliseconds: Int64?
    /// By whose word it counts: who may profit from it depends on that.
    let author: SiteID

    init(_ draft: RelationshipDraft, target: ReferenceTarget?, author: SiteID) {
        self.author = author
        kind = draft.kind
        identifier = draft.identifier
        endMilliseconds = draft.endMilliseconds
        if case .entity(_, "Organization", let id)? = target {
            organisation = id
        } else {
            organisation = nil
        }
    }

    /// Whether both say the same, until when aside.
    func isLike(_ other: EvidenceClaim) -> Bool {
        kind == other.kind && organisation == other.organisation && identifier == other.identifier
            && author == other.author
    }
}
