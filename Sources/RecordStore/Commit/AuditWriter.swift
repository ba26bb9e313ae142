import AuditTrail
import Foundation
import GRDB

/// Appends facts to the audit log, in the transaction of what they describe.
struct AuditWriter: Sendable {
    private let encoder: AuditEntryEncoder
    private var nextSequence: UInt64?

    init(encoder: AuditEntryEncoder) {
        self.encoder = encoder
    }

    /// The end of the log must be read again.
    mutating func forget() {
        nextSequence = nil
    }

    /// Gives a fact its place and stores its bytes.
    mutating func append(
        _ fact: AuditFact, now: Int64, salt: [UInt8], _ db: Database
    ) throws {
        let sequence = try nextSequence ?? Self.length(db)
        let entry = encoder.encode(
            fact,
            at: AuditEntryEncoder.Place(
                sequence: sequence, timeMilliseconds: now, clock: "unsynchronised", salt: salt))
        try db.cachedStatement(sql: "INSERT INTO audit (seq, entry) VALUES (?, ?)")
            .execute(arguments: [Int64(sequence), Data(entry)])
        nextSequence = sequence + 1
    }

    private static func length(_ db: Database) throws -> UInt64 {
        let last = try Int64.fetchOne(
            try db.cachedStatement(sql: "SELECT seq FROM audit ORDER BY seq DESC LIMIT 1"))
        return last.map { UInt64($0) + 1 } ?? 0
    }
}

extension WriterState {
    /// Writes one audit entry in the current fact.
    mutating func record(_ fact: AuditFact, _ db: Database) throws {
        try audit.append(fact, now: now(), salt: randomBytes(16), db)
    }
}
