import CareRecord
import Consent
import Foundation
import GRDB

extension WriterState {
    /// The row of a stream that an event enters; a new one joins the share sets that it may.
    mutating func stream(_ id: StreamID, home: SiteID, _ db: Database) throws -> Int64 {
        let row = try names.stream(id, home: home, db)
        if row.isNew {
            guard let item = try StreamRows.item(row.id, db) else {
                throw StoreFailure(.damaged, "find a stream that was just made")
            }
            for peer in try peersWithAgreements(db) {
                try materialise(
                    item, for: try PeerAgreements(of: peer, db), owing: .current, db)
            }
        }
        return row.id
    }

    /// Decides again about every stream of a patient, for every peer that has an agreement.
    mutating func materialise(
        patient: PatientID, owing lane: Lane = .backfill, _ db: Database
    ) throws {
        let peers = try peersWithAgreements(db)
        guard !peers.isEmpty else { return }
        let agreements = try peers.map { try PeerAgreements(of: $0, db) }
        for stream in try StreamRows.of(patient: patient, db) {
            for agreed in agreements {
                try materialise(stream, for: agreed, owing: lane, db)
            }
        }
    }

    /// Brings the row of one peer and one stream in line with what `Consent` decides now.
    ///
    /// - Parameter lane: by which what the peer's cursor has passed is sent, if the stream joins.
    /// - Returns: whether the stream joined the share set.
    @discardableResult
    mutating func materialise(
        _ stream: StreamRows.Item, for agreed: PeerAgreements, owing lane: Lane, _ db: Database
    ) throws -> Bool {
        let peer = agreed.peer
        let wanted = try decide(stream, for: agreed, db)
        let held = try ShareRows.row(peer: peer, stream: stream.id, db)
        let change = ShareChange(stream: stream.id, name: stream.name)
        switch (held, wanted) {
        case (nil, nil):
            return false
        case (nil, let row?):
            try join([(change, row)], peer: peer, owing: lane, db)
            return true
        case (let old?, nil):
            // The step of an open withdrawal removes its row itself, with the notice of it.
            let validity = try ShareValidity(peer: peer, now: now(), db)
            guard validity.counts(policy: old.policy, until: nil, stream: stream.name) else {
                return false
            }
            // A lapse, or evidence that is gone: sending stops, and no notice is due.
            try leave([change], peer: peer, db)
            return false
        case (let old?, let row?):
            let validity = try ShareValidity(peer: peer, now: now(), db)
            guard validity.counts(policy: old.policy, until: old.until, stream: stream.name) else {
                // The cursor may have passed events while the row did not count.
                try leave([change], peer: peer, db)
                try join([(change, row)], peer: peer, owing: lane, db)
                return true
            }
            if old != row { try ShareRows.update(peer: peer, stream: stream.id, row, db) }
            return false
        }
    }

    /// What `Consent` decides about a stream and a peer: the row that it is entitled to.
    func decide(
        _ stream: StreamRows.Item, for peer: PeerAgreements, _ db: Database
    ) throws -> ShareRows.Item? {
        guard !stream.isSealed, !stream.isReturning else { return nil }
        let explanation = try ShareDecisions.explain(
            stream, peer: peer, ownSite: replica.site, now: now(), db)
        guard case .permitted(let number, _, let until) = explanation.outcome,
            let item = peer.agreements.first(where: { $0.id == number })
        else { return nil }
        return ShareRows.Item(
            agreement: number, others: explanation.forOtherPurposes,
            policy: Int64(item.agreement.policyVersion), until: until)
    }

    /// Peers with an agreement, ascending by row.
    mutating func peersWithAgreements(_ db: Database) throws -> [Int64] {
        if let known = agreementPeers { return known }
        let peers = try Int64.fetchAll(
            db,
            sql: """
                SELECT DISTINCT agreement.peer FROM agreement
                JOIN peer ON peer.id = agreement.peer WHERE peer.revoked IS NULL
                ORDER BY agreement.peer
                """)
        agreementPeers = peers
        return peers
    }

    /// Takes rows that have lapsed out of the share sets, a bounded number at a time.
    ///
    /// - Returns: whether any are left.
    mutating func removeLapsed(countMax: Int, _ db: Database) throws -> Bool {
        let rows = try Row.fetchAll(
            try db.cachedStatement(
                sql: "SELECT peer, stream FROM share WHERE until <= ? ORDER BY peer, stream LIMIT ?"
            ),
            arguments: [now(), countMax])
        for row in rows {
            let peer: Int64 = row[0]
            guard let stream = try StreamRows.item(row[1], db) else { continue }
            try materialise(
                stream, for: try PeerAgreements(of: peer, db), owing: .backfill, db)
        }
        return rows.count == countMax
    }
}

/// What was agreed with a peer: read once for many streams.
struct PeerAgreements {
    /// The peer's row.
    let peer: Int64
    let site: SiteID
    let agreements: [AgreementRows.Item]

    init(of peer: Int64, _ db: Database) throws {
        self.peer = peer
        site = try PeerRows.site(of: peer, db)
        agreements = try AgreementRows.of(peer: peer, db)
    }
}

/// Gathers what `Consent` needs to decide.
enum ShareDecisions {
    static func explain(
        _ stream: StreamRows.Item, peer: PeerAgreements, ownSite: SiteID, now: Int64,
        _ db: Database
    ) throws -> DisclosureExplanation {
        let withdrawals = try WithdrawalRows.matching(
            peer: peer.peer, patient: stream.name.patient, db
        ).map(\.withdrawal)
        // What a peer only claims to be the home of it gets as an agreement gives it to others.
        let isKnown = try stream.home != peer.site || HomeProof.isProven(stream, db)
        let facts = StreamFacts(
            stream: stream.name, home: isKnown ? stream.home : nil,
            relationships: try stream.name.patient.map {
                try RelationshipRows.relationships(
                    of: $0, to: peer.peer, peer.agreements, ownSite: ownSite, db)
            } ?? [])
        return DisclosureExplanation.explain(
            facts, to: peer.site, agreements: peer.agreements.map(\.agreement),
            withdrawals: withdrawals, ownSite: ownSite, nowMilliseconds: now)
    }
}
