import CareRecord
import Consent
import Foundation
import GRDB
import Signing

/// Which rows of `share` count: those newer than every withdrawal that matches, until they lapse.
struct ShareValidity: Sendable {
    /// Withdrawals of one peer whose rows are not all removed yet.
    private let withdrawals: [Withdrawal]
    private let now: Int64

    init(peer: Int64, now: Int64, _ db: Database) throws {
        withdrawals = try WithdrawalRows.open(of: peer, db).map(\.withdrawal)
        self.now = now
    }

    /// Whether a row permits its stream now.
    func counts(policy: Int64, until: Int64?, stream: StreamID) -> Bool {
        DisclosureDecision.counts(
            grantPolicyVersion: UInt64(policy), untilMilliseconds: until, withdrawals: withdrawals,
            stream: stream, nowMilliseconds: now)
    }
}

/// A change of a peer's share set within one fact.
struct ShareChange {
    let stream: Int64
    let name: StreamID
}

/// Rows of `share`.
enum ShareRows {
    /// A row as it stands.
    struct Item: Equatable {
        let agreement: Int64
        /// Agreements that permit the stream for other purposes, ascending.
        let others: [Int64]
        let policy: Int64
        let until: Int64?

        /// The others as they are stored; `nil` if there are none, as is usual.
        fileprivate var othersText: String? {
            others.isEmpty ? nil : others.map(String.init).joined(separator: " ")
        }

        static func others(_ text: String?) -> [Int64] {
            (text ?? "").split(separator: " ").compactMap { Int64($0) }
        }
    }

    /// An agreement behind a row, and its purpose of use.
    struct Basis: Hashable {
        let agreement: Int64
        let purpose: String
    }

    /// What permits a peer a stream at present: one agreement for each purpose, that of the row
    /// first.
    static func bases(peer: Int64, _ stream: StreamID, _ db: Database) throws -> [Basis] {
        let statement = try db.cachedStatement(
            sql: """
                SELECT share.agreement, share.others FROM share
                JOIN stream ON stream.id = share.stream
                WHERE share.peer = ? AND stream.name = ?
                """)
        guard let row = try Row.fetchOne(statement, arguments: [peer, Data(stream.bytes)]) else {
            return []
        }
        return try ([row[0]] + Item.others(row[1])).map { try basis(ofAgreement: $0, db) }
    }

    /// An agreement by its number.
    static func basis(ofAgreement number: Int64, _ db: Database) throws -> Basis {
        let statement = try db.cachedStatement(sql: "SELECT purpose FROM agreement WHERE id = ?")
        guard let purpose = try String.fetchOne(statement, arguments: [number]) else {
            throw StoreFailure(.damaged, "find the agreement that a share set names")
        }
        return Basis(agreement: number, purpose: purpose)
    }

    /// The version of a peer's share set that a stream joined it in; `nil` if it is not in it.
    static func joined(peer: Int64, _ stream: StreamID, _ db: Database) throws -> UInt64? {
        let statement = try db.cachedStatement(
            sql: """
                SELECT share.version FROM share JOIN stream ON stream.id = share.stream
                WHERE share.peer = ? AND stream.name = ?
                """)
        return try Int64.fetchOne(statement, arguments: [peer, Data(stream.bytes)])
            .map { UInt64($0) }
    }

    static func row(peer: Int64, stream: Int64, _ db: Database) throws -> Item? {
        let statement = try db.cachedStatement(
            sql: "SELECT agreement, others, policy, until FROM share WHERE peer = ? AND stream = ?")
        return try Row.fetchOne(statement, arguments: [peer, stream]).map {
            Item(agreement: $0[0], others: Item.others($0[1]), policy: $0[2], until: $0[3])
        }
    }

    /// Whether a row lets a peer have a stream now.
    static func counts(
        peer: Int64, _ stream: StreamID, now: Int64, _ db: Database
    ) throws -> Bool {
        guard let item = try StreamRows.named(stream.bytes, db),
            let row = try row(peer: peer, stream: item.id, db)
        else { return false }
        return try ShareValidity(peer: peer, now: now, db)
            .counts(policy: row.policy, until: row.until, stream: stream)
    }

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

