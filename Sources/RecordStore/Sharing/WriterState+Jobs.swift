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
    /// Events whose projections one step drops or makes anew.
    static let eventsPerStep = 256
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
            if held != row { try ShareRows.update(peer: peer, stream: stream.id, row, db) }
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
        let (had, last) = try streamsHad(by: item, after: cursor, db)
        let removed = had.filter(\.isShared)
        try leave(removed.map(\.change), peer: item.peer, db)
        // A grant that was made after the withdrawal may permit what it removed.
        let agreed = try PeerAgreements(of: item.peer, db)
        let gone = try had.filter { entry in
            guard entry.isShared, let stream = try StreamRows.item(entry.change.stream, db) else {
                return true
            }
            return try !materialise(stream, for: agreed, owing: .backfill, db)
        }
        for mode in WithdrawalNotice.Mode.allCases {
            let streams = gone.filter { $0.mode == mode }.map(\.change)
            try signNotice(of: streams, mode, withdrawal: item, db)
        }
        try WithdrawalRows.move(item.id, to: last, removed: removed.count, db)
        return true
    }

    /// The next streams that a withdrawal concerns: those that its peer has, and those that it had
    /// until they lapsed, since it keeps what it got.
    ///
    /// - Returns: them, ascending by row, and the row to go on after; `nil` if none is left.
    private func streamsHad(
        by item: WithdrawalRows.Item, after cursor: Int64, _ db: Database
    ) throws -> (streams: [StreamHad], last: Int64?) {
        let rows = try Row.fetchAll(
            try db.cachedStatement(
                sql: """
                    SELECT had.stream, had.policy, agreement.erases, had.is_shared FROM (
                      SELECT stream, agreement, policy, 1 AS is_shared FROM share
                      WHERE peer = ?1 AND stream > ?2
                      UNION ALL
                      SELECT stream, agreement, 0, 0 FROM share_removed
                      WHERE peer = ?1 AND stream > ?2 AND agreement IS NOT NULL
                    ) AS had JOIN agreement ON agreement.id = had.agreement
                    ORDER BY had.stream LIMIT ?3
                    """),
            arguments: [item.peer, cursor, ShareJobLimits.streamsPerStepMax])
        let streams = try rows.compactMap { row -> StreamHad? in
            let policy: Int64 = row[1]
            guard UInt64(policy) <= item.withdrawal.policyVersion,
                let stream = try StreamRows.item(row[0], db),
                item.withdrawal.matches(stream.name)
            else { return nil }
            return StreamHad(
                change: ShareChange(stream: stream.id, name: stream.name),
                mode: row[2] ? .erase : .seal, isShared: row[3])
        }
        let isDone = rows.count < ShareJobLimits.streamsPerStepMax
        return (streams, isDone ? nil : rows.last?[0])
    }

    /// Brings the next streams back into view that are shared with this node again.
    ///
    /// - Returns: whether any was left.
    mutating func stepReturn(_ db: Database) throws -> Bool {
        var events = 0
        var last: Int64 = 0
        while events < ShareJobLimits.eventsPerStep {
            guard let next = try StreamRows.nextReturned(after: last, db) else { break }
            last = next.stream.id
            events += 1 + (try StreamRows.eventCount(last, db))
            try unseal(next.stream, from: next.peer, db)
        }
        return events > 0
    }

    /// Tells the peer what to do with streams that it may have no longer, as the agreements say
    /// that permitted them.
    private mutating func signNotice(
        of streams: [ShareChange], _ mode: WithdrawalNotice.Mode,
        withdrawal item: WithdrawalRows.Item, _ db: Database
    ) throws {
        guard !streams.isEmpty else { return }
        let notice = WithdrawalNotice(
            signer: replica, id: .random(using: &generator),
            policyVersion: item.withdrawal.policyVersion, receiver: item.withdrawal.peer,
            mode: mode, time: nextTime(), streams: streams.map(\.name).sorted())
        let signed = SignedWithdrawalNotice(
            notice: notice, noticeBytes: notice.encoded(), key: key)
        let row = try NoticeRows.insert(signed, withdrawal: item.id, now: now(), db)
        try NoticeRows.address(row, to: item.peer, db)
        for stream in streams {
            try ShareRows.noteNoticed(peer: item.peer, stream: stream.stream, db)
        }
    }
}

/// A stream that a peer has, or had until it lapsed.
private struct StreamHad {
    let change: ShareChange
    /// What its agreement says that a withdrawal orders.
    let mode: WithdrawalNotice.Mode
    /// Whether the peer has it still.
    let isShared: Bool
}

extension WriterState {
    /// Whether an own notice withdrew streams of own patients that are not shared again, and that
    /// left the share set after a version of it: their receiver cannot be entitled to them by
    /// anybody else.
    func isUnshared(
        byNotice name: NoticeID, to peer: Int64, after version: Int64, _ db: Database
    ) throws -> Bool {
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
            guard try ShareRows.row(peer: peer, stream: stream.id, db) == nil else { return false }
            let removed = try Int64.fetchOne(
                db, sql: "SELECT version FROM share_removed WHERE peer = ? AND stream = ?",
                arguments: [peer, stream.id])
            return removed ?? .max > version
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
                INSERT OR IGNORE INTO notice (name, withdrawal, signed, received, is_obeyed)
                VALUES (?, ?, ?, ?, ?)
                """,
            arguments: [
                Data(signed.notice.id.bytes), withdrawal, Data(signed.encoded()), now,
                withdrawal != nil,
            ])
        guard let row = try row(named: signed.notice.id, db) else {
            throw StoreFailure(.damaged, "find a notice that was just kept")
        }
        return row.id
    }

    /// A notice's row, and whether all of its streams were dealt with here.
    static func row(
        named name: NoticeID, _ db: Database
    ) throws -> (id: Int64, isObeyed: Bool)? {
        try Row.fetchOne(
            db, sql: "SELECT id, is_obeyed FROM notice WHERE name = ?",
            arguments: [Data(name.bytes)]
        ).map { ($0[0], $0[1]) }
    }

    /// Notes that every stream of a notice was dealt with.
    static func noteObeyed(_ notice: Int64, _ db: Database) throws {
        try db.execute(sql: "UPDATE notice SET is_obeyed = 1 WHERE id = ?", arguments: [notice])
    }

    /// A peer must be told, until it has answered.
    static func address(_ notice: Int64, to peer: Int64, _ db: Database) throws {
        try db.cachedStatement(
            sql: "INSERT OR IGNORE INTO notice_answer (notice, peer) VALUES (?, ?)"
        ).execute(arguments: [notice, peer])
    }
}
