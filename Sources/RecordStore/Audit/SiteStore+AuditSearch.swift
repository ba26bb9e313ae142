public import AuditTrail
public import CareRecord
import Foundation
import GRDB

/// Which audit entries are looked for.
public struct AuditSearchOrder: Sendable {
    /// What the question is called; it stands in the search's own entry.
    public var name: String
    /// Entries of any of these kinds.
    public var kinds: [AuditKind]
    /// What stands behind `basis`; `nil` for anything or nothing.
    public var basis: String?
    /// About this patient; `nil` for everybody.
    public var patient: PatientID?
    /// Before this place in the log; `nil` begins with the newest.
    public var before: UInt64?
    /// How many at most.
    public var countMax: Int

    /// Looks for the newest entries of some kinds.
    public init(name: String, kinds: [AuditKind], countMax: Int) {
        self.name = name
        self.kinds = kinds
        self.countMax = countMax
    }
}

/// An entry as its row holds it.
public struct StoredAuditEntry: Sendable, Hashable {
    /// Its place in the log, from 0.
    public let sequence: UInt64
    /// The bytes that were written; whatever is there now, if the row was changed.
    public let bytes: [UInt8]

    /// - Parameter row: place and bytes.
    init(_ row: Row) {
        let (sequence, bytes): (Int64, Data) = (row[0], row[1])
        self.sequence = UInt64(max(0, sequence))
        self.bytes = Array(bytes)
    }
}

extension SiteStore {
    /// Entries that answer a question, the newest first; the search is in the log before the answer.
    ///
    /// The bytes of entries are searched, from the end of the log: the time grows with how far back
    /// the answers are.
    public func searchAudit(
        _ order: AuditSearchOrder, actor: AuditActor
    ) async throws -> [StoredAuditEntry] {
        let end = Int64(min(order.before ?? .max, auditStanding.edge.size))
        try await recordAuditSearch(order.name, patient: order.patient, actor: actor)
        // No text inside an entry can hold these bytes: quotes are escaped there.
        let kinds = order.kinds.map { Data("\"kind\":\"\($0.rawValue)\"".utf8) }
        let patient = order.patient.map {
            Data("\"patient\":\"\(auditEncoder.pseudonym(of: $0))\"".utf8)
        }
        let basis = order.basis.map { Data("\"basis\":\"\($0)\"".utf8) }
        let isOfKind = kinds.map { _ in "instr(entry, ?) > 0" }.joined(separator: " OR ")
        let others = [patient, basis].compactMap { $0 }
        let isAbout = others.map { _ in "AND instr(entry, ?) > 0" }.joined(separator: " ")
        let arguments = StatementArguments(kinds + others)
        return try await read("search the audit log") { db in
            try Row.fetchAll(
                db,
                sql: """
                    SELECT seq, entry FROM audit WHERE (\(isOfKind)) \(isAbout) AND seq < ?
                    ORDER BY seq DESC LIMIT ?
                    """, arguments: arguments + [end, order.countMax]
            ).map(StoredAuditEntry.init)
        }
    }

    /// Writes the entry of a look into the log.
    ///
    /// - Parameter name: what is looked for.
    public func recordAuditSearch(
        _ name: String, patient: PatientID?, actor: AuditActor
    ) async throws {
        var fact = AuditFact(kind: .search, actor: actor)
        fact.reason = "audit log: \(name)"
        fact.patient = patient
        try await record([fact])
    }
}
