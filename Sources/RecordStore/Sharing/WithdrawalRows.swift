import CareRecord
import Consent
import Foundation
import GRDB

/// Rows of `withdrawal`.
enum WithdrawalRows {
    /// A withdrawal with how far its rows were removed.
    struct Item {
        let id: Int64
        let peer: Int64
        let withdrawal: Withdrawal
        let reason: String
        let made: Int64
        let streams: Int
        /// `nil` once no row of it is left.
        let cursor: Int64?
    }

    private static let columns = """
        withdrawal.id, withdrawal.peer, peer.site, compartments, patient, reason, policy, made,
        streams, withdrawal.cursor
        """

    /// Withdrawals of a peer that rows of `share` may still be older than.
    static func open(of peer: Int64, _ db: Database) throws -> [Item] {
        try items(
            try db.cachedStatement(
                sql: """
                    SELECT \(columns) FROM withdrawal JOIN peer ON peer.id = withdrawal.peer
                    WHERE withdrawal.peer = ? AND withdrawal.cursor IS NOT NULL
                    ORDER BY withdrawal.id
                    """), [peer])
    }

    /// Withdrawals of a peer that may match a stream of a patient, or one of no patient.
    static func matching(
        peer: Int64, patient: PatientID?, _ db: Database
    ) throws -> [Item] {
        try items(
            try db.cachedStatement(
                sql: """
                    SELECT \(columns) FROM withdrawal JOIN peer ON peer.id = withdrawal.peer
                    WHERE withdrawal.peer = ?1 AND (patient IS NULL OR patient = ?2)
                    ORDER BY withdrawal.id
                    """), [peer, patient.map { Data($0.bytes) }])
    }

    /// Every withdrawal, in the order they were made.
    static func all(_ db: Database) throws -> [Item] {
        try items(
            try db.cachedStatement(
                sql: """
                    SELECT \(columns) FROM withdrawal JOIN peer ON peer.id = withdrawal.peer
                    ORDER BY withdrawal.id
                    """), [])
    }

    /// The oldest withdrawal that has rows left to remove.
    static func nextJob(_ db: Database) throws -> Item? {
        try items(
            try db.cachedStatement(
                sql: """
                    SELECT \(columns) FROM withdrawal JOIN peer ON peer.id = withdrawal.peer
                    WHERE withdrawal.cursor IS NOT NULL ORDER BY withdrawal.id LIMIT 1
                    """), []
        ).first
    }

    static func insert(
        _ withdrawal: Withdrawal, peer: Int64, reason: String, now: Int64, _ db: Database
    ) throws -> Int64 {
        try db.execute(
            sql: """
                INSERT INTO withdrawal (peer, compartments, patient, reason, policy, made, cursor)
                VALUES (?, ?, ?, ?, ?, ?, 0)
                """,
            arguments: [
                peer, CompartmentNames.text(withdrawal.compartments),
                withdrawal.patient.map { Data($0.bytes) }, reason,
                Int64(withdrawal.policyVersion), now,
            ])
        return db.lastInsertedRowID
    }

    /// Notes how many rows were removed, and how far; `nil` once none is left.
    static func move(
        _ id: Int64, to cursor: Int64?, removed: Int, _ db: Database
    ) throws {
        try db.cachedStatement(
            sql: "UPDATE withdrawal SET cursor = ?, streams = streams + ? WHERE id = ?"
        ).execute(arguments: [cursor, removed, id])
    }

    private static func items(
        _ statement: Statement, _ arguments: StatementArguments
    ) throws -> [Item] {
        try Row.fetchAll(statement, arguments: arguments).map { row in
            let site: Data = row[2]
            let patient: Data? = row[4]
            let policy: Int64 = row[6]
            guard let peer = SiteID(bytes: site) else {
                throw StoreFailure(.damaged, "read a withdrawal")
            }
            let id: Int64 = row[0]
            return Item(
                id: id, peer: row[1],
                withdrawal: Withdrawal(
                    number: id, peer: peer, compartments: CompartmentNames.compartments(row[3]),
                    patient: patient.flatMap { PatientID(bytes: $0) },
                    policyVersion: UInt64(policy)),
                reason: row[5], made: row[7], streams: row[8], cursor: row[9])
        }
    }
}
