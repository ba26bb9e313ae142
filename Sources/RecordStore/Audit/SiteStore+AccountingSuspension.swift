public import AuditTrail
public import CareRecord
import Foundation
import GRDB

extension SiteStore {
    /// The agencies that disclosures to are left out of accountings now, with their names; ascending
    /// by name.
    public func suspendedAgencies() async throws -> [(site: SiteID, name: String)] {
        let now = now()
        return try await read("read which agencies' accountings are suspended") { db in
            try HoldEntries.suspended(at: now, db).keys.compactMap { site in
                try String.fetchOne(
                    db, sql: "SELECT name FROM peer WHERE site = ?",
                    arguments: [Data(site.bytes)]
                ).map { (site, $0) }
            }
        }.sorted { $0.name < $1.name }
    }

    /// Leaves disclosures to an agency out of accountings, as it has demanded (45 CFR
    /// 164.528(a)(2)); a time that has passed ends that. The change is an entry.
    ///
    /// - Parameters:
    ///   - peerName: what this site calls the agency.
    ///   - until: until when, in milliseconds since 1970 UTC.
    /// - Returns: whether disclosures to it are left out now.
    /// - Throws: `StoreFailure` with `.notFound` if there is no such peer, or nothing to end.
    public func suspendAccounting(
        peerName: String, until: Int64, reason: String?, actor: AuditActor
    ) async throws -> Bool {
        defer { feedSignal.wake() }
        return try await committer.commit { db, state in
            try state.suspendAccounting(peerName, until: until, reason: reason, actor: actor, db)
        }
    }
}

extension WriterState {
    fileprivate mutating func suspendAccounting(
        _ peerName: String, until: Int64, reason: String?, actor: AuditActor, _ db: Database
    ) throws -> Bool {
        let bytes = try Data.fetchOne(
            db, sql: "SELECT site FROM peer WHERE name = ?", arguments: [peerName])
        guard let bytes else { throw StoreFailure(.notFound, "find the peer") }
        guard let site = SiteID(bytes: bytes) else {
            throw StoreFailure(.damaged, "read the site of a peer")
        }
        let isSuspended = until > now()
        guard try isSuspended || HoldEntries.suspended(at: now(), db)[site] != nil else {
            throw StoreFailure(.notFound, "find a suspension that could end")
        }
        var fact = AuditFact(kind: .hold, actor: actor)
        fact.reason = HoldStatement.reason(
            suspendedUntil: isSuspended ? until : nil, because: reason)
        fact.to = AuditParty(site: site, name: peerName)
        fact.basis = "45 CFR 164.528(a)(2)"
        try record(fact, db)
        try signAuditLog(db)
        return isSuspended
    }
}
