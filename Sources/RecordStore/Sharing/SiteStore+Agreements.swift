public import AuditTrail
public import CareRecord
public import Consent
import Foundation
import GRDB

/// A grant that an administrator orders.
public struct GrantOrder: Sendable, Hashable {
    /// The peer's name.
    public var peerName: String
    /// What it may have.
    public var compartments: [Compartment]
    /// Purpose of use.
    public var purpose: String
    /// Whose records.
    public var scope: SharingAgreement.Scope
    /// Whether evidence that the peer wrote itself counts.
    public var isAttested = false
    /// What a withdrawal orders the peer to do.
    public var onWithdrawal: SharingAgreement.WithdrawalMode = .seal
    /// Patients that the administrator lists.
    public var patients: [PatientID] = []
    /// Identifiers by which records name the peer's organisation.
    public var organisations: [OrganisationIdentifier] = []

    /// Describes a grant.
    public init(
        peerName: String, compartments: [Compartment], purpose: String,
        scope: SharingAgreement.Scope
    ) {
        self.peerName = peerName
        self.compartments = compartments
        self.purpose = purpose
        self.scope = scope
    }

    /// A business identifier of an organisation.
    public struct OrganisationIdentifier: Sendable, Hashable {
        /// The system, a URI.
        public var system: String
        /// The value.
        public var value: String

        /// Pairs a system with a value.
        public init(system: String, value: String) {
            self.system = system
            self.value = value
        }
    }
}

/// A sharing agreement with what it led to.
public struct AgreementRecord: Sendable, Hashable {
    /// The agreement.
    public var agreement: SharingAgreement
    /// What this site calls the peer.
    public var peerName: String
    /// How many streams the peer's share set holds by this agreement.
    public var streams: Int
    /// When it was made, in milliseconds since 1970 UTC.
    public var madeMilliseconds: Int64
    /// How far its decisions are; `nil` when they are made.
    public var progress: Progress?
    /// Whether a withdrawal made it void.
    public var isWithdrawn: Bool

    /// How far the decisions of an agreement are.
    public struct Progress: Sendable, Hashable {
        /// Streams decided about.
        public var done: Int
        /// Streams to decide about in all.
        public var total: Int
        /// When it began, in milliseconds since 1970 UTC.
        public var startedMilliseconds: Int64
    }
}

extension SiteStore {
    /// Makes an agreement with an enrolled peer. New streams are decided under it from this
    /// commit on; those that are held already by `stepSharing`, oldest first.
    ///
    /// - Returns: the agreement's number, the streams to decide, and the policy version.
    public func grant(
        _ order: GrantOrder, actor: AuditActor
    ) async throws -> (agreement: Int64, streamsToDecide: Int, policyVersion: UInt64) {
        let result = try await committer.commit { db, state in
            try state.grant(order, actor: actor, db)
        }
        feedSignal.notifyShares()
        return (result.agreement, result.streams, UInt64(result.policy))
    }

    /// Takes one step of the work that follows grants and withdrawals, own and others';
    /// withdrawals go first.
    ///
    /// - Returns: whether there was anything to do, so that another step may be due.
    public func stepSharing() async throws -> Bool {
        let didWork = try await committer.commit(cost: 4_096) { db, state in
            if try state.stepWithdrawal(db) { return true }
            if try state.stepReturn(db) { return true }
            if try state.stepGrant(db) { return true }
            return try state.removeLapsed(countMax: 500, db)
        }
        if didWork { feedSignal.notifyShares() }
        return didWork
    }

    /// Every agreement, by peer and then in the order they were made.
    public func agreements(peerName: String?) async throws -> [AgreementRecord] {
        try await read("list the agreements") { db in
            var records: [AgreementRecord] = []
            for item in try AgreementRows.all(db) {
                let peer = try PeerRows.active(item.agreement.peer, db)
                guard peerName == nil || peer.name == peerName else { continue }
                records.append(try AgreementRecord(item, peerName: peer.name, db))
            }
            return records.sorted {
                ($0.peerName, $0.agreement.number) < ($1.peerName, $1.agreement.number)
            }
        }
    }
}

extension AgreementRecord {
    fileprivate init(_ item: AgreementRows.Item, peerName: String, _ db: Database) throws {
        let streams = try Int.fetchOne(
            db, sql: "SELECT count(*) FROM share WHERE peer = ? AND agreement = ?",
            arguments: [item.peer, item.id])
        let withdrawals = try WithdrawalRows.all(db).filter { $0.peer == item.peer }
        let isWithdrawn = withdrawals.contains {
            $0.withdrawal.policyVersion >= item.agreement.policyVersion
                && $0.withdrawal.patient == nil
                && ($0.withdrawal.compartments.isEmpty
                    || Set($0.withdrawal.compartments).isSuperset(of: item.agreement.compartments))
        }
        var progress: Progress?
        if let job = item.job {
            let counts = try Row.fetchOne(
                db,
                sql: """
                    SELECT count(*) FILTER (WHERE id <= ?1), count(*) FROM stream WHERE id <= ?2
                    """, arguments: [job.cursor, job.end])
            progress = Progress(
                done: counts?[0] ?? 0, total: counts?[1] ?? 0, startedMilliseconds: job.started)
        }
        self.init(
            agreement: item.agreement, peerName: peerName, streams: streams ?? 0,
            madeMilliseconds: item.made, progress: progress, isWithdrawn: isWithdrawn)
    }
}

struct GrantResult: Sendable {
    let agreement: Int64
    let streams: Int
    let policy: Int64
}

extension WriterState {
    mutating func grant(
        _ order: GrantOrder, actor: AuditActor, _ db: Database
    ) throws -> GrantResult {
        let peer = try PeerRows.named(order.peerName, db)
        let policy = try PolicyVersion.next(db)
        let agreement = SharingAgreement(
            number: 0, peer: peer.site, compartments: order.compartments,
            purpose: order.purpose, scope: order.scope, isAttested: order.isAttested,
            onWithdrawal: order.onWithdrawal, policyVersion: UInt64(policy))
        let end = try StreamRows.newest(db)
        let number = try AgreementRows.insert(
            agreement, peer: peer.id, end: end, now: now(), db)
        for patient in order.patients {
            try AgreementRows.list(patient, under: number, until: nil, db)
        }
        for identifier in order.organisations {
            try db.execute(
                sql: """
                    INSERT OR IGNORE INTO peer_organisation (peer, key, identifier)
                    VALUES (?, ?, ?)
                    """,
                arguments: [
                    peer.id,
                    HashedKey.identifier(
                        type: "Organization", system: identifier.system, value: identifier.value),
                    "\(identifier.system)|\(identifier.value)",
                ])
        }
        agreementPeers = nil
        let streams = try Int.fetchOne(db, sql: "SELECT count(*) FROM stream") ?? 0
        var fact = AuditFact(kind: .permit, actor: actor)
        fact.to = peer.party
        fact.purpose = order.purpose
        fact.basis = "agreement \(number) \(order.scope.rawValue)"
        fact.data = AuditData(
            compartments: agreement.compartments, types: [], events: 0, digest: nil)
        fact.reason = "policy \(policy), streams to decide \(streams)"
        try record(fact, db)
        return GrantResult(agreement: number, streams: streams, policy: policy)
    }
}
