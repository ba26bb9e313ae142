import AuditTrail
import CareRecord
import GRDB
import StrictJSON

/// Entries of kind `hold`, by the index over their bytes.
enum HoldEntries {
    /// The hold of the log that is in force at a moment; an entry that nobody can read is one.
    static func hold(at moment: Int64, _ db: Database) throws -> AuditHoldRecord? {
        let newest = try first(db) { entry -> AuditHoldRecord?? in
            switch entry.statement {
            case .held(let reason, let until):
                AuditHoldRecord(
                    reason: reason, sinceMilliseconds: entry.milliseconds, untilMilliseconds: until)
            case .unreadable:
                AuditHoldRecord(
                    reason: "audit entry \(entry.sequence) cannot be read",
                    sinceMilliseconds: entry.milliseconds, untilMilliseconds: nil)
            case .released: .some(nil)
            case .suspended: nil
            }
        }
        return newest?.flatMap { $0.isInForce(at: moment) ? $0 : nil }
    }

    /// The agencies that disclosures to are left out of accountings at a moment, each with the place
    /// of the entry that says so.
    static func suspended(at moment: Int64, _ db: Database) throws -> [SiteID: UInt64] {
        var newest: [SiteID: (until: Int64, place: UInt64)] = [:]
        _ = try first(db) { entry -> Bool? in
            if case .suspended(let site, let until) = entry.statement, newest[site] == nil {
                newest[site] = (until, entry.sequence)
            }
            return nil
        }
        return newest.filter { $0.value.until > moment }.mapValues(\.place)
    }

    /// The first answer about an entry that succeeded, from the newest one back; `nil` without one.
    private static func first<Answer>(
        _ db: Database, _ answer: (Entry) -> Answer?
    ) throws -> Answer? {
        let rows = try Row.fetchCursor(
            try db.cachedStatement(
                sql: """
                    SELECT seq, entry FROM audit INDEXED BY audit_hold
                    WHERE \(AuditIndexes.isHold) ORDER BY seq DESC
                    """))
        while let row = try rows.next() {
            if let found = entry(StoredAuditEntry(row)).flatMap(answer) { return found }
        }
        return nil
    }

    /// `nil` for one that did not succeed.
    private static func entry(_ stored: StoredAuditEntry) -> Entry? {
        let unreadable = Entry(sequence: stored.sequence, milliseconds: 0, statement: .unreadable)
        let document: JSONDocument
        do throws(JSONRefusal) {
            document = try JSONDocument(stored.bytes)
        } catch {
            return unreadable
        }
        func member(_ name: StaticString, of object: JSONNode?) -> JSONNode? {
            object.flatMap { document.member(name, of: $0) }
        }
        func text(_ name: StaticString, of object: JSONNode?) -> String? {
            member(name, of: object).flatMap { document.string($0) }
        }
        guard let outcome = text("outcome", of: document.root) else { return unreadable }
        guard outcome == AuditOutcome.success.rawValue else { return nil }
        guard let reason = text("reason", of: document.root) else { return unreadable }
        let time = member("time", of: document.root).flatMap { document.numberText($0) }
        let agency = member("to", of: document.root)
        let site = text("site", of: agency).flatMap { SiteID(text: $0) }
        guard agency == nil || site != nil else { return unreadable }
        return Entry(
            sequence: stored.sequence, milliseconds: time.flatMap { Int64($0) } ?? 0,
            statement: HoldStatement(reason: reason, agency: site))
    }

    private struct Entry {
        let sequence: UInt64
        let milliseconds: Int64
        let statement: HoldStatement
    }
}
