import CareRecord

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
        let mark = until.map { heldUntilMark + AuditDay.text(before: $0) } ?? heldMark
        return "\(mark): \(reason)"
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
    private static let heldUntilMark = "held until "
    private static let suspendedMark = "accounting suspended until "

    /// - Parameters:
    ///   - reason: as one of the functions above wrote it.
    ///   - agency: the site that the entry names, if any.
    init(reason: String, agency: SiteID?) {
        // By bytes: what was typed may begin with a character that joins the mark before it.
        let bytes = Array(reason.utf8)
        if let agency {
            let day = Self.day(in: bytes, behind: Self.suspendedMark)
            self = .suspended(
                agency, untilMilliseconds: day.flatMap { AuditDay.end(of: $0) } ?? 0)
        } else if reason == Self.releasedReason {
            self = .released
        } else if let typed = Self.typed(in: bytes, behind: Self.heldMark) {
            self = .held(reason: typed, untilMilliseconds: nil)
        } else if let day = Self.day(in: bytes, behind: Self.heldUntilMark),
            let typed = Self.typed(in: bytes, behind: Self.heldUntilMark + day)
        {
            self = .held(reason: typed, untilMilliseconds: AuditDay.end(of: day))
        } else {
            self = .unreadable
        }
    }

    /// What stands behind a mark and a colon; `nil` without them.
    private static func typed(in bytes: [UInt8], behind mark: String) -> String? {
        let mark = Array("\(mark): ".utf8)
        guard bytes.starts(with: mark) else { return nil }
        return String(decoding: bytes.dropFirst(mark.count), as: UTF8.self)
    }

    /// The text between a mark and the next colon, or the end; `nil` without the mark.
    private static func day(in bytes: [UInt8], behind mark: String) -> String? {
        guard bytes.starts(with: mark.utf8) else { return nil }
        let day = bytes.dropFirst(mark.utf8.count).prefix { $0 != UInt8(ascii: ":") }
        return String(decoding: day, as: UTF8.self)
    }
}
