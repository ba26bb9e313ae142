public import AuditTrail
public import CareRecord
import Foundation
import GRDB

extension SiteStore {
    /// Writes the entries of a look at records; each says whether this site had anything to do with
    /// the patient then.
    ///
    /// - Parameters:
    ///   - kind: `read` or `search`.
    ///   - patients: whose records; an entry for each.
    ///   - reason: what is looked at, where it is not the record itself.
    public func recordAccess(
        _ kind: AuditKind, to patients: [PatientID], reason: String? = nil, actor: AuditActor
    ) async throws {
        try await committer.commit { db, state in
            for patient in patients {
                var fact = AuditFact(kind: kind, actor: actor)
                fact.patient = patient
                fact.reason = reason
                fact.basis = try Self.relationship(to: patient, of: state.replica.site, db)
                try state.record(fact, db)
            }
        }
    }

    /// `own-patient` if the patient's record began here, `own-entries` if this site has written into
    /// it, else `no-relationship`.
    static func relationship(
        to patient: PatientID, of site: SiteID, _ db: Database
    ) throws -> String {
        let isOwn = try Bool.fetchOne(
            try db.cachedStatement(
                sql: """
                    SELECT EXISTS (SELECT 1 FROM stream JOIN site ON site.id = stream.home
                      WHERE stream.patient = ? AND site.uuid = ?)
                    """), arguments: [Data(patient.bytes), Data(site.bytes)])
        if isOwn ?? false { return "own-patient" }
        let hasEntries = try Bool.fetchOne(
            try db.cachedStatement(
                sql: """
                    SELECT EXISTS (SELECT 1 FROM stream JOIN event ON event.stream = stream.id
                      WHERE stream.patient = ? AND event.source IS NULL)
                    """), arguments: [Data(patient.bytes)])
        return hasEntries ?? false ? "own-entries" : "no-relationship"
    }
}
