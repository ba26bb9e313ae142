import AuditTrail
import GRDB

/// Rows of `repetition`: a peer that does the same over and over fills neither the audit log nor the
/// list of its signed heads, and how often it did it is told all the same.
enum RepetitionRows {
    /// How long the same is counted before it is told again, in milliseconds.
    static let pauseMilliseconds: Int64 = 60_000

    /// Counts what a peer caused.
    ///
    /// - Parameters:
    ///   - what: a code or a sentence of ours, of which there are few.
    ///   - now: in milliseconds since 1970 UTC; a clock that was set back is told at once.
    /// - Returns: how often it was since its newest entry, this time included, if it is to be told now.
    static func take(_ what: String, of peer: Int64, now: Int64, _ db: Database) throws -> Int? {
        let row = try Row.fetchOne(
            try db.cachedStatement(
                sql: "SELECT told, untold FROM repetition WHERE peer = ? AND what = ?"),
            arguments: [peer, what])
        let (told, untold): (Int64?, Int) = (row?[0], row?[1] ?? 0)
        let isTold = told.map { now >= $0 && now - $0 < pauseMilliseconds } ?? false
        try db.cachedStatement(
            sql: """
                INSERT INTO repetition (peer, what, told, untold) VALUES (?, ?, ?, ?)
                ON CONFLICT (peer, what) DO UPDATE SET
                  told = excluded.told, untold = excluded.untold
                """
        ).execute(arguments: [peer, what, isTold ? told : now, isTold ? untold + 1 : 0])
        return isTold ? nil : untold + 1
    }
}

extension AuditData {
    /// How often something was, for its one entry; `nil` if that says as much by itself.
    init?(repeated count: Int, _ code: String) {
        guard count > 1 else { return nil }
        self.init(counts: [TypeCount(type: code, count: count)], events: 0)
    }
}
