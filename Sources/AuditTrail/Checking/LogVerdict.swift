/// What checking a log came to.
public enum LogVerdict: Sendable, Hashable {
    /// Everything that was there to check holds.
    case intact(LogSummary)
    /// Evidence of tampering or disagreement: the first thing found.
    case evidence(LogFinding)
    /// Something that the check needs is not there.
    case unchecked(LogGap)

    /// The exit code of a command that ends with this verdict.
    public var exitCode: Int32 {
        switch self {
        case .intact: 0
        case .evidence: 1
        case .unchecked: 2
        }
    }

    /// The verdict as one line, the same for every verifier of this format.
    public var line: String {
        switch self {
        case .intact(let summary):
            "intact entries=\(summary.entries) minimum=\(summary.minimum) heads=\(summary.heads)"
                + " witnesses=\(summary.witnesses.count)"
        case .evidence(let finding):
            "evidence seq=\(finding.sequence) check=\(finding.check.rawValue)"
        case .unchecked(let gap): "unchecked \(gap.text)"
        }
    }
}

/// What an intact log holds.
public struct LogSummary: Sendable, Hashable {
    /// The size of the newest signed head.
    public let entries: UInt64
    /// The first entry that is still there; above 0 in a pruned log.
    public let minimum: UInt64
    /// How many signed heads.
    public let heads: Int
    /// How many of these lie inside the pruned part, so that their roots were not computed again.
    public let headsBelowMinimum: Int
    /// The names of the known witnesses that cosigned the newest head, in the order of the keys.
    public let witnesses: [String]
}

/// The first thing wrong with a log.
public struct LogFinding: Error, Sendable, Hashable {
    /// The first entry that can no longer be relied on.
    public let sequence: UInt64
    /// The check that found it.
    public let check: LogCheck

    /// Names a finding.
    public init(_ check: LogCheck, at sequence: UInt64) {
        self.check = check
        self.sequence = sequence
    }
}

/// The checks of a log in the order in which they are made; the text is the name that commands,
/// documents and vectors share (`audit-log-v1.md`).
public enum LogCheck: String, Sendable, Hashable, CaseIterable {
    /// The list of files can be read, names what must be there, and every file is as listed.
    case files
    /// The keys can be read and speak for one origin.
    case keys
    /// Each signed head can be read, is of this origin and larger than the one before.
    case head
    /// The log's key signed each head.
    case signature
    /// Each cosignature by a known witness holds.
    case cosignature
    /// The log has all entries of its newest head, and of every head that the auditor brought.
    case size
    /// The entries are as many, and as long, as their file says.
    case entries
    /// Each entry has the number of its place.
    case seq
    /// Each entry hashes to its leaf.
    case leaf
    /// The entries up to each signed head hash to its root.
    case root
    /// Each hash of a tile is the root of the tile below it.
    case tile
    /// What is gone was pruned by an entry that says so.
    case prune
    /// The log's key signed the list of files together with the newest head.
    case export
    /// What a store's rows say beside the log is in it; no export shows them.
    case rows
}

/// Why a log could not be checked to the end.
public enum LogGap: Error, Sendable, Hashable {
    /// A file that is listed, or that every bundle has, is not there.
    case missing(path: String)
    /// A head that the auditor brought is not of this origin, or not signed by a known key of it.
    case foreignHead
    /// A head that the auditor brought is of an empty log, or its size is inside the pruned part
    /// and no multiple of 256, so that its root cannot be computed.
    case earlyHead
    /// Fewer known witnesses cosigned the newest head than were demanded.
    case tooFewWitnesses(Int)

    /// The gap as a part of the verdict's line.
    var text: String {
        switch self {
        case .missing(let path): "missing=\(path)"
        case .foreignHead: "foreign-head"
        case .earlyHead: "early-head"
        case .tooFewWitnesses(let count): "witnesses=\(count)"
        }
    }
}
