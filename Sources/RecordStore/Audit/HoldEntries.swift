import AuditTrail
import CareRecord
import Foundation
import GRDB
import StrictJSON

/// What an entry of kind `hold` says of the log or of accountings; it is in force because the log says
/// so, and no other row does (decision 0035).
enum HoldStatement: Hashable {
    /// Nothing is pruned, until a moment in milliseconds since 1970 UTC if there is one.
    case held(reason: String, untilMilliseconds: Int64?)
    /// The log may be pruned again.
    case released
    /// Disclosures to an agency are left out of accountings until a moment, in milliseconds since 1970
    /// UTC; at 0 they are shown again.
    case suspended(SiteID, untilMilliseconds: Int64)
    /// Nobody can read what it says.
    case unreadable

    /// What the entry about a hold gives as its reason.
    static func reason(held reason: String, until: Int64?) -> String {
        let end = until.map { " \(untilMark)\(AuditDay.text(before: $0))" } ?? ""
        return "\(heldMark)\(end): \(reason)"
    }

    /// What the entry about a release gives as its reason.
    static let releasedReason = "released"

    /// What the entry about a suspension, or its end, gives as its reason.
    ///
    /// - Parameter until: in milliseconds since 1970 UTC; `nil` for its end.
    static func reason(suspendedUntil until: Int64?, because reason: String?) -> String {
        let change = until.map { suspendedMark + AuditDay.text(before: $0) }
        return (change ?? "accounting no longer suspended") + (reason.map { ": \($0)" } ?? "")
    }

    private static let heldMark = "held"
    private static let untilMark = "until "
    private static let suspendedMark = "accounting suspended until "

    /// - Parameters:
    ///   - reason: as one of the functions above wrote it.
    ///   - agency: the site that the entry names, if any.
    fileprivate init(reason: String, agency: SiteID?) {
        if let agency {
            let end = Self.day(reason, Self.suspendedMark).flatMap { AuditDay.end(of: $0) }
            self = .suspended(agency, untilMilliseconds: end ?? 0)
        } else if reason == Self.releasedReason {
            self = .released
        } else if reason.hasPrefix(Self.heldMark), let colon = reason.range(of: ": ") {
            let day = Self.day(reason, "\(Self.heldMark) \(Self.untilMark)")
            self = .held(
                reason: String(reason[colon.upperBound...]),
                untilMilliseconds: day.flatMap { AuditDay.end(of: $0) })
        } else {
            self = .unreadable
        }
    }

    /// The text between a mark and the next colon, or the end.
    private static func day(_ reason: String, _ mark: String) -> String? {
        guard reason.hasPrefix(mark) else { return nil }
        return String(reason.dropFirst(mark.count).prefix { $0 != ":" })
    }
}

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

    private struct Entry {
        let sequence: UInt64
        let milliseconds: Int64
        let statement: HoldStatement
    }

    /// The first answer about an entry that succeeded, from the newest one back; `nil` without one.
    private static func first<Answer>(
        _ db: Database, _ answer: (Entry) -> Answer?
    ) throws -> Answer? {
        let rows = try Row.fetchCursor(
            try db.cachedStatement(
                sql: """
                    SELECT seq, entry FROM audit INDEXED BY audit_hold
                    WHERE instr(entry, CAST('"kind":"hold"' AS BLOB)) > 0 ORDER BY seq DESC
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
}

/// Days as entries name them, in UTC.
enum AuditDay {
    private static let milliseconds: Int64 = 86_400_000
    /// The end of the year 9999: later days have no such text.
    private static let last: Int64 = 253_402_300_800_000

    /// The day of the last millisecond before a moment, such as `2026-01-31`.
    static func text(before milliseconds: Int64) -> String {
        Date(timeIntervalSince1970: Double(min(milliseconds, last) - 1) / 1_000)
            .formatted(.iso8601.year().month().day())
    }

    /// The first millisecond behind a day, since 1970; `nil` for a text that is no day.
    static func end(of day: String) -> Int64? {
        do {
            let start = try Date(day, strategy: .iso8601.year().month().day())
            return Int64(start.timeIntervalSince1970 * 1_000) + milliseconds
        } catch {
            return nil
        }
    }
}
