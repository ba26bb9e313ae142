import AuditTrail
import GRDB

/// Rows of `configured_witness`: witnesses that are no peers.
enum ConfiguredWitnessRows {
    /// Which rows count: those that the configuration names, unless a peer cosigns with the same key.
    /// The last 44 characters of a key are its type and public half.
    static let counting = """
        is_configured = 1 AND substr(configured_witness.key, -44) NOT IN (
          SELECT substr(cosigner.key, -44) FROM cosigner JOIN peer ON peer.id = cosigner.peer
          WHERE cosigner.key IS NOT NULL AND peer.revoked IS NULL)
        """

    /// What is known of one witness.
    struct Item {
        /// What it has cosigned, and wants to be shown growth from.
        var cosigner: CosignerRows.Item
        /// What its last answer meant.
        var state: String?
    }

    /// The keys that the configuration named last, ascending.
    static func configured(_ db: Database) throws -> [String] {
        try String.fetchAll(
            db, sql: "SELECT key FROM configured_witness WHERE is_configured = 1 ORDER BY key")
    }

    /// Takes over which keys the configuration names.
    static func configure(_ keys: [String], _ db: Database) throws {
        try db.execute(sql: "UPDATE configured_witness SET is_configured = 0")
        for key in keys {
            try db.execute(
                sql: """
                    INSERT INTO configured_witness (key, is_configured) VALUES (?, 1)
                    ON CONFLICT (key) DO UPDATE SET is_configured = 1
                    """, arguments: [key])
        }
    }

    /// What is known of a witness; `nil` for one that the configuration does not name.
    static func item(_ key: NoteKey, _ db: Database) throws -> Item? {
        let row = try Row.fetchOne(
            try db.cachedStatement(
                sql: """
                    SELECT size, base, state FROM configured_witness
                    WHERE key = ? AND is_configured = 1
                    """), arguments: [key.text])
        guard let row else { return nil }
        let (size, base): (Int64, Int64) = (row[0], row[1])
        return Item(
            cosigner: CosignerRows.Item(size: UInt64(size), base: UInt64(base)), state: row[2])
    }

    /// The keys of those that count and have cosigned the log, ascending.
    static func cosigningKeys(_ db: Database) throws -> [String] {
        try String.fetchAll(
            try db.cachedStatement(
                sql:
                    "SELECT key FROM configured_witness WHERE size > 0 AND \(counting) ORDER BY key"
            ))
    }

    /// A witness cosigned a head.
    static func noteCosigned(
        _ key: NoteKey, size: UInt64, now: Int64, _ db: Database
    ) throws {
        try db.execute(
            sql: """
                UPDATE configured_witness SET size = max(size, ?2), cosigned = ?3, base = ?2,
                  status = 200, state = ?4, ahead = NULL WHERE key = ?1
                """,
            arguments: [
                key.text, Int64(size), now, ConfiguredWitnessRecord.State.cosigned.rawValue,
            ])
    }

    /// A witness answered otherwise, or not.
    ///
    /// - Parameter base: the size that it named, if the log reaches there.
    static func note(
        _ key: NoteKey, _ state: ConfiguredWitnessRecord.State, status: Int?, base: UInt64? = nil,
        ahead: UInt64? = nil, _ db: Database
    ) throws {
        try db.execute(
            sql: """
                UPDATE configured_witness SET status = ?2, state = ?3, base = coalesce(?4, base),
                  ahead = coalesce(?5, ahead),
                  fallen = CASE WHEN ?4 < size THEN size ELSE fallen END WHERE key = ?1
                """,
            arguments: [
                key.text, status, state.rawValue, base.map { Int64($0) }, ahead.map { Int64($0) },
            ])
    }
}
