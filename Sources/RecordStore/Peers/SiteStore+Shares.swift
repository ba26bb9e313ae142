public import AuditTrail
public import CareRecord
public import Consent
import Foundation
import GRDB
import Signing
public import WireFormat

/// A sharing agreement with what it led to.
public struct AgreementRecord: Sendable, Hashable {
    /// The agreement.
    public var agreement: SharingAgreement
    /// What this site calls the peer.
    public var peerName: String
    /// How many streams the peer's share set holds, under all agreements.
    public var streams: Int
    /// The version of the share set that this agreement led to.
    public var version: UInt64
    /// When it was made, in milliseconds since 1970 UTC.
    public var madeMilliseconds: Int64
}

extension SiteStore {
    /// Makes an agreement with an enrolled peer and decides about every stream that is held.
    ///
    /// - Returns: how many streams joined the share set, and its new version.
    public func grant(
        peerName: String, compartments: [Compartment], purpose: String,
        scope: SharingAgreement.Scope, actor: AuditActor
    ) async throws -> (streamsAdded: Int, version: UInt64) {
        let result = try await committer.commit { db, state in
            let peer = try PeerRows.named(peerName, db)
            let agreement = SharingAgreement(
                peer: peer.site, compartments: compartments, purpose: purpose, scope: scope)
            let result = try state.grant(agreement, peer: peer.id, db)
            var fact = AuditFact(kind: .permit, actor: actor)
            fact.to = AuditParty(site: peer.site, name: peer.name, tlsKey: peer.fingerprintText)
            fact.purpose = purpose
            fact.basis = "agreement \(result.version) \(scope.rawValue)"
            fact.data = AuditData(
                compartments: agreement.compartments, types: [], events: 0,
                digest: try ShareSet.digest(peer: peer.id, db))
            fact.reason = "streams \(result.added)"
            try state.record(fact, db)
            return GrantResult(added: result.added, version: result.version)
        }
        feedSignal.notify()
        return (result.added, UInt64(result.version))
    }

    /// Every agreement, by peer and then in the order they were made.
    public func agreements(peerName: String?) async throws -> [AgreementRecord] {
        try await read("list the agreements") { db in
            try AgreementRows.all(db).compactMap { item in
                let peer = try PeerRows.active(item.agreement.peer, db)
                guard peerName == nil || peer.name == peerName else { return nil }
                let streams = try Int.fetchOne(
                    db, sql: "SELECT count(*) FROM share WHERE peer = ?", arguments: [peer.id])
                return AgreementRecord(
                    agreement: item.agreement, peerName: peer.name, streams: streams ?? 0,
                    version: UInt64(item.version), madeMilliseconds: item.made)
            }.sorted { ($0.peerName, $0.version) < ($1.peerName, $1.version) }
        }
    }

    /// Takes one stream out of a peer's share set: from this commit on no event of it leaves.
    public func removeShare(
        peerName: String, stream: StreamID, actor: AuditActor
    ) async throws {
        try await committer.commit { db, state in
            let peer = try PeerRows.named(peerName, db)
            let version = try ShareRows.nextVersion(of: peer.id, db)
            try db.execute(
                sql: """
                    INSERT OR REPLACE INTO share_removed (peer, stream, version)
                    SELECT peer, stream, ? FROM share JOIN stream ON stream.id = share.stream
                    WHERE share.peer = ? AND stream.name = ?
                    """, arguments: [version, peer.id, Data(stream.bytes)])
            for table in ["share", "owed"] {
                try db.execute(
                    sql: """
                        DELETE FROM \(table) WHERE peer = ?
                          AND stream = (SELECT id FROM stream WHERE name = ?)
                        """, arguments: [peer.id, Data(stream.bytes)])
            }
            var fact = AuditFact(kind: .withhold, actor: actor)
            fact.to = AuditParty(site: peer.site, name: peer.name)
            fact.patient = stream.patient
            try state.record(fact, db)
        }
        feedSignal.notify()
    }

    /// How a peer's share set changed since a version that the peer holds; version 0, or one that
    /// lies ahead, gives the whole set.
    public func announcement(to site: SiteID, fromVersion: UInt64) async throws -> Announce {
        try await read("announce a share set") { db in
            let peer = try PeerRows.active(site, db)
            let from = fromVersion <= UInt64(peer.shareVersion) ? Int64(fromVersion) : 0
            return Announce(
                fromVersion: UInt64(from), toVersion: UInt64(peer.shareVersion),
                added: try ShareSet.streams(of: "share", since: from, peer: peer.id, db),
                removed: from == 0
                    ? []
                    : try ShareSet.streams(of: "share_removed", since: from, peer: peer.id, db),
                digest: try ShareSet.digest(peer: peer.id, db))
        }
    }

