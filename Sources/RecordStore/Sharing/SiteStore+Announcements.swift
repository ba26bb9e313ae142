public import CareRecord
import Foundation
import GRDB
import Signing
public import WireFormat

extension SiteStore {
    /// The next part of how a peer's share set changed since a version that the peer holds;
    /// version 0, or one that lies ahead, starts the whole set.
    ///
    /// A part holds whole versions. Only the last one carries the digest.
    public func announcement(to site: SiteID, fromVersion: UInt64) async throws -> Announce {
        try await read("announce a share set") { db in
            let peer = try PeerRows.active(site, db)
            let from = fromVersion <= UInt64(peer.shareVersion) ? Int64(fromVersion) : 0
            let through = try ShareSet.partEnd(from: from, peer: peer, db)
            let isLast = through == peer.shareVersion
            return Announce(
                fromVersion: UInt64(from), toVersion: UInt64(through),
                added: try ShareSet.streams(
                    of: "share", since: from, through: through, peer: peer.id, db),
                removed: from == 0
                    ? []
                    : try ShareSet.streams(
                        of: "share_removed", since: from, through: through, peer: peer.id, db),
                digest: isLast
                    ? try ShareSumRow.read(peer: peer.id, theirs: false, db).digest : [])
        }
    }

    /// Keeps what a peer announced.
    ///
    /// - Returns: why it is not kept; `nil` if it is. With `rewound` it does not start from what is
    ///   held here, or its digest is another: then the peer announces the whole set again. That also
    ///   sets the version back to 0, which the next hello echoes: an answer to an answer may be
    ///   lost. With `badMessage` the set is too large.
    public func receive(_ announce: Announce, from site: SiteID) async throws -> SyncRefusal? {
        do {
            let returned = try await committer.commit(cost: announce.added.count) { db, state in
                try state.keep(announce, of: site, db)
            }
            if let returned {
                if returned > 0 { feedSignal.notifyShares() }
                return nil
            }
        } catch is WrongShareDigest {
            // Rolled back; the version follows below.
        } catch is ShareSetTooLarge {
            return .badMessage
        }
        try await committer.commit { db, _ in
            let peer = try PeerRows.active(site, db)
            try db.execute(
                sql: "UPDATE peer SET their_share_version = 0 WHERE id = ?", arguments: [peer.id])
        }
        return .rewound
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

/// Rolls back an announcement that no honest site makes.
private struct ShareSetTooLarge: Error {}

extension WriterState {
    /// Keeps an announcement; gives how many streams come back by it, or `nil` if it is not kept.
    fileprivate mutating func keep(
        _ announce: Announce, of site: SiteID, _ db: Database
    ) throws -> Int? {
        let peer = try PeerRows.active(site, db)
        let held = try Int64.fetchOne(
            db, sql: "SELECT their_share_version FROM peer WHERE id = ?",
            arguments: [peer.id])
        guard announce.fromVersion == 0 || Int64(announce.fromVersion) == held else {
            return nil
        }
        // A whole set that another channel has overtaken would bring back what was withdrawn since.
        let isOvertaken = !announce.digest.isEmpty && Int64(announce.toVersion) < held ?? 0
        guard announce.fromVersion > 0 || !isOvertaken else { return nil }
        var sum = try ShareSumRow.read(peer: peer.id, theirs: true, db)
        if announce.fromVersion == 0 {
            try db.execute(sql: "DELETE FROM announced WHERE peer = ?", arguments: [peer.id])
            sum = ShareSetSum()
        }
        let remove = try db.cachedStatement(
            sql: "DELETE FROM announced WHERE peer = ? AND stream = ?")
        for stream in announce.removed {
            try remove.execute(arguments: [peer.id, Data(stream.bytes)])
            if db.changesCount > 0 { sum.remove(stream.bytes) }
        }
        let add = try db.cachedStatement(
            sql: "INSERT OR IGNORE INTO announced (peer, stream) VALUES (?, ?)")
        let isAnyWanted = try WantedRows.isAnyWanted(db)
        for stream in announce.added {
            try add.execute(arguments: [peer.id, Data(stream.bytes)])
            guard db.changesCount > 0 else { continue }
            sum.insert(stream.bytes)
            if isAnyWanted { try WantedRows.noteAnnounced(stream, by: peer.id, db) }
        }
        guard sum.count <= SyncLimits.shareSetStreamsMax else { throw ShareSetTooLarge() }
        guard announce.digest.isEmpty || announce.digest == sum.digest else {
            throw WrongShareDigest()
        }
        try ShareSumRow.write(sum, peer: peer.id, theirs: true, db)
        try db.execute(
            sql: "UPDATE peer SET their_share_version = ? WHERE id = ?",
            arguments: [Int64(announce.toVersion), peer.id])
        return try markReturned(announce.added, from: peer, db)
    }

    /// What is shared with this node again is to come back into view, by `stepReturn`.
    private func markReturned(
        _ streams: [StreamID], from peer: PeerRows.Item, _ db: Database
    ) throws -> Int {
        let isAnySealed = try Bool.fetchOne(
            db, sql: "SELECT EXISTS (SELECT 1 FROM stream WHERE sealed IS NOT NULL)")
        guard isAnySealed ?? false else { return 0 }
        var count = 0
        for name in streams {
            guard let stream = try StreamRows.named(name.bytes, db), stream.isSealed,
                try mayUnseal(stream, peer, db)
            else { continue }
            try db.cachedStatement(sql: "UPDATE stream SET returned = ? WHERE id = ?")
                .execute(arguments: [peer.id, stream.id])
            count += 1
        }
        return count
    }
}

/// A share set as it is announced.
private enum ShareSet {
    /// The last version that fits into one announcement that starts at `from`.
    static func partEnd(from: Int64, peer: PeerRows.Item, _ db: Database) throws -> Int64 {
        let bounds = try ["share", "share_removed"].map { table in
            // The version of the first row that does not fit: whole versions before it do.
            try Int64.fetchOne(
                db,
                sql: """
                    SELECT version FROM \(table) WHERE peer = ? AND version > ?
                    ORDER BY version LIMIT 1 OFFSET ?
                    """, arguments: [peer.id, from, SyncLimits.announcedStreamsMax])
        }
        let end = bounds.compactMap { $0 }.min().map { $0 - 1 } ?? peer.shareVersion
        return max(end, from + 1 <= peer.shareVersion ? from + 1 : peer.shareVersion)
    }

    /// The names in one of the share tables that a version in a range put there, ascending.
    static func streams(
        of table: String, since: Int64, through: Int64, peer: Int64, _ db: Database
    ) throws -> [StreamID] {
        let names = try Data.fetchAll(
            db,
            sql: """
                SELECT stream.name FROM \(table) AS item JOIN stream ON stream.id = item.stream
                WHERE item.peer = ? AND item.version > ? AND item.version <= ?
                ORDER BY stream.name
                """, arguments: [peer, since, through])
        return names.compactMap { StreamID(bytes: $0) }
    }
}
