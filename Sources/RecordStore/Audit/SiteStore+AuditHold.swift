public import AuditTrail
import Foundation
import GRDB

/// A legal hold: as long as it is in force nothing of the audit log is pruned.
public struct AuditHoldRecord: Sendable, Hashable {
    /// Why, as it was typed.
    public let reason: String
    /// When it was laid on the log, in milliseconds since 1970 UTC.
    public let sinceMilliseconds: Int64
    /// When it ends by itself, in milliseconds since 1970 UTC; `nil` if it has to be released.
    public let untilMilliseconds: Int64?

    /// Whether it is in force at a moment, in milliseconds since 1970 UTC.
    public func isInForce(at moment: Int64) -> Bool {
        untilMilliseconds.map { moment < $0 } ?? true
    }
}

extension SiteStore {
    /// The legal hold that is in force; `nil` without one.
    public func auditHold() async throws -> AuditHoldRecord? {
        let now = now()
        return try await read("read the legal hold of the audit log") { db in
            try AuditHoldRows.inForce(at: now, db)
        }
    }

    /// Lays a legal hold on the audit log, in the place of one that is there.
    ///
    /// - Parameters:
    ///   - reason: why; it stands in the log.
    ///   - until: when it ends by itself, in milliseconds since 1970 UTC; `nil` for never.
    public func holdAuditLog(
        reason: String, until: Int64?, actor: AuditActor
    ) async throws -> AuditHoldRecord {
        try await committer.commit { db, state in
            let hold = AuditHoldRecord(
                reason: reason, sinceMilliseconds: state.now(), untilMilliseconds: until)
            try AuditHoldRows.replace(hold, db)
            var fact = AuditFact(kind: .hold, actor: actor)
            let end = until.map { " until \(AuditDay.text(before: $0))" } ?? ""
            fact.reason = "held\(end): \(reason)"
            try state.record(fact, db)
            return hold
        }
    }

    /// Releases the legal hold.
    ///
    /// - Throws: `StoreFailure` with `.notFound` if none is in force.
    public func releaseAuditHold(actor: AuditActor) async throws {
        try await committer.commit { db, state in
            guard try AuditHoldRows.inForce(at: state.now(), db) != nil else {
                throw StoreFailure(.notFound, "find a legal hold of the audit log")
            }
            try AuditHoldRows.remove(db)
            var fact = AuditFact(kind: .hold, actor: actor)
            fact.reason = "released"
            try state.record(fact, db)
        }
    }
}

/// The row of `audit_hold`.
enum AuditHoldRows {
    /// The hold that is in force.
    static func inForce(at moment: Int64, _ db: Database) throws -> AuditHoldRecord? {
        let row = try Row.fetchOne(
            try db.cachedStatement(sql: "SELECT reason, begun, until FROM audit_hold"))
        let hold = row.map {
            AuditHoldRecord(reason: $0[0], sinceMilliseconds: $0[1], untilMilliseconds: $0[2])
        }
        return hold.flatMap { $0.isInForce(at: moment) ? $0 : nil }
    }

    /// Stores a hold in the place of any other.
    static func replace(_ hold: AuditHoldRecord, _ db: Database) throws {
        try db.execute(
            sql: "INSERT OR REPLACE INTO audit_hold (id, reason, begun, until) VALUES (1, ?, ?, ?)",
            arguments: [hold.reason, hold.sinceMilliseconds, hold.untilMilliseconds])
    }

    /// Removes the hold.
    static func remove(_ db: Database) throws {
        try db.execute(sql: "DELETE FROM audit_hold")
    }
}

/// Days as entries name them.
enum AuditDay {
    /// The day, in UTC, of the last millisecond before a moment, such as `2026-01-31`.
    static func text(before milliseconds: Int64) -> String {
        Date(timeIntervalSince1970: Double(milliseconds - 1) / 1_000)
            .formatted(.iso8601.year().month().day())
    }
}
