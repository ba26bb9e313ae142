import CareRecord
import Consent
import Foundation
import GRDB

/// Rows of `agreement` and of what belongs to one.
enum AgreementRows {
    /// An agreement with its peer's row.
    struct Item {
        let id: Int64
        let peer: Int64
        let agreement: SharingAgreement
        let made: Int64
        /// `nil` once every stream that was held when it was made has been decided.
        let job: Job?
    }

    /// How far an agreement's decisions are.
    struct Job {
        let cursor: Int64
        let end: Int64
        let started: Int64
    }

    private static let columns = """
        agreement.id, agreement.peer, peer.site, compartments, purpose, scope, attested, erases,
        policy, made, job_cursor, job_end, job_started
        """

    /// Every agreement with a peer that was not revoked, in the order they were made.
    static func all(_ db: Database) throws -> [Item] {
        try items(
            try db.cachedStatement(
                sql: """
                    SELECT \(columns) FROM agreement JOIN peer ON peer.id = agreement.peer
                    WHERE peer.revoked IS NULL ORDER BY agreement.id
                    """), [])
    }

    /// The agreements with one peer, in the order they were made.
    static func of(peer: Int64, _ db: Database) throws -> [Item] {
        try items(
            try db.cachedStatement(
                sql: """
                    SELECT \(columns) FROM agreement JOIN peer ON peer.id = agreement.peer
                    WHERE agreement.peer = ? AND peer.revoked IS NULL ORDER BY agreement.id
                    """), [peer])
    }

    /// The oldest agreement that has streams left to decide.
    static func nextJob(_ db: Database) throws -> Item? {
        try items(
            try db.cachedStatement(
                sql: """
                    SELECT \(columns) FROM agreement JOIN peer ON peer.id = agreement.peer
                    WHERE job_cursor IS NOT NULL AND peer.revoked IS NULL
                    ORDER BY agreement.id LIMIT 1
                    """), []
        ).first
    }

    /// Makes the row of an agreement, with the job of deciding what is held now.
    static func insert(
        _ agreement: SharingAgreement, peer: Int64, end: Int64, now: Int64, _ db: Database
    ) throws -> Int64 {
        try db.execute(
            sql: """
                INSERT INTO agreement (peer, compartments, purpose, scope, attested, erases, policy,
                  made, job_cursor, job_end, job_started)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """,
            arguments: [
                peer, CompartmentNames.text(agreement.compartments), agreement.purpose,
                agreement.scope.rawValue, agreement.isAttested,
                agreement.onWithdrawal == .erase, Int64(agreement.policyVersion), now,
                end > 0 ? 0 : nil, end, now,
            ])
        return db.lastInsertedRowID
    }

    /// Notes how far the decisions are; `nil` once they are done.
    static func moveJob(_ id: Int64, to cursor: Int64?, _ db: Database) throws {
        try db.cachedStatement(sql: "UPDATE agreement SET job_cursor = ? WHERE id = ?")
            .execute(arguments: [cursor, id])
    }

    /// Names a patient under an agreement; a later end wins.
    static func list(
        _ patient: PatientID, under agreement: Int64, until: Int64?, _ db: Database
    ) throws {
        try db.cachedStatement(
            sql: """
                INSERT INTO agreement_patient (agreement, patient, until) VALUES (?, ?, ?)
                ON CONFLICT (agreement, patient) DO UPDATE SET until =
                  CASE WHEN until IS NULL OR excluded.until IS NULL THEN NULL
                    ELSE max(until, excluded.until) END
                """
        ).execute(arguments: [agreement, Data(patient.bytes), until])
    }

    private static func items(
        _ statement: Statement, _ arguments: StatementArguments
    ) throws -> [Item] {
        try Row.fetchAll(statement, arguments: arguments).map(item)
    }

    private static func item(_ row: Row) throws -> Item {
        let site: Data = row[2]
        let scope: String = row[5]
        let policy: Int64 = row[8]
        guard let peer = SiteID(bytes: site), let known = SharingAgreement.Scope(rawValue: scope)
        else { throw StoreFailure(.damaged, "read a sharing agreement") }
        let cursor: Int64? = row[10]
        let id: Int64 = row[0]
        return Item(
            id: id, peer: row[1],
            agreement: SharingAgreement(
                number: id, peer: peer, compartments: CompartmentNames.compartments(row[3]),
                purpose: row[4], scope: known, isAttested: row[6],
                onWithdrawal: row[7] ? .erase : .seal, policyVersion: UInt64(policy)),
            made: row[9],
            job: cursor.map { Job(cursor: $0, end: row[11], started: row[12]) })
    }
}

/// Compartments as one text of a row.
enum CompartmentNames {
    /// Names, one space between, in the given order.
    static func text(_ compartments: [Compartment]) -> String {
        compartments.map(\.name).joined(separator: " ")
    }

    /// Reads the text back.
    static func compartments(_ text: String) -> [Compartment] {
        text.split(separator: " ").compactMap { Compartment(name: $0) }
    }
}

/// The policy version of this node: it rises with every grant and every withdrawal.
enum PolicyVersion {
    /// Makes the next version, which stands from then on.
    static func next(_ db: Database) throws -> Int64 {
        let statement = try db.cachedStatement(
            sql: """
                INSERT INTO setting (name, value) VALUES ('policy', ?1)
                ON CONFLICT (name) DO UPDATE SET value = ?1
                """)
        let version = try current(db) + 1
        try statement.execute(arguments: [Data(String(version).utf8)])
        return version
    }

    /// The version of the newest grant or withdrawal; 0 before the first.
    static func current(_ db: Database) throws -> Int64 {
        let value = try Data.fetchOne(
            try db.cachedStatement(sql: "SELECT value FROM setting WHERE name = 'policy'"))
        return value.flatMap { Int64(String(decoding: $0, as: UTF8.self)) } ?? 0
    }
}
