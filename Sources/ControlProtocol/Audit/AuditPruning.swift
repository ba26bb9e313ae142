/// Which entries of the audit log are to be pruned: the body of `ControlRoute.pruneAudit`.
public struct AuditPruning: Codable, Sendable, Hashable {
    /// Entries from the first one on that is not older stay; in milliseconds since 1970 UTC.
    public var beforeMilliseconds: Int64
    /// The file `export` of a bundle that holds the entries; absent to ask whether there may be any
    /// pruning.
    public var archive: String?

    /// Asks for pruning.
    public init(beforeMilliseconds: Int64, archive: String? = nil) {
        self.beforeMilliseconds = beforeMilliseconds
        self.archive = archive
    }

    /// Checks that nothing is to be pruned that is younger than the retention.
    ///
    /// - Parameters:
    ///   - years: how long entries are kept at least.
    ///   - now: milliseconds since 1970 UTC.
    /// - Throws: `.badRequest`, which names the latest day that there is.
    public func check(keptYears years: Int, at now: Int64) throws(ControlFailure) {
        let latest = CalendarYears.start(years, before: now)
        guard beforeMilliseconds <= latest else {
            throw .badRequest(
                "Entries are kept for \(years) years.",
                "Name \(UTCText.instant(milliseconds: latest).prefix(10)) or an earlier day.")
        }
    }
}

/// What was pruned: the answer of `ControlRoute.pruneAudit`.
public struct AuditPruned: Codable, Sendable, Hashable {
    /// The first entry that is still there.
    public var minimum: Int
    /// How many entries were dropped.
    public var dropped: Int

    /// Describes what was done.
    public init(minimum: Int, dropped: Int) {
        self.minimum = minimum
        self.dropped = dropped
    }
}

/// The part of a log that is in an archive only, as the newest entry about pruning says.
public struct AuditPrunedPart: Codable, Sendable, Hashable {
    /// The first entry that is still there.
    public var minimum: Int
    /// When the rest was pruned, in milliseconds since 1970 UTC.
    public var prunedMilliseconds: Int64
    /// SHA-256 over the archive's list of files, as 64 hexadecimal digits.
    public var digest: String

    /// Describes the part.
    public init(minimum: Int, prunedMilliseconds: Int64, digest: String) {
        self.minimum = minimum
        self.prunedMilliseconds = prunedMilliseconds
        self.digest = digest
    }

    /// Where the rest is, without a full stop.
    public var text: String {
        let day = UTCText.instant(milliseconds: prunedMilliseconds).prefix(10)
        return "pruned before seq \(minimum); the archive of \(day) with digest \(digest) holds it"
    }

    /// What stands for the pruned entries where entries are shown: `pruned`, at the place of the last
    /// of them.
    public var entry: AuditLogEntry {
        var entry = AuditLogEntry(
            seq: minimum - 1, time: prunedMilliseconds, kind: "pruned",
            actor: AuditLogEntry.Actor(id: "unknown", role: "unknown"))
        entry.reason = text
        return entry
    }
}
