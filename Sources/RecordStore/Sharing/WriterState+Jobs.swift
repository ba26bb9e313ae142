import AuditTrail
import CareRecord
import Consent
import Foundation
import GRDB
import Signing
import WireFormat

/// Bounds of the jobs that follow a change of policy.
enum ShareJobLimits {
    /// Streams that one step decides about or removes (`sync.md` §4).
    static let streamsPerStepMax = 2_000
    /// How long one step may take before it commits, so that local writes do not wait for it.
    static let stepMax: Duration = .milliseconds(25)
    /// Rows decided between two looks at the time.
    static let rowsPerLook = 100
}

extension WriterState {
    /// Decides about the next streams of the oldest unfinished agreement.
    ///
    /// - Returns: whether any agreement had something left to decide.
    mutating func stepGrant(_ db: Database) throws -> Bool {
        guard let item = try AgreementRows.nextJob(db), let job = item.job else { return false }
        let peer = try PeerAgreements(of: item.peer, db)
        let start = ContinuousClock.now
        var cursor = job.cursor
        var decided = 0
        while decided < ShareJobLimits.streamsPerStepMax,
            ContinuousClock.now - start < ShareJobLimits.stepMax
        {
            let streams = try StreamRows.after(
                cursor, through: job.end, countMax: ShareJobLimits.rowsPerLook, db)
            guard let last = streams.last else {
                try AgreementRows.moveJob(item.id, to: nil, db)
                return true
            }
            try decideAll(streams, for: peer, db)
            cursor = last.id
            decided += streams.count
        }
        try AgreementRows.moveJob(item.id, to: cursor < job.end ? cursor : nil, db)
        return true
    }

    /// Decides about streams at once: those that join do so as one version of the share set.
    private mutating func decideAll(
        _ streams: [StreamRows.Item], for agreed: PeerAgreements, _ db: Database
    ) throws {
        let peer = agreed.peer
        var joining: [(change: ShareChange, row: ShareRows.Item)] = []
        var leaving: [ShareChange] = []
        let validity = try ShareValidity(peer: peer, now: now(), db)
        for stream in streams {
            guard let row = try decide(stream, for: agreed, db) else { continue }
            let change = ShareChange(stream: stream.id, name: stream.name)
            guard let held = try ShareRows.row(peer: peer, stream: stream.id, db) else {
                joining.append((change, row))
                continue
            }
            guard validity.counts(policy: held.policy, until: held.until, stream: stream.name)
            else {
                // The cursor may have passed events while the row did not count.
                leaving.append(change)
                joining.append((change, row))
                continue
            }
            if held.policy != row.policy || held.until != row.until {
                try ShareRows.update(peer: peer, stream: stream.id, row, db)
            }
        }
        try leave(leaving, peer: peer, db)
        try join(joining, peer: peer, owing: .backfill, db)
    }

    /// Removes the next rows of the oldest unfinished withdrawal and signs the notice of them.
    ///
    /// - Returns: whether any withdrawal had rows left.
    mutating func stepWithdrawal(_ db: Database) throws -> Bool {
        guard let item = try WithdrawalRows.nextJob(db), let cursor = item.cursor else {
            return false
        }
        let rows = try Row.fetchAll(
            try db.cachedStatement(
                sql: """
                    SELECT share.stream, share.policy, agreement.erases FROM share
                    JOIN agreement ON agreement.id = share.agreement
                    WHERE share.peer = ? AND share.stream > ? ORDER BY share.stream LIMIT ?
                    """),
            arguments: [item.peer, cursor, ShareJobLimits.streamsPerStepMax])
        var removed: [(change: ShareChange, mode: WithdrawalNotice.Mode)] = []
        for row in rows {
            let policy: Int64 = row[1]
            guard UInt64(policy) <= item.withdrawal.policyVersion,
                let stream = try StreamRows.item(row[0], db),
                item.withdrawal.matches(stream.name)
            else { continue }
            let change = ShareChange(stream: stream.id, name: stream.name)
            removed.append((change, row[2] ? .erase : .seal))
        }
        try leave(removed.map(\.change), peer: item.peer, db)
        // A grant that was made after the withdrawal may permit what it removed.
        let agreed = try PeerAgreements(of: item.peer, db)
        let gone = try removed.filter { entry in
            guard let stream = try StreamRows.item(entry.change.stream, db) else { return true }
            return try !materialise(stream, for: agreed, owing: .backfill, db)
        }
        for mode in WithdrawalNotice.Mode.allCases {
            let streams = gone.filter { $0.mode == mode }.map(\.change.name)
            try signNotice(of: streams, mode, withdrawal: item, db)
        }
        let isDone = rows.count < ShareJobLimits.streamsPerStepMax
        try WithdrawalRows.move(
            item.id, to: isDone ? nil : rows[rows.count - 1][0], removed: removed.count, db)
        return true
    }

