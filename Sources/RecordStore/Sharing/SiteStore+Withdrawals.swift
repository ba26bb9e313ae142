public import AuditTrail
public import CareRecord
public import Consent
import Foundation
import GRDB
public import Signing
public import WireFormat

/// A withdrawal with who has acknowledged it.
public struct WithdrawalRecord: Sendable, Hashable {
    /// What was withdrawn from whom.
    public var withdrawal: Withdrawal
    /// What this site calls the peer.
    public var peerName: String
    /// What the administrator typed.
    public var reason: String
    /// When it was made, in milliseconds since 1970 UTC; it binds from then on.
    public var madeMilliseconds: Int64
    /// Streams that left the share set so far.
    public var streams: Int
    /// Whether every row of it is removed.
    public var isDone: Bool
    /// By peer, ascending by name.
    public var acknowledgements: [Acknowledgement]

    /// How far one peer has answered the notices of a withdrawal.
    public struct Acknowledgement: Sendable, Hashable {
        /// What this site calls the peer.
        public var peerName: String
        /// Notices that it must answer.
        public var notices: Int
        /// Those that it answered by obeying.
        public var acknowledged: Int
        /// Those that it answered otherwise.
        public var refused: Int
        /// Its last answer, in milliseconds since 1970 UTC.
        public var lastMilliseconds: Int64?
    }
}

extension SiteStore {
    /// Withdraws from a peer what it may have: binds with this commit, whatever is in flight.
    ///
    /// - Parameters:
    ///   - compartments: empty for all.
    ///   - patient: `nil` for every patient.
    /// - Returns: the withdrawal's number, the streams that it matches, and the policy version.
    public func withdraw(
        peerName: String, compartments: [Compartment], patient: PatientID?, reason: String,
        actor: AuditActor
    ) async throws -> (withdrawal: Int64, streams: Int, policyVersion: UInt64) {
        let result = try await committer.commit { db, state -> GrantResult in
            let peer = try PeerRows.named(peerName, db)
            let policy = try PolicyVersion.next(db)
            let withdrawal = Withdrawal(
                number: 0, peer: peer.site, compartments: compartments, patient: patient,
                policyVersion: UInt64(policy))
            let number = try WithdrawalRows.insert(
                withdrawal, peer: peer.id, reason: reason, now: state.now(), db)
            let streams = try Self.countMatches(withdrawal, peer: peer.id, db)
            var fact = AuditFact(kind: .withhold, actor: actor)
            fact.to = peer.party
            fact.patient = patient
            fact.basis = "withdrawal \(number), policy \(policy)"
            fact.reason = reason
            fact.data = AuditData(
                compartments: compartments, types: [], events: 0, digest: nil)
            try state.record(fact, db)
            return GrantResult(agreement: number, streams: streams, policy: policy)
        }
        feedSignal.notifyShares()
        return (result.agreement, result.streams, UInt64(result.policy))
    }

    private static func countMatches(
        _ withdrawal: Withdrawal, peer: Int64, _ db: Database
    ) throws -> Int {
        if withdrawal.patient == nil, withdrawal.compartments.isEmpty {
            return try Int.fetchOne(
                db, sql: "SELECT count(*) FROM share WHERE peer = ?", arguments: [peer]) ?? 0
        }
        let cursor = try Data.fetchCursor(
            db,
            sql: """
                SELECT stream.name FROM share JOIN stream ON stream.id = share.stream
                WHERE share.peer = ?1 AND (?2 IS NULL OR stream.patient = ?2)
                """, arguments: [peer, withdrawal.patient.map { Data($0.bytes) }])
        var count = 0
        while let name = try cursor.next() {
            if let stream = StreamID(bytes: name), withdrawal.matches(stream) { count += 1 }
        }
        return count
    }

