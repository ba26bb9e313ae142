public import AuditTrail
public import CareRecord
import Foundation
import GRDB

/// What an administrator allows a peer's traffic to be.
public struct PeerTrafficRecord: Sendable, Hashable {
    /// Whether nothing at all is exchanged.
    public var isPaused: Bool
    /// Bytes per second that may leave; `nil` for as many as go.
    public var bytesPerSecond: Int?
    /// `HH:MM-HH:MM` in the service's local time; empty for always.
    public var windows: [String]
    /// `host:port` of a CONNECT proxy.
    public var proxy: String?

    /// Describes what is allowed; by default everything.
    public init(
        isPaused: Bool = false, bytesPerSecond: Int? = nil, windows: [String] = [],
        proxy: String? = nil
    ) {
        self.isPaused = isPaused
        self.bytesPerSecond = bytesPerSecond
        self.windows = windows
        self.proxy = proxy
    }
}

extension SiteStore {
    /// What is allowed to and from a peer.
    public func traffic(with site: SiteID) async throws -> PeerTrafficRecord {
        try await read("read the limits of a peer") { db in
            let peer = try PeerRows.active(site, db)
            let row = try Row.fetchOne(
                try db.cachedStatement(
                    sql: "SELECT paused, rate, windows, proxy FROM peer WHERE id = ?"),
                arguments: [peer.id])
            guard let row else { throw StoreFailure(.notFound, "find a peer by its row") }
            let windows: String = row[2]
            return PeerTrafficRecord(
                isPaused: row[0], bytesPerSecond: row[1],
                windows: windows.split(separator: " ").map(String.init), proxy: row[3])
        }
    }

    /// Changes what is allowed to and from a peer.
    public func setTraffic(
        _ traffic: PeerTrafficRecord, with site: SiteID, actor: AuditActor
    ) async throws {
        try await committer.commit { db, state in
            let peer = try PeerRows.active(site, db)
            try db.execute(
                sql: "UPDATE peer SET paused = ?, rate = ?, windows = ?, proxy = ? WHERE id = ?",
                arguments: [
                    traffic.isPaused, traffic.bytesPerSecond,
                    traffic.windows.joined(separator: " "), traffic.proxy, peer.id,
                ])
            var fact = AuditFact(kind: .peer, actor: actor)
            fact.to = peer.party
            fact.reason =
                "paused \(traffic.isPaused), rate \(traffic.bytesPerSecond ?? 0), "
                + "windows \(traffic.windows.count), proxy \(traffic.proxy == nil ? 0 : 1)"
            try state.record(fact, db)
        }
    }

    /// Notes how far a peer's clock is ahead, or that it is not.
    public func noteClock(of site: SiteID, aheadMilliseconds: Int64?) async throws {
        try await committer.commit { db, state in
            let peer = try PeerRows.active(site, db)
            let known = try Int64.fetchOne(
                db, sql: "SELECT clock_ahead FROM peer WHERE id = ?", arguments: [peer.id])
            guard known != aheadMilliseconds else { return }
            try db.execute(
                sql: "UPDATE peer SET clock_ahead = ? WHERE id = ?",
                arguments: [aheadMilliseconds, peer.id])
            // The exact lead changes with every hello; a finding is that there is one.
            guard (known == nil) != (aheadMilliseconds == nil) else { return }
            var fact = AuditFact(kind: .clock, actor: peer.actor)
            fact.reason =
                aheadMilliseconds.map { "peer's clock ahead by \($0) ms" }
                ?? "peer's clock no longer ahead"
            try state.record(fact, db)
        }
    }
}
