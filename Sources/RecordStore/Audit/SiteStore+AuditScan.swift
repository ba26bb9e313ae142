import AuditTrail
public import CareRecord
import Foundation
import GRDB
import Signing

extension SiteStore {
    /// The pseudonym that a patient has in this site's audit log.
    public func auditPseudonym(of patient: PatientID) -> String {
        auditEncoder.pseudonym(of: patient)
    }

    /// What the first entry of this site's log says of the pseudonym key: 32 bytes.
    public var auditPseudonymCommitment: [UInt8] { auditEncoder.pseudonymCommitment }

    /// Goes through the entries that hold some bytes, ascending, one row in memory at a time.
    ///
    /// - Parameters:
    ///   - marks: bytes of which an entry must hold one, such as `"kind":"read"`; none for all.
    ///   - pseudonym: the patient whom entries must name; `nil` for everybody and nobody.
    ///   - from: where to begin.
    ///   - through: where to end; that entry is not read.
    ///   - body: takes each entry.
    /// - Returns: what the body has gathered.
    public func scanAudit<Value: Sendable>(
        marks: [String] = [], pseudonym: String? = nil, from: UInt64 = 0,
        through end: UInt64? = nil, into value: Value,
        _ body: @Sendable (inout Value, StoredAuditEntry) throws -> Void
    ) async throws -> Value {
        let end = min(end ?? .max, auditStanding.edge.size)
        let isOne = marks.map { _ in "instr(entry, ?) > 0" }.joined(separator: " OR ")
        let sql = """
            SELECT seq, entry FROM audit WHERE seq >= ? AND seq < ?
            \(marks.isEmpty ? "" : "AND (\(isOne))")
            \(pseudonym == nil ? "" : "AND instr(entry, ?) > 0") ORDER BY seq
            """
        let texts = marks + [pseudonym.map { "\"patient\":\"\($0)\"" }].compactMap { $0 }
        let arguments = StatementArguments(texts.map { Data($0.utf8) })
        return try await read("read the audit log") { db in
            var value = value
            let rows = try Row.fetchCursor(
                db, sql: sql, arguments: [Int64(from), Int64(clamping: end)] + arguments)
            while let row = try rows.next() {
                try body(&value, StoredAuditEntry(row))
            }
            return value
        }
    }

    /// Whether every entry has its row, and nothing contradicts what was signed. Whether the rows hold
    /// what they should is for `verifyAuditLog`.
    public func isAuditLogWhole() async throws -> Bool {
        let standing = auditStanding
        guard !standing.isContradicted else { return false }
        return try await read("count the audit log") { db in
            let size = try AuditRows.size(db)
            return try AuditRows.isGapless(db) && size >= standing.edge.size
        }
    }

    /// Whether a record of the patient is or was held here.
    public func knows(_ patient: PatientID) async throws -> Bool {
        try await read("look for a patient") { db in
            try !StreamRows.of(patient: patient, db).isEmpty
        }
    }

    /// Where each site is, by its newest verified card; sites without an address are left out.
    public func siteAddresses() async throws -> [SiteID: String] {
        try await read("read the node cards") { db in
            var addresses: [SiteID: String] = [:]
            for bytes in try Data.fetchAll(db, sql: "SELECT signed FROM card ORDER BY seen") {
                let card = try CardRows.card(stored: bytes).card
                addresses[card.replica.site] = card.postalAddress.isEmpty ? nil : card.postalAddress
            }
            return addresses
        }
    }
}
