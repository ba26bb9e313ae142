public import AuditTrail
public import CareRecord
import Foundation
import GRDB
public import Signing
import WireFormat

/// A peer as administrators see it.
public struct PeerRecord: Sendable, Hashable {
    /// Its site.
    public var site: SiteID
    /// What this site calls it.
    public var name: String
    /// Where it listens, `host:port`; `nil` if it only dials in.
    public var endpoint: String?
    /// SHA-256 over the SPKI of its TLS key, 32 bytes.
    public var fingerprint: [UInt8]
    /// When it was added, in milliseconds since 1970 UTC.
    public var addedMilliseconds: Int64
    /// When it was revoked.
    public var revokedMilliseconds: Int64?
    /// The position of this node's feed that it has acknowledged.
    public var cursor: UInt64
    /// How many streams it is owed.
    public var owedStreams: Int
    /// When a delivery, answer or hello last arrived.
    public var lastContactMilliseconds: Int64?
    /// When it last held everything that it may have from here.
    public var inStepMilliseconds: Int64?
    /// When both sides last held everything that each may have from the other.
    public var exactlyInStepMilliseconds: Int64?
    /// Events that the peer still has for us, as it last said.
    public var theirQueuedEvents: Int?
    /// How far its clock is ahead; `nil` unless suspect.
    public var clockAheadMilliseconds: Int64?
    /// Notices of withdrawals that it has not answered.
    public var noticesOpen: Int
}

extension SiteStore {
    /// Enrols a peer whose card was checked over a pinned connection.
    ///
    /// - Throws: `StoreFailure` with `.alreadyThere` if the site or the name is enrolled.
    public func addPeer(
        name: String, endpoint: String?, fingerprint: [UInt8], card: SignedNodeCard,
        actor: AuditActor
    ) async throws {
        try await committer.commit { db, state in
            let site = Data(card.card.replica.site.bytes)
            let isKnown = try Bool.fetchOne(
                db, sql: "SELECT EXISTS (SELECT 1 FROM peer WHERE site = ? OR name = ?)",
                arguments: [site, name])
            guard isKnown != true else {
                throw StoreFailure(.alreadyThere, "add the peer \(name)")
            }
            try db.execute(
                sql: """
                    INSERT INTO peer (site, name, endpoint, fingerprint, added)
                    VALUES (?, ?, ?, ?, ?)
                    """, arguments: [site, name, endpoint, Data(fingerprint), state.now()])
            try state.store(card, db)
            var fact = AuditFact(kind: .peer, actor: actor)
            fact.to = AuditParty(
                site: card.card.replica.site, name: name, address: card.card.postalAddress,
                replica: card.card.replica, tlsKey: Hexadecimal.text(fingerprint))
            fact.reason = "added"
            try state.record(fact, db)
        }
        feedSignal.wake()
    }

    /// Every peer, ascending by name.
    public func peers() async throws -> [PeerRecord] {
        try await read("list the peers") { db in
            let rows = try Row.fetchAll(
                db,
                sql: """
                    SELECT site, name, endpoint, fingerprint, added, revoked, cursor, last_contact,
                      in_step, exactly_in_step, their_queue, clock_ahead, id,
                      (SELECT count(*) FROM owed
                        WHERE owed.peer = peer.id AND after < through) AS owed,
                      (SELECT count(*) FROM notice_answer
                        WHERE notice_answer.peer = peer.id AND outcome IS NULL) AS notices
                    FROM peer ORDER BY name
                    """)
            return try rows.map(PeerRecord.init)
        }
    }

    /// Keeps cards that a peer sent, if they can be believed and it has room left, and applies
    /// what waited for them.
    ///
    /// - Returns: the cards that were refused, with why.
    public func receive(
        cards: [SignedNodeCard], from site: SiteID
    ) async throws -> [(card: SignedNodeCard, refusal: SignedNodeCard.Refusal)] {
        let refused = try await committer.commit { db, state in
            let peer = try PeerRows.active(site, db).id
            var refused: [CardRefusal] = []
            for card in cards {
                let known = try CardRows.keys(ofSite: card.card.replica.site, db)
                if let refusal = card.refusal(knownKeys: known) {
                    refused.append(CardRefusal(card: card, refusal: refusal))
                    continue
                }
                guard try CardRows.hasRoom(for: card.card.replica, from: peer, db) else { continue }
                try state.store(card, from: peer, db)
                try state.releasePending(forCardOf: card.card.replica, db)
            }
            return refused
        }
        feedSignal.wake()
        return refused.map { ($0.card, $0.refusal) }
    }

    /// The event key of every replica whose card is held.
    public func eventKeys() async throws -> [Replica: EventPublicKey] {
        try await read("read the node cards") { db in try CardRows.keys(db) }
    }

