public import AuditTrail
public import CareRecord
import Foundation
import GRDB

extension SiteStore {
    /// The agencies that disclosures to are left out of accountings now, with their names; ascending
    /// by name.
    public func suspendedAgencies() async throws -> [(site: SiteID, name: String)] {
        let now = now()
        let rows = try await read("read which agencies' accountings are suspended") { db in
            try Row.fetchAll(
                db,
                sql: """
                    SELECT peer.site, peer.name FROM audit_suspension
                    JOIN peer ON peer.id = audit_suspension.peer
                    WHERE audit_suspension.until > ? ORDER BY peer.name
                    """, arguments: [now]
            ).map { try SuspendedAgency(site: $0[0], name: $0[1]) }
        }
        return rows.map { ($0.site, $0.name) }
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
        try await committer.commit { db, state in
            try state.suspendAccounting(peerName, until: until, reason: reason, actor: actor, db)
        }
    }
}

private struct SuspendedAgency: Sendable {
    let site: SiteID
    let name: String

    /// - Throws: `StoreFailure` with `.damaged` for bytes that are no site.
    init(site bytes: Data, name: String) throws {
        guard let site = SiteID(bytes: bytes) else {
            throw StoreFailure(.damaged, "read the site of a peer")
        }
        self.site = site
        self.name = name
    }
}

extension WriterState {
    fileprivate mutating func suspendAccounting(
        _ peerName: String, until: Int64, reason: String?, actor: AuditActor, _ db: Database
    ) throws -> Bool {
        let row = try Row.fetchOne(
            db, sql: "SELECT id, site FROM peer WHERE name = ?", arguments: [peerName])
        guard let row else { throw StoreFailure(.notFound, "find the peer") }
        let peer: Int64 = row[0]
        let isSuspended = until > now()
        try db.execute(sql: "DELETE FROM audit_suspension WHERE peer = ?", arguments: [peer])
        if isSuspended {
            try db.execute(
                sql: "INSERT INTO audit_suspension (peer, until) VALUES (?, ?)",
                arguments: [peer, until])
        } else if db.changesCount == 0 {
            throw StoreFailure(.notFound, "find a suspension that could end")
        }
        var fact = AuditFact(kind: .hold, actor: actor)
        let change =
            isSuspended
            ? "accounting suspended until \(AuditDay.text(before: until))"
            : "accounting no longer suspended"
        fact.reason = change + (reason.map { ": \($0)" } ?? "")
        let agency = try SuspendedAgency(site: row[1], name: peerName)
        fact.to = AuditParty(site: agency.site, name: peerName)
        fact.basis = "45 CFR 164.528(a)(2)"
        try record(fact, db)
        return isSuspended
    }
}
