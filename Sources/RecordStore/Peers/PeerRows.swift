import CareRecord
import Foundation
import GRDB
import Signing
import WireFormat

/// Rows of `peer`.
enum PeerRows {
    /// A peer as the store knows it.
    struct Item {
        let id: Int64
        let site: SiteID
        let name: String
        let fingerprint: [UInt8]
        let cursor: Int64
        let shareVersion: Int64
        let shareAcknowledged: Int64
        let theirShareCount: Int64

        var fingerprintText: String { Hexadecimal.text(fingerprint) }
    }

    /// The peer of a site, unless it was revoked.
    static func active(_ site: SiteID, _ db: Database) throws -> Item {
        let statement = try db.cachedStatement(
            sql: """
                SELECT id, name, fingerprint, cursor, share_version, share_acknowledged,
                  their_share_count FROM peer
                WHERE site = ? AND revoked IS NULL
                """)
        guard let row = try Row.fetchOne(statement, arguments: [Data(site.bytes)]) else {
            throw StoreFailure(.notFound, "find the enrolled peer of site \(site)")
        }
        let fingerprint: Data = row[2]
        return Item(
            id: row[0], site: site, name: row[1], fingerprint: Array(fingerprint), cursor: row[3],
            shareVersion: row[4], shareAcknowledged: row[5], theirShareCount: row[6])
    }

    /// The peer of a site; `nil` if there is none or it was revoked.
    static func activeIfAny(_ site: SiteID, _ db: Database) throws -> Item? {
        do {
            return try active(site, db)
        } catch let failure as StoreFailure where failure.code == .notFound {
            return nil
        }
    }

    /// The peer of a row, unless it was revoked.
    static func item(_ peer: Int64, _ db: Database) throws -> Item? {
        let isActive = try Bool.fetchOne(
            try db.cachedStatement(sql: "SELECT revoked IS NULL FROM peer WHERE id = ?"),
            arguments: [peer])
        guard isActive ?? false else { return nil }
        return try active(try site(of: peer, db), db)
    }

    /// The site of a peer's row.
    static func site(of peer: Int64, _ db: Database) throws -> SiteID {
        let site = try Data.fetchOne(
            try db.cachedStatement(sql: "SELECT site FROM peer WHERE id = ?"), arguments: [peer])
        guard let id = site.flatMap({ SiteID(bytes: $0) }) else {
            throw StoreFailure(.notFound, "find a peer by its row")
        }
        return id
    }

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

    /// Remembers how far the peer's feed was answered.
    static func noteReceived(
        _ delivery: IncomingDelivery, peer: Int64, now: Int64, _ db: Database
    ) throws {
        let last = delivery.events.reversed().lazy.compactMap { event -> Data? in
            guard case .event(let sealed, _) = event else { return nil }
            return Data(sealed.event.id.bytes)
        }.first
        try db.cachedStatement(
            sql: """
                UPDATE peer SET their_feed = ?1,
                  their_position =
                    CASE WHEN their_feed IS ?1 THEN max(their_position, ?2) ELSE ?2 END,
                  their_event = coalesce(?3, CASE WHEN their_feed IS ?1 THEN their_event END),
                  last_contact = ?4 WHERE id = ?5
                """
        ).execute(arguments: [
            Data(delivery.feed.bytes), Int64(delivery.throughPosition), last, now, peer,
        ])
    }
}

/// Rows of `card`.
enum CardRows {
    /// The event key of every replica whose card was verified.
    static func keys(_ db: Database) throws -> [Replica: EventPublicKey] {
        let rows = try Row.fetchAll(
            try db.cachedStatement(
                sql: """
                    SELECT replica.name, card.event_key FROM card
                    JOIN replica ON replica.id = card.replica
                    """))
        var keys: [Replica: EventPublicKey] = [:]
        for row in rows {
            let name: Data = row[0]
            let bytes: Data = row[1]
            guard let replica = Replica(bytes: name),
                let key = EventPublicKey(rawBytes: Array(bytes))
            else { throw StoreFailure(.damaged, "read a node card") }
            keys[replica] = key
        }
        return keys
    }
}