    /// Every withdrawal, the newest first, with who has not acknowledged it.
    public func withdrawals() async throws -> [WithdrawalRecord] {
        try await read("list the withdrawals") { db in
            try WithdrawalRows.all(db).reversed().map { item in
                let name = try String.fetchOne(
                    db, sql: "SELECT name FROM peer WHERE id = ?", arguments: [item.peer])
                return WithdrawalRecord(
                    withdrawal: item.withdrawal, peerName: name ?? "", reason: item.reason,
                    madeMilliseconds: item.made, streams: item.streams, isDone: item.cursor == nil,
                    acknowledgements: try Self.acknowledgements(of: item.id, db))
            }
        }
    }

    private static func acknowledgements(
        of withdrawal: Int64, _ db: Database
    ) throws -> [WithdrawalRecord.Acknowledgement] {
        let rows = try Row.fetchAll(
            db,
            sql: """
                SELECT peer.name, count(*), count(*) FILTER (WHERE outcome = ?2),
                  count(*) FILTER (WHERE outcome <> ?2), max(answered)
                FROM notice JOIN notice_answer ON notice_answer.notice = notice.id
                JOIN peer ON peer.id = notice_answer.peer
                WHERE notice.withdrawal = ?1 GROUP BY peer.name ORDER BY peer.name
                """, arguments: [withdrawal, Int64(NoticeAnswer.Outcome.done.rawValue)])
        return rows.map {
            WithdrawalRecord.Acknowledgement(
                peerName: $0[0], notices: $0[1], acknowledged: $0[2], refused: $0[3],
                lastMilliseconds: $0[4])
        }
    }

    /// Notices that a peer has not answered, oldest first, with the cards of their signers, and
    /// where to go on for those behind them.
    ///
    /// - Parameter place: where the notices before ended; 0 for the oldest.
    public func openNotices(
        for site: SiteID, after place: Int64 = 0, countMax: Int
    ) async throws -> (notices: [SignedWithdrawalNotice], cards: [SignedNodeCard], last: Int64) {
        let rows = try await read("list the open notices") { db -> [(id: Int64, signed: Data)] in
            let peer = try PeerRows.active(site, db)
            return try Row.fetchAll(
                try db.cachedStatement(
                    sql: """
                        SELECT notice.id, notice.signed FROM notice_answer
                        JOIN notice ON notice.id = notice_answer.notice
                        WHERE notice_answer.peer = ? AND outcome IS NULL AND notice.id > ?
                        ORDER BY notice.id LIMIT ?
                        """), arguments: [peer.id, place, countMax]
            ).map { ($0[0], $0[1]) }
        }
        var notices: [SignedWithdrawalNotice] = []
        for row in rows {
            do {
                notices.append(try SignedWithdrawalNotice(encoded: Array(row.signed)))
            } catch {
                throw StoreFailure(.damaged, "read a notice", underlying: error)
            }
        }
        let signers = Set(notices.map(\.notice.signer)).sorted()
        return (notices, try await cards(of: signers), rows.last?.id ?? place)
    }

    /// Obeys a peer's notice, part by part, and returns what is answered once nothing is left.
    public func obey(
        _ notice: SignedWithdrawalNotice, from site: SiteID
    ) async throws -> NoticeAnswer.Outcome {
        var part = ObeyedPart()
        while true {
            let before = part
            part = try await committer.commit(cost: 4_096) { db, state in
                try state.obey(
                    notice, from: try PeerRows.active(site, db), after: before, db)
            }
            feedSignal.notifyShares()
            if let outcome = part.outcome { return outcome }
        }
    }