    /// Keeps what a peer announced; `false` if it does not start from what is held here, or its
    /// digest is another: then the peer announces the whole set again.
    public func receive(_ announce: Announce, from site: SiteID) async throws -> Bool {
        do {
            return try await committer.commit { db, _ in try Self.keep(announce, of: site, db) }
        } catch is WrongShareDigest {
            return false
        }
    }

    private static func keep(
        _ announce: Announce, of site: SiteID, _ db: Database
    ) throws -> Bool {
        let peer = try PeerRows.active(site, db)
        let held = try Int64.fetchOne(
            db, sql: "SELECT their_share_version FROM peer WHERE id = ?",
            arguments: [peer.id])
        guard announce.fromVersion == 0 || Int64(announce.fromVersion) == held else {
            return false
        }
        if announce.fromVersion == 0 {
            try db.execute(sql: "DELETE FROM announced WHERE peer = ?", arguments: [peer.id])
        }
        let add = try db.cachedStatement(
            sql: "INSERT OR IGNORE INTO announced (peer, stream) VALUES (?, ?)")
        for stream in announce.added {
            try add.execute(arguments: [peer.id, Data(stream.bytes)])
        }
        let remove = try db.cachedStatement(
            sql: "DELETE FROM announced WHERE peer = ? AND stream = ?")
        for stream in announce.removed {
            try remove.execute(arguments: [peer.id, Data(stream.bytes)])
        }
        let names = try Data.fetchAll(
            db, sql: "SELECT stream FROM announced WHERE peer = ? ORDER BY stream",
            arguments: [peer.id])
        guard names.count <= SyncLimits.announcedStreamsMax,
            ShareSet.digest(ofNames: names) == announce.digest
        else {
            throw WrongShareDigest()
        }
        try db.execute(
            sql: "UPDATE peer SET their_share_version = ? WHERE id = ?",
            arguments: [Int64(announce.toVersion), peer.id])
        return true
    }

    /// Notes which version of our share set a peer holds.
    public func acknowledgeShare(_ version: UInt64, by site: SiteID) async throws {
        try await committer.commit { db, _ in
            let peer = try PeerRows.active(site, db)
            try db.execute(
                sql: "UPDATE peer SET share_acknowledged = ? WHERE id = ?",
                arguments: [Int64(version), peer.id])
        }
    }
}

/// Rolls back an announced set that is not the one that its peer has.
private struct WrongShareDigest: Error {}

private struct GrantResult: Sendable {
    let added: Int
    let version: Int64
}

/// A share set as both sides describe it.
enum ShareSet {
    /// 32 bytes of SHA-256 over a domain tag and the ascending stream names, each behind its
    /// length (`sync-v1.md`, *Share set*).
    static func digest(ofNames names: [Data]) -> [UInt8] {
        var bytes = Array("accord/shareset/v1\0".utf8)
        for name in names {
            bytes.append(UInt8(name.count))
            bytes.append(contentsOf: name)
        }
        return Digest.sha256(bytes)
    }

    /// The names in one of the share tables that a version after `since` put there, ascending.
    static func streams(
        of table: String, since: Int64, peer: Int64, _ db: Database
    ) throws -> [StreamID] {
        let names = try Data.fetchAll(
            db,
            sql: """
                SELECT stream.name FROM \(table) AS item JOIN stream ON stream.id = item.stream
                WHERE item.peer = ? AND item.version > ? ORDER BY stream.name
                """, arguments: [peer, since])
        return names.compactMap { StreamID(bytes: $0) }
    }

    /// The digest of a peer's share set as it stands.
    static func digest(peer: Int64, _ db: Database) throws -> [UInt8] {
        let names = try Data.fetchAll(
            db,
            sql: """
                SELECT stream.name FROM share JOIN stream ON stream.id = share.stream
                WHERE share.peer = ? ORDER BY stream.name
                """, arguments: [peer])
        return digest(ofNames: names)
    }
}

extension PeerRows {
    /// The peer of a name, unless it was revoked.
    static func named(_ name: String, _ db: Database) throws -> Item {
        let site = try Data.fetchOne(
            db, sql: "SELECT site FROM peer WHERE name = ? AND revoked IS NULL",
            arguments: [name])
        guard let site, let id = SiteID(bytes: site) else {
            throw StoreFailure(.notFound, "find the enrolled peer \(name)")
        }
        return try active(id, db)
    }
}
