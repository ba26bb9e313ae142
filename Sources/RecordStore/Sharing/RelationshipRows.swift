import CareRecord
import Consent
import Foundation
import GRDB

/// Reads the care relationships of a peer to a patient (`sync.md` §4).
enum RelationshipRows {
    /// From evidence in the record, from administrators' lists and from answered asks, in that
    /// order; evidence by position.
    static func relationships(
        of patient: PatientID, to peer: Int64, _ agreements: [AgreementRows.Item],
        ownSite: SiteID, _ db: Database
    ) throws -> [CareRelationship] {
        var found: [CareRelationship] = []
        if agreements.contains(where: { $0.agreement.scope == .relationship }) {
            found += try evidence(of: patient, naming: peer, db)
        }
        for item in agreements where [.list, .onRequest].contains(item.agreement.scope) {
            guard let row = try listed(patient, under: item.id, db) else { continue }
            found.append(
                CareRelationship(
                    kind: item.agreement.scope == .list ? .listed : .asked,
                    untilMilliseconds: row.until, author: ownSite, agreement: item.id))
        }
        return found
    }

    private struct Listed {
        let until: Int64?
    }

    private static func listed(
        _ patient: PatientID, under agreement: Int64, _ db: Database
    ) throws -> Listed? {
        let statement = try db.cachedStatement(
            sql: "SELECT until FROM agreement_patient WHERE agreement = ? AND patient = ?")
        return try Row.fetchOne(statement, arguments: [agreement, Data(patient.bytes)])
            .map { Listed(until: $0[0]) }
    }

    /// Evidence names a peer by an identifier that an administrator gave, written in the
    /// reference itself or in the Organization that the reference leads to.
    private static func evidence(
        of patient: PatientID, naming peer: Int64, _ db: Database
    ) throws -> [CareRelationship] {
        let statement = try db.cachedStatement(
            sql: """
                SELECT evidence.kind, evidence.until, site.uuid FROM evidence
                JOIN site ON site.id = evidence.author
                WHERE evidence.patient = ?1 AND (
                  EXISTS (SELECT 1 FROM peer_organisation AS named
                    WHERE named.peer = ?2 AND named.key = evidence.key)
                  OR EXISTS (SELECT 1 FROM peer_organisation AS named
                    JOIN identifier_key ON identifier_key.key = named.key
                    JOIN entity ON entity.position = identifier_key.position
                    WHERE named.peer = ?2 AND entity.uuid = evidence.organisation))
                ORDER BY evidence.position, evidence.number
                """)
        return try Row.fetchAll(statement, arguments: [Data(patient.bytes), peer]).map { row in
            let kind: String = row[0]
            let author: Data = row[2]
            guard let known = CareRelationship.Kind(rawValue: kind),
                let site = SiteID(bytes: author)
            else { throw StoreFailure(.damaged, "read evidence of a care relationship") }
            return CareRelationship(kind: known, untilMilliseconds: row[1], author: site)
        }
    }
}