    /// Notes how a peer answered a notice.
    ///
    /// - Parameter announcedThrough: the version of our share set that it surely knew by then. That
    ///   it is still entitled counts only once it was told what left the set.
    public func noteAnswer(
        _ outcome: NoticeAnswer.Outcome, ofNotice id: NoticeID, by site: SiteID,
        announcedThrough version: UInt64 = 0
    ) async throws {
        try await committer.commit { db, state in
            let peer = try PeerRows.active(site, db)
            // The announcement that leaves the streams out is still on its way: told again later.
            if outcome == .stillEntitled,
                try state.isUnshared(
                    byNotice: id, to: peer.id, after: Int64(clamping: version), db)
            {
                return
            }
            try db.execute(
                sql: """
                    UPDATE notice_answer SET outcome = ?, answered = ?
                    WHERE peer = ? AND notice = (SELECT id FROM notice WHERE name = ?)
                      AND outcome IS NULL
                    """, arguments: [Int64(outcome.rawValue), state.now(), peer.id, Data(id.bytes)])
            guard db.changesCount > 0 else { return }
            var fact = AuditFact(kind: .withdraw, actor: peer.actor)
            fact.to = peer.party
            fact.reason = "notice answered: \(outcome)"
            try state.record(fact, db)
        }
    }

    /// Why a peer does or does not receive the streams of a patient, ascending by compartment.
    ///
    /// - Throws: `StoreFailure` with `.notFound` if nothing of the patient is held.
    public func explainShare(
        peerName: String, patient: PatientID, actor: AuditActor
    ) async throws -> [StreamExplanation] {
        let ownSite = replica.site
        let now = now()
        let found = try await read("explain a share set") { db -> [StreamExplanation] in
            let peer = try PeerRows.named(peerName, db)
            let agreed = try PeerAgreements(of: peer.id, db)
            return try StreamRows.of(patient: patient, db).map { stream in
                StreamExplanation(
                    stream: stream.name, isSealed: stream.isSealed,
                    explanation: try ShareDecisions.explain(
                        stream, peer: agreed, ownSite: ownSite, now: now, db),
                    progress: try StreamProgress.read(stream, peer: peer, db))
            }
        }
        guard !found.isEmpty else { throw StoreFailure(.notFound, "find the patient \(patient)") }
        try await recordAccess(.read, to: [patient], actor: actor)
        return found
    }
}

/// One stream of a patient, and why a peer does or does not receive it.
public struct StreamExplanation: Sendable, Hashable {
    /// The stream.
    public var stream: StreamID
    /// Whether it was withdrawn from this node.
    public var isSealed: Bool
    /// What `Consent` says.
    public var explanation: DisclosureExplanation
    /// How much of it the peer has.
    public var progress: StreamProgress
}

/// How much of one stream a peer has.
public struct StreamProgress: Sendable, Hashable {
    /// Whether the share set holds it at present.
    public var isInShareSet: Bool
    /// Events held here.
    public var events: Int
    /// Of these, how many the peer has acknowledged, written or delivered.
    public var acknowledgedEvents: Int
    /// Whether the peer announced the stream to this node.
    public var isAnnouncedByPeer: Bool

    static func read(
        _ stream: StreamRows.Item, peer: PeerRows.Item, _ db: Database
    ) throws -> StreamProgress {
        let row = try Row.fetchOne(
            db,
            sql: """
                SELECT count(*), count(*) FILTER (WHERE event.source IS ?2
                    OR (?4 AND ((owed.through IS NULL AND event.seq <= ?3)
                      OR event.seq <= owed.after
                      OR (event.seq > owed.through AND event.seq <= ?3))))
                FROM event LEFT JOIN owed ON owed.peer = ?2 AND owed.stream = event.stream
                WHERE event.stream = ?1
                """,
            arguments: [
                stream.id, peer.id, peer.cursor,
                try ShareRows.row(peer: peer.id, stream: stream.id, db) != nil,
            ])
        let isAnnounced = try Bool.fetchOne(
            db, sql: "SELECT EXISTS (SELECT 1 FROM announced WHERE peer = ? AND stream = ?)",
            arguments: [peer.id, Data(stream.name.bytes)])
        return StreamProgress(
            isInShareSet: try ShareRows.row(peer: peer.id, stream: stream.id, db) != nil,
            events: row?[0] ?? 0, acknowledgedEvents: row?[1] ?? 0,
            isAnnouncedByPeer: isAnnounced ?? false)
    }
}
