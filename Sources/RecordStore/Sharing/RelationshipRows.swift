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
            found += try evidence(of: patient, naming: peer, ownSite: ownSite, db)
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
    /// reference itself or in the Organization that the reference leads to. Where several directories
    /// have one of that id, only this site's and that of the evidence's author say what it is: anybody
    /// can copy an id.
    private static func evidence(
        of patient: PatientID, naming peer: Int64, ownSite: SiteID, _ db: Database
    ) throws -> [CareRelationship] {
        let statement = try db.cachedStatement(
            sql: """
                SELECT evidence.kind, evidence.until, site.uuid, evidence.organisation,
                  EXISTS (SELECT 1 FROM peer_organisation AS named
                    WHERE named.peer = ?2 AND named.key = evidence.key)
                FROM evidence JOIN site ON site.id = evidence.author
                WHERE evidence.patient = ?1 ORDER BY evidence.position, evidence.number
                """)
        let rows = try Row.fetchAll(statement, arguments: [Data(patient.bytes), peer])
        return try rows.compactMap { row in
            let kind: String = row[0]
            let author: Data = row[2]
            let organisation: Data? = row[3]
            guard let known = CareRelationship.Kind(rawValue: kind),
                let site = SiteID(bytes: author)
            else { throw StoreFailure(.damaged, "read evidence of a care relationship") }
            let isNamed: Bool = row[4]
            let isMeant =
                try isNamed
                || organisation.map { uuid in
                    try leads(uuid, to: peer, among: [Data(ownSite.bytes), author], db)
                } ?? false
            return isMeant
                ? CareRelationship(kind: known, untilMilliseconds: row[1], author: site) : nil
        }
    }

    /// Whether an Organization is the peer's.
    ///
    /// - Parameter homes: whose directories say so where several have one of that id.
    private static func leads(
        _ organisation: Data, to peer: Int64, among homes: [Data], _ db: Database
    ) throws -> Bool {
        guard let entity = EntityID(bytes: organisation) else { return false }
        let statement = try db.cachedStatement(
            sql: """
                SELECT site.uuid,
                  EXISTS (SELECT 1 FROM peer_organisation AS named
                    JOIN identifier_key ON identifier_key.key = named.key
                      AND identifier_key.position = entity.position
                    WHERE named.peer = ?3)
                FROM entity_key JOIN entity ON entity.position = entity_key.position
                JOIN event ON event.seq = entity.position >> 8
                JOIN stream ON stream.id = event.stream
                JOIN site ON site.id = stream.home
                WHERE entity_key.key = ?1 AND entity.uuid = ?2
                """)
        let found = try Row.fetchAll(
            statement, arguments: [HashedKey.entity(entity), organisation, peer]
        ).map { row -> (home: Data, isPeers: Bool) in (row[0], row[1]) }
        let isCopied = Set(found.map(\.home)).count > 1
        return found.contains { $0.isPeers && (!isCopied || homes.contains($0.home)) }
    }
}
