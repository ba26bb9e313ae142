import CareRecord
import Foundation
import GRDB

/// Whether the site that a stream counts as home of has shown that the patient is its own.
///
/// The first event that arrives gives a stream its home, and anybody may write first. What a home
/// may do beyond others, getting its patients' streams back and withdrawing them, rests on more:
/// on having written the creation of the Patient, and on nobody else having written one.
enum HomeProof {
    static func isProven(_ stream: StreamRows.Item, _ db: Database) throws -> Bool {
        guard let patient = stream.name.patient else { return true }
        let sites = try Data.fetchAll(
            try db.cachedStatement(
                sql: """
                    SELECT site.uuid FROM registration JOIN site ON site.id = registration.site
                    WHERE registration.patient = ?
                    """), arguments: [Data(patient.bytes)])
        return sites.map { SiteID(bytes: $0) } == [stream.home]
    }
}
