public import CareRecord
import Foundation
import GRDB
import Signing
public import WireFormat

/// What the store knows for a hello.
public struct GreetingState: Sendable {
    /// This node's feed.
    public var feed: FeedID
    /// The position of its newest event; 0 while it is empty.
    public var head: UInt64
    /// That event.
    public var headEvent: EventID?
    /// The version of our share set for the peer.
    public var shareVersion: UInt64
    /// 32 bytes over that set.
    public var shareDigest: [UInt8]
    /// The version that the peer holds.
    public var shareAcknowledged: UInt64
    /// What we last held of the peer.
    public var echo: Hello.Echo?
    /// The position of our feed that the peer has acknowledged.
    public var cursor: UInt64
    /// Writers whose card the peer has acknowledged, ascending.
    public var cardsAcknowledged: [Replica]
}

/// How far a peer and this node are with each other: what a session looks at again and again.
public struct PeerMarks: Sendable, Hashable {
    /// The position of our feed that the peer has acknowledged.
    public var cursor: UInt64
    /// The version of our share set for the peer.
    public var shareVersion: UInt64
    /// How many streams the peer announced to us.
    public var theirShareCount: UInt64
}

extension SiteStore {
    /// How far a peer and this node are with each other; reads one row.
    public func marks(of site: SiteID) async throws -> PeerMarks {
        try await read("read the marks of a peer") { db in
            let peer = try PeerRows.active(site, db)
            return PeerMarks(
                cursor: UInt64(peer.cursor), shareVersion: UInt64(peer.shareVersion),
                theirShareCount: UInt64(peer.theirShareCount))
        }
    }

    /// What a hello to this peer says of the store.
    public func greeting(for site: SiteID) async throws -> GreetingState {
        try await read("prepare a hello") { db in
            let peer = try PeerRows.active(site, db)
            return try GreetingState(peer, db)
        }
    }
}

extension GreetingState {
    fileprivate init(_ peer: PeerRows.Item, _ db: Database) throws {
        let feedBytes = try Data.fetchOne(db, sql: "SELECT value FROM setting WHERE name = 'feed'")
        guard let feedBytes, let feed = FeedID(bytes: feedBytes) else {
            throw StoreFailure(.damaged, "read the id of the change feed")
        }
        let newest = try Row.fetchOne(
            db, sql: "SELECT seq, id FROM event ORDER BY seq DESC LIMIT 1")
        let theirs = try Row.fetchOne(
            db,
            sql: """
                SELECT their_feed, their_position, their_event, their_share_version
                FROM peer WHERE id = ?
                """, arguments: [peer.id])
        let cards = try Data.fetchAll(
            db,
            sql: """
                SELECT replica.name FROM card_sent JOIN replica ON replica.id = card_sent.replica
                WHERE card_sent.peer = ? ORDER BY replica.name
                """, arguments: [peer.id])
        let seq: Int64 = newest?[0] ?? 0
        self.init(
            feed: feed, head: UInt64(seq), headEvent: try newest.map { try EventID(stored: $0[1]) },
            shareVersion: UInt64(peer.shareVersion),
            shareDigest: try ShareSumRow.read(peer: peer.id, theirs: false, db).digest,
            shareAcknowledged: UInt64(peer.shareAcknowledged),
            echo: theirs.flatMap(Hello.Echo.init), cursor: UInt64(peer.cursor),
            cardsAcknowledged: cards.compactMap { Replica(bytes: $0) })
    }
}

extension Hello.Echo {
    fileprivate init?(_ row: Row) {
        let bytes: Data? = row[0]
        guard let bytes, let feed = FeedID(bytes: bytes) else { return nil }
        let position: Int64 = row[1]
        let event: Data? = row[2]
        let shares: Int64 = row[3]
        self.init(
            feed: feed, position: UInt64(position), event: event.flatMap { EventID(bytes: $0) },
            shareVersion: UInt64(shares))
    }
}