    /// The cards of the given writers that are held, in that order.
    public func cards(of replicas: [Replica]) async throws -> [SignedNodeCard] {
        try await read("read the node cards") { db in
            try replicas.compactMap { try CardRows.card(of: $0, db) }
        }
    }

    /// What each site calls itself, by its newest verified card.
    public func siteNames() async throws -> [SiteID: String] {
        try await read("read the node cards") { db in
            var names: [SiteID: String] = [:]
            for bytes in try Data.fetchAll(db, sql: "SELECT signed FROM card ORDER BY seen") {
                let card = try CardRows.card(stored: bytes).card
                names[card.replica.site] = card.name
            }
            return names
        }
    }

    /// Keeps this node's own card, so that it travels like any other.
    public func keepOwnCard(_ card: SignedNodeCard) async throws {
        try await committer.commit { db, state in try state.store(card, db) }
    }

    /// Notes that a peer was heard of.
    public func noteContact(with peer: SiteID, inStep: Bool) async throws {
        try await committer.commit { db, state in
            let item = try PeerRows.active(peer, db)
            try db.cachedStatement(
                sql: """
                    UPDATE peer SET last_contact = ?1,
                      in_step = CASE WHEN ?2 THEN ?1 ELSE in_step END WHERE id = ?3
                    """
            ).execute(arguments: [state.now(), inStep, item.id])
        }
    }
}

private struct CardRefusal: Sendable {
    let card: SignedNodeCard
    let refusal: SignedNodeCard.Refusal
}

extension PeerRecord {
    fileprivate init(_ row: Row) throws {
        let siteBytes: Data = row["site"]
        guard let site = SiteID(bytes: siteBytes) else {
            throw StoreFailure(.damaged, "read the site of a peer")
        }
        let fingerprint: Data = row["fingerprint"]
        let cursor: Int64 = row["cursor"]
        self.init(
            site: site, name: row["name"], endpoint: row["endpoint"],
            fingerprint: Array(fingerprint), addedMilliseconds: row["added"],
            revokedMilliseconds: row["revoked"], cursor: UInt64(cursor),
            owedStreams: row["owed"], lastContactMilliseconds: row["last_contact"],
            inStepMilliseconds: row["in_step"],
            exactlyInStepMilliseconds: row["exactly_in_step"],
            theirQueuedEvents: row["their_queue"], clockAheadMilliseconds: row["clock_ahead"],
            noticesOpen: row["notices"])
    }
}

extension WriterState {
    /// Keeps a card that can be believed.
    ///
    /// - Parameter peer: who brought it, and is charged for it; `nil` for this node's own card and
    ///   those of enrolments.
    mutating func store(
        _ card: SignedNodeCard, from peer: Int64? = nil, _ db: Database
    ) throws {
        try db.execute(
            sql: """
                INSERT INTO card (replica, site, event_key, signed, seen, source)
                VALUES (?, ?, ?, ?, ?, ?)
                ON CONFLICT (replica) DO UPDATE SET signed = excluded.signed, seen = excluded.seen
                  WHERE card.event_key = excluded.event_key
                """,
            arguments: [
                try names.replica(card.card.replica, db),
                try names.site(card.card.replica.site, db), Data(card.card.eventKey.rawBytes),
                Data(card.encoded()), now(), peer,
            ])
        try CosignerRows.forgetReplacedKey(ofSite: card.card.replica.site, db)
    }
}

extension CardRows {
    /// The event keys that a site is known by.
    static func keys(ofSite site: SiteID, _ db: Database) throws -> [EventPublicKey] {
        let rows = try Data.fetchAll(
            db,
            sql: """
                SELECT event_key FROM card JOIN site ON site.id = card.site
                WHERE site.uuid = ? ORDER BY replica
                """, arguments: [Data(site.bytes)])
        return rows.compactMap { EventPublicKey(rawBytes: Array($0)) }
    }

    /// Whether a peer may bring one more writer's card; a known writer's it always may.
    static func hasRoom(for replica: Replica, from peer: Int64, _ db: Database) throws -> Bool {
        let count = try Int.fetchOne(
            try db.cachedStatement(sql: "SELECT count(*) FROM card WHERE source = ?"),
            arguments: [peer])
        if count ?? 0 < StoreLimits.cardsPerPeerMax { return true }
        return try card(of: replica, db) != nil
    }

    /// The card of one writer.
    static func card(of replica: Replica, _ db: Database) throws -> SignedNodeCard? {
        let bytes = try Data.fetchOne(
            db,
            sql: """
                SELECT card.signed FROM card JOIN replica ON replica.id = card.replica
                WHERE replica.name = ?
                """, arguments: [Data(replica.bytes)])
        return try bytes.map(card)
    }

    /// A card as it is stored.
    static func card(stored bytes: Data) throws -> SignedNodeCard {
        do {
            return try SignedNodeCard(encoded: Array(bytes))
        } catch {
            throw StoreFailure(.damaged, "read a node card", underlying: error)
        }
    }
}