    /// Lets a peer have a stream.
    static func insert(
        peer: Int64, stream: Int64, version: Int64, _ item: Item, _ db: Database
    ) throws {
        try db.cachedStatement(
            sql: """
                INSERT INTO share (peer, stream, version, agreement, others, policy, until)
                VALUES (?, ?, ?, ?, ?, ?, ?)
                """
        ).execute(arguments: [
            peer, stream, version, item.agreement, item.othersText, item.policy, item.until,
        ])
        try db.cachedStatement(sql: "DELETE FROM share_removed WHERE peer = ? AND stream = ?")
            .execute(arguments: [peer, stream])
    }

    /// Peers whose share sets hold a stream, ascending.
    static func peers(sharing stream: Int64, _ db: Database) throws -> [Int64] {
        try Int64.fetchAll(
            try db.cachedStatement(
                sql: """
                    SELECT id FROM peer WHERE EXISTS (SELECT 1 FROM share
                      WHERE share.peer = peer.id AND share.stream = ?) ORDER BY id
                    """), arguments: [stream])
    }

    /// Has a stream count as one that joined just now; the set stays as it was announced.
    static func renew(peer: Int64, stream: Int64, version: Int64, _ db: Database) throws {
        try db.cachedStatement(sql: "UPDATE share SET version = ? WHERE peer = ? AND stream = ?")
            .execute(arguments: [version, peer, stream])
    }

    /// Gives a row another basis; the set stays as it was announced.
    static func update(peer: Int64, stream: Int64, _ item: Item, _ db: Database) throws {
        try db.cachedStatement(
            sql: """
                UPDATE share SET agreement = ?, others = ?, policy = ?, until = ?
                WHERE peer = ? AND stream = ?
                """
        ).execute(arguments: [
            item.agreement, item.othersText, item.policy, item.until, peer, stream,
        ])
    }

    /// Takes a stream out of a peer's share set. Until a notice tells it what to do with it
    /// (`noteNoticed`), it counts as lapsed.
    static func remove(
        peer: Int64, stream: Int64, version: Int64, _ db: Database
    ) throws {
        try db.cachedStatement(
            sql: """
                INSERT OR REPLACE INTO share_removed (peer, stream, version, agreement)
                SELECT peer, stream, ?3, agreement FROM share WHERE peer = ?1 AND stream = ?2
                """
        ).execute(arguments: [peer, stream, version])
        try db.cachedStatement(sql: "DELETE FROM share WHERE peer = ? AND stream = ?")
            .execute(arguments: [peer, stream])
        try db.cachedStatement(sql: "DELETE FROM owed WHERE peer = ? AND stream = ?")
            .execute(arguments: [peer, stream])
    }

    /// A notice tells a peer what to do with a stream that it may have no longer.
    static func noteNoticed(peer: Int64, stream: Int64, _ db: Database) throws {
        try db.cachedStatement(
            sql: "UPDATE share_removed SET agreement = NULL WHERE peer = ? AND stream = ?"
        ).execute(arguments: [peer, stream])
    }
}

extension WriterState {
    /// Streams join a peer's share set, as one version of it; what its cursor has passed is owed.
    mutating func join(
        _ streams: [(change: ShareChange, row: ShareRows.Item)], peer: Int64, owing lane: Lane,
        _ db: Database
    ) throws {
        guard !streams.isEmpty else { return }
        let version = try ShareRows.nextVersion(of: peer, db)
        var sum = try shareSum(of: peer, db)
        for (change, row) in streams {
            try ShareRows.insert(peer: peer, stream: change.stream, version: version, row, db)
            try OwedRows.oweAll(of: change.stream, to: peer, lane: lane, db)
            sum.insert(change.name.bytes)
        }
        try keep(sum, of: peer, db)
    }

    /// Streams leave a peer's share set, as one version of it.
    mutating func leave(_ streams: [ShareChange], peer: Int64, _ db: Database) throws {
        guard !streams.isEmpty else { return }
        let version = try ShareRows.nextVersion(of: peer, db)
        var sum = try shareSum(of: peer, db)
        for change in streams {
            try ShareRows.remove(peer: peer, stream: change.stream, version: version, db)
            sum.remove(change.name.bytes)
        }
        try keep(sum, of: peer, db)
    }

    private func shareSum(of peer: Int64, _ db: Database) throws -> ShareSetSum {
        if let known = shareSums[peer] { return known }
        return try ShareSumRow.read(peer: peer, theirs: false, db)
    }

    private mutating func keep(_ sum: ShareSetSum, of peer: Int64, _ db: Database) throws {
        shareSums[peer] = sum
        try ShareSumRow.write(sum, peer: peer, theirs: false, db)
    }
}