    /// Tells the peer what to do with streams that it may have no longer, as the agreements say
    /// that permitted them.
    private mutating func signNotice(
        of streams: [StreamID], _ mode: WithdrawalNotice.Mode,
        withdrawal item: WithdrawalRows.Item, _ db: Database
    ) throws {
        guard !streams.isEmpty else { return }
        let notice = WithdrawalNotice(
            signer: replica, id: .random(using: &generator),
            policyVersion: item.withdrawal.policyVersion, receiver: item.withdrawal.peer,
            mode: mode, time: nextTime(), streams: streams.sorted())
        let signed = SignedWithdrawalNotice(
            notice: notice, noticeBytes: notice.encoded(), key: key)
        let row = try NoticeRows.insert(signed, withdrawal: item.id, now: now(), db)
        try NoticeRows.address(row, to: item.peer, db)
    }
}

extension WriterState {
    /// Whether an own notice withdrew streams of own patients that are not shared again: their
    /// receiver cannot be entitled to them by anybody else.
    func isUnshared(byNotice name: NoticeID, to peer: Int64, _ db: Database) throws -> Bool {
        let signed = try Data.fetchOne(
            db, sql: "SELECT signed FROM notice WHERE name = ? AND withdrawal IS NOT NULL",
            arguments: [Data(name.bytes)])
        guard let signed else { return false }
        let notice: WithdrawalNotice
        do {
            notice = try SignedWithdrawalNotice(encoded: Array(signed)).notice
        } catch {
            throw StoreFailure(.damaged, "read a notice", underlying: error)
        }
        return try notice.streams.contains { name in
            guard let stream = try StreamRows.named(name.bytes, db), stream.home == replica.site
            else { return false }
            return try ShareRows.row(peer: peer, stream: stream.id, db) == nil
        }
    }
}

/// Rows of `notice` and `notice_answer`.
enum NoticeRows {
    /// Keeps a notice; what is held already keeps its row.
    static func insert(
        _ signed: SignedWithdrawalNotice, withdrawal: Int64?, now: Int64, _ db: Database
    ) throws -> Int64 {
        try db.execute(
            sql: """
                INSERT OR IGNORE INTO notice (name, withdrawal, signed, received)
                VALUES (?, ?, ?, ?)
                """,
            arguments: [Data(signed.notice.id.bytes), withdrawal, Data(signed.encoded()), now])
        guard let row = try row(named: signed.notice.id, db) else {
            throw StoreFailure(.damaged, "find a notice that was just kept")
        }
        return row
    }

    static func row(named name: NoticeID, _ db: Database) throws -> Int64? {
        try Int64.fetchOne(
            db, sql: "SELECT id FROM notice WHERE name = ?", arguments: [Data(name.bytes)])
    }

    /// A peer must be told, until it has answered.
    static func address(_ notice: Int64, to peer: Int64, _ db: Database) throws {
        try db.cachedStatement(
            sql: "INSERT OR IGNORE INTO notice_answer (notice, peer) VALUES (?, ?)"
        ).execute(arguments: [notice, peer])
    }
}
