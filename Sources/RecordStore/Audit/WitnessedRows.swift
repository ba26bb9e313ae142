import AuditTrail
import CareRecord
import Foundation
import GRDB
import Signing
import WireFormat

/// Rows of `witnessed` and `witness_evidence`: logs of peers that this node witnesses.
enum WitnessedRows {
    /// An origin from whose log something was cosigned.
    struct Item {
        let id: Int64
        let peer: Int64
        let log: WitnessedLog
        /// The head that was cosigned last.
        let head: SignedHead
    }

    /// Heads that are kept as evidence against one origin.
    private static let evidenceMax = 16

    /// What is kept of an origin; `nil` before its first head.
    static func item(_ origin: String, _ db: Database) throws -> Item? {
        let row = try Row.fetchOne(
            try db.cachedStatement(
                sql: "SELECT id, peer, key, size, root, note FROM witnessed WHERE origin = ?"),
            arguments: [origin])
        guard let row else { return nil }
        let (size, root, note): (Int64, Data, Data) = (row[3], row[4], row[5])
        guard let root = TreeHash(bytes: root) else {
            throw StoreFailure(.damaged, "read a head that was cosigned")
        }
        do {
            return Item(
                id: row[0], peer: row[1],
                log: WitnessedLog(
                    keys: [try NoteKey(text: row[2])], size: UInt64(size), root: root),
                head: try SignedHead(encoded: note))
        } catch {
            throw StoreFailure(.damaged, "read a head that was cosigned", underlying: error)
        }
    }

    /// The heads that were cosigned last, in the order of the first ones.
    static func notes(_ db: Database) throws -> [[UInt8]] {
        try Data.fetchAll(
            try db.cachedStatement(sql: "SELECT note FROM witnessed ORDER BY id")
        ).map { Array($0) }
    }

    /// The size that was cosigned last of the peer's log that was cosigned last; 0 before.
    static func newestSize(ofPeer peer: Int64, _ db: Database) throws -> UInt64 {
        let size = try Int64.fetchOne(
            try db.cachedStatement(
                sql: """
                    SELECT size FROM witnessed WHERE peer = ? ORDER BY cosigned DESC, id DESC LIMIT 1
                    """), arguments: [peer])
        return UInt64(size ?? 0)
    }

    /// The heads that are held of a peer's logs, log by log, with the evidence against each.
    static func heldNotes(ofPeer peer: Int64, _ db: Database) throws -> [[UInt8]] {
        try Data.fetchAll(
            try db.cachedStatement(
                sql: """
                    SELECT note FROM (
                      SELECT id AS log, 0 AS is_evidence, size, note FROM witnessed WHERE peer = ?1
                      UNION ALL
                      SELECT witnessed.id, 1, witness_evidence.size, witness_evidence.note
                      FROM witness_evidence JOIN witnessed
                        ON witnessed.id = witness_evidence.witnessed WHERE witnessed.peer = ?1)
                    ORDER BY log, is_evidence, size, note
                    """), arguments: [peer]
        ).map { Array($0) }
    }

    /// An origin of which nothing was cosigned, with the audit keys of its site's node cards; `nil`
    /// if it is not one of the site's, or the site has too many.
    static func newLog(
        _ origin: String, of site: SiteID, peer: Int64, _ db: Database
    ) throws -> WitnessedLog? {
        let prefix = LogHead.originPrefix(of: site)
        let life = origin.utf8.dropFirst(prefix.utf8.count)
        guard origin.hasPrefix(prefix), Hexadecimal.bytes(life)?.count == 8 else { return nil }
        guard try count(ofPeer: peer, db) < StoreLimits.witnessedOriginsPerPeerMax else {
            return nil
        }
        let keys = try CardRows.cards(ofSite: site, db).compactMap { card in
            EventPublicKey(rawBytes: card.auditKey).flatMap {
                NoteKey(name: origin, job: .log, publicKey: $0)
            }
        }
        var known: [NoteKey] = []
        for key in keys where !known.contains(key) { known.append(key) }
        return WitnessedLog(keys: known)
    }

    private static func count(ofPeer peer: Int64, _ db: Database) throws -> Int {
        try Int.fetchOne(
            db, sql: "SELECT count(*) FROM witnessed WHERE peer = ?", arguments: [peer]) ?? 0
    }

    /// Stores the first head of an origin.
    static func insert(
        _ head: SignedHead, signedBy key: NoteKey, peer: Int64, now: Int64, _ db: Database
    ) throws {
        try db.execute(
            sql: """
                INSERT INTO witnessed (origin, peer, key, size, root, note, begun, cosigned)
                VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?7)
                """,
            arguments: [
                head.head.origin, peer, key.text, Int64(head.head.size), Data(head.head.root.bytes),
                Data(head.encoded), now,
            ])
    }

    /// Stores a head in the place of the one that was cosigned before.
    static func update(
        _ item: Item, to head: SignedHead, now: Int64, _ db: Database
    ) throws {
        try db.execute(
            sql: "UPDATE witnessed SET size = ?, root = ?, note = ?, cosigned = ? WHERE id = ?",
            arguments: [
                Int64(head.head.size), Data(head.head.root.bytes), Data(head.encoded), now, item.id,
            ])
    }

    /// Keeps a head that was not cosigned.
    ///
    /// - Returns: whether it is new, and there was room.
    static func keepEvidence(
        _ head: SignedHead, against item: Item, now: Int64, _ db: Database
    ) throws -> Bool {
        try db.execute(
            sql: """
                INSERT OR IGNORE INTO witness_evidence (witnessed, size, root, note, seen)
                SELECT ?1, ?2, ?3, ?4, ?5
                WHERE (SELECT count(*) FROM witness_evidence WHERE witnessed = ?1) < ?6
                """,
            arguments: [
                item.id, Int64(head.head.size), Data(head.head.root.bytes), Data(head.encoded), now,
                evidenceMax,
            ])
        return db.changesCount > 0
    }
}

extension CardRows {
    /// A site's cards, the one that was seen last at the end; nothing is checked again.
    static func cards(ofSite site: SiteID, _ db: Database) throws -> [NodeCard] {
        try signedCards(ofSite: site, db).map(\.card)
    }

    private static func signedCards(
        ofSite site: SiteID, _ db: Database
    ) throws -> [SignedNodeCard] {
        try Data.fetchAll(
            try db.cachedStatement(
                sql: """
                    SELECT card.signed FROM card JOIN site ON site.id = card.site
                    WHERE site.uuid = ? ORDER BY card.seen, card.replica
                    """), arguments: [Data(site.bytes)]
        ).map { try CardRows.card(stored: $0) }
    }

    /// The keys that a site cosigns with, by cards that can be believed.
    static func witnessKeys(ofSite site: SiteID, _ db: Database) throws -> [NoteKey] {
        var keys: [NoteKey] = []
        let known = try CardRows.keys(ofSite: site, db)
        for signed in try signedCards(ofSite: site, db)
        where signed.refusal(knownKeys: known) == nil {
            let key = EventPublicKey(rawBytes: signed.card.witnessKey).flatMap {
                NoteKey(name: NoteKey.witnessName(of: site), job: .witness, publicKey: $0)
            }
            if let key, !keys.contains(key) { keys.append(key) }
        }
        return keys
    }
}
