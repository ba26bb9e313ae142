import CareRecord
import Consent
import Foundation
import GRDB

extension WriterState {
    /// The row of a stream that an event enters; a new one joins the share sets that it may.
    mutating func stream(_ id: StreamID, home: SiteID, _ db: Database) throws -> Int64 {
        let row = try names.stream(id, home: home, db)
        if row.isNew { try materialiseShares(of: row.id, id, db) }
        return row.id
    }

    /// Decides for a new stream, under every agreement, which peers may have it.
    mutating func materialiseShares(of stream: Int64, _ id: StreamID, _ db: Database) throws {
        let agreements = try AgreementRows.all(db)
        guard !agreements.isEmpty, let home = try StreamRows.home(of: stream, db) else { return }
        let facts = StreamFacts(stream: id, home: home)
        for row in agreements
        where
            DisclosureDecision.decide(
                facts, under: row.agreement, ownSite: replica.site, nowMilliseconds: now()
            ).isPermitted
        {
            let version = try ShareRows.nextVersion(of: row.peer, db)
            try ShareRows.insert(peer: row.peer, stream: stream, version: version, db)
        }
    }

    /// Makes an agreement and decides about every stream that is held.
    ///
    /// - Returns: how many streams joined the peer's share set, and its new version.
    mutating func grant(
        _ agreement: SharingAgreement, peer: Int64, _ db: Database
    ) throws -> (added: Int, version: Int64) {
        let version = try ShareRows.nextVersion(of: peer, db)
        try AgreementRows.insert(agreement, peer: peer, version: version, made: now(), db)
        let rows = try Row.fetchAll(
            db,
            sql: """
                SELECT stream.id, stream.name, site.uuid FROM stream
                JOIN site ON site.id = stream.home
                WHERE stream.id NOT IN (SELECT stream FROM share WHERE peer = ?)
                """, arguments: [peer])
        var added = 0
        for row in rows {
            let name: Data = row[1]
            let uuid: Data = row[2]
            guard let stream = StreamID(bytes: name), let home = SiteID(bytes: uuid) else {
                throw StoreFailure(.damaged, "read the name of a stream")
            }
            let decision = DisclosureDecision.decide(
                StreamFacts(stream: stream, home: home), under: agreement, ownSite: replica.site,
                nowMilliseconds: now())
            guard decision.isPermitted else { continue }
            try ShareRows.insert(peer: peer, stream: row[0], version: version, db)
            added += 1
        }
        return (added, version)
    }
}

/// Rows of `agreement`.
enum AgreementRows {
    /// An agreement with its peer's row.
    struct Item {
        let peer: Int64
        let agreement: SharingAgreement
        let version: Int64
        let made: Int64
    }

    static func all(_ db: Database) throws -> [Item] {
        let statement = try db.cachedStatement(
            sql: """
                SELECT agreement.peer, peer.site, compartments, purpose, scope, version, made
                FROM agreement JOIN peer ON peer.id = agreement.peer
                WHERE peer.revoked IS NULL ORDER BY agreement.id
                """)
        return try Row.fetchAll(statement).map { row in
            let site: Data = row[1]
            let compartments: String = row[2]
            let scope: String = row[4]
            guard let peer = SiteID(bytes: site),
                let known = SharingAgreement.Scope(rawValue: scope)
            else { throw StoreFailure(.damaged, "read a sharing agreement") }
            return Item(
                peer: row[0],
                agreement: SharingAgreement(
                    peer: peer,
                    compartments: compartments.split(separator: " ")
                        .compactMap { Compartment(name: $0) },
                    purpose: row[3], scope: known),
                version: row[5], made: row[6])
        }
    }

    static func insert(
        _ agreement: SharingAgreement, peer: Int64, version: Int64, made: Int64, _ db: Database
    ) throws {
        try db.execute(
            sql: """
                INSERT INTO agreement (peer, compartments, purpose, scope, version, made)
                VALUES (?, ?, ?, ?, ?, ?)
                """,
            arguments: [
                peer, agreement.compartments.map(\.name).joined(separator: " "),
                agreement.purpose, agreement.scope.rawValue, version, made,
            ])
    }
}

/// Rows of `share` and `owed`.
enum ShareRows {
    /// The version that the next change of a peer's share set leads to; it stands from then on.
    static func nextVersion(of peer: Int64, _ db: Database) throws -> Int64 {
        let version = try Int64.fetchOne(
            try db.cachedStatement(
                sql: """
                    UPDATE peer SET share_version = share_version + 1 WHERE id = ?
                    RETURNING share_version
                    """), arguments: [peer])
        guard let version else { throw StoreFailure(.notFound, "find a peer by its row") }
        return version
    }

    /// Lets a peer have a stream; what the peer's cursor has passed is owed.
    static func insert(peer: Int64, stream: Int64, version: Int64, _ db: Database) throws {
        try db.cachedStatement(
            sql: "INSERT OR IGNORE INTO share (peer, stream, version) VALUES (?, ?, ?)"
        ).execute(arguments: [peer, stream, version])
        try db.cachedStatement(sql: "DELETE FROM share_removed WHERE peer = ? AND stream = ?")
            .execute(arguments: [peer, stream])
        try db.cachedStatement(
            sql: """
                INSERT OR IGNORE INTO owed (peer, stream, after, through)
                SELECT peer.id, ?, 0, peer.cursor FROM peer WHERE peer.id = ? AND peer.cursor > 0
                  AND EXISTS (SELECT 1 FROM event WHERE stream = ? AND seq <= peer.cursor)
                """
        ).execute(arguments: [stream, peer, stream])
    }

    /// What a cursor passes of streams that joined the share set after it was read is owed.
    static func owe(
        _ peer: PeerRows.Item, through position: Int64, joinedAfter version: Int64, _ db: Database
    ) throws {
        try db.cachedStatement(
            sql: """
                INSERT INTO owed (peer, stream, after, through)
                SELECT share.peer, share.stream, ?1, ?2 FROM share
                WHERE share.peer = ?3 AND share.version > ?4
                  AND EXISTS (SELECT 1 FROM event WHERE event.stream = share.stream
                    AND event.seq > ?1 AND event.seq <= ?2)
                ON CONFLICT (peer, stream) DO UPDATE SET through = max(through, excluded.through)
                """
        ).execute(arguments: [peer.cursor, position, peer.id, version])
    }
}

/// Rows of `stream`.
enum StreamRows {
    /// SQL: some event of the stream is in view; one of an incomplete chain is not.
    static let isInView =
        "EXISTS (SELECT 1 FROM event WHERE event.stream = stream.id AND event.chain IS NULL)"

    static func home(of stream: Int64, _ db: Database) throws -> SiteID? {
        let statement = try db.cachedStatement(
            sql: """
                SELECT site.uuid FROM stream JOIN site ON site.id = stream.home
                WHERE stream.id = ?
                """)
        return try Data.fetchOne(statement, arguments: [stream]).flatMap { SiteID(bytes: $0) }
    }
}
