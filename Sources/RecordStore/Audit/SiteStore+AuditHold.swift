public import AuditTrail
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
            try HoldEntries.hold(at: now, db)
        }
    }

    /// Lays a legal hold on the audit log, in the place of one that is there. The log is signed with it,
    /// so that nobody can cut it off again.
    ///
    /// - Parameters:
    ///   - reason: why; it stands in the log.
    ///   - until: a moment of the last day, or the one behind it, in milliseconds since 1970 UTC; it
    ///     ends by itself with that day. `nil` for never.
    public func holdAuditLog(
        reason: String, until: Int64?, actor: AuditActor
    ) async throws -> AuditHoldRecord {
        defer { feedSignal.wake() }
        return try await committer.commit { db, state in
            var fact = AuditFact(kind: .hold, actor: actor)
            fact.reason = HoldStatement.reason(held: reason, until: until)
            try state.record(fact, db)
            try state.signAuditLog(db)
            guard let hold = try HoldEntries.hold(at: 0, db) else {
                throw StoreFailure(.damaged, "read a legal hold of the audit log")
            }
            return hold
        }
    }

    /// Releases the legal hold.
    ///
    /// - Throws: `StoreFailure` with `.notFound` if none is in force.
    public func releaseAuditHold(actor: AuditActor) async throws {
        defer { feedSignal.wake() }
        try await committer.commit { db, state in
            guard try HoldEntries.hold(at: state.now(), db) != nil else {
                throw StoreFailure(.notFound, "find a legal hold of the audit log")
            }
            var fact = AuditFact(kind: .hold, actor: actor)
            fact.reason = HoldStatement.releasedReason
            try state.record(fact, db)
            try state.signAuditLog(db)
        }
    }
}
