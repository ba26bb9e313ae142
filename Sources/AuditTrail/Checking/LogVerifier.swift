import Signing

/// Checks an exported log from its files alone (`audit-log-v1.md`, *Verification*).
///
/// Pure: the files come through a closure. Each entry is looked at once, in order, so memory does
/// not grow with the log but for one hash in 256.
public struct LogVerifier: Sendable {
    /// What the auditor demands and brings along.
    public struct Policy: Sendable {
        /// Keys from a source that the auditor trusts; `nil`: those in the bundle, which show only
        /// that the bundle agrees with itself.
        public var keys: LogKeys?
        /// Signed heads from before, or from a witness: the log must contain each of them.
        public var heads: [SignedHead] = []
        /// How many known witnesses must have cosigned the newest head.
        public var witnessesMin = 0

        /// Takes the bundle's keys and demands no witness.
        public init() {}
    }

    private let policy: Policy

    /// Creates a verifier.
    public init(policy: Policy = Policy()) {
        self.policy = policy
    }

    /// Checks a bundle.
    ///
    /// - Parameter read: the content of the file at a path; `nil` if there is none.
    /// - Throws: only what `read` throws.
    public func verify(_ read: (_ path: String) throws -> [UInt8]?) throws -> LogVerdict {
        try verdict {
            try withoutActuallyEscaping(read) { read in
                var files = try BundleFiles(read)
                let log = try checkLog(&files)
                try files.checkRest()
                try checkExport(files, head: log.head, keys: log.keys)
                return log.summary
            }
        }
    }

    /// Checks a log where it is kept: all that a bundle made of it would show, in one pass. Only what
    /// shows that files are as they were exported is not asked for: their list and the export's note.
    ///
    /// - Throws: only what the source throws.
    public func verify(source: inout some LogSource) throws -> LogVerdict {
        try verdict { try checkLog(&source).summary }
    }

    private func verdict(_ check: () throws -> LogSummary) throws -> LogVerdict {
        do {
            let summary = try check()
            guard summary.witnesses.count >= policy.witnessesMin else {
                throw LogGap.tooFewWitnesses(summary.witnesses.count)
            }
            return .intact(summary)
        } catch let finding as LogFinding {
            return .evidence(finding)
        } catch let gap as LogGap {
            return .unchecked(gap)
        }
    }

    private func checkLog(
        _ source: inout some LogSource
    ) throws -> (summary: LogSummary, head: LogHead, keys: LogKeys) {
        let inside = try source.content(of: LogBundle.keysPath)
        let keys = try keys(inBundle: inside)
        let checkpoint = try source.content(of: LogBundle.checkpointPath)
        let headsFile = try source.content(of: LogBundle.headsPath)
        let heads = try HeadChecker(keys: keys).check(headsFile, checkpoint: checkpoint)
        try checkBrought(heads: heads, keys: keys)
        var tree = TreeChecker(heads: heads.all, brought: policy.heads.map(\.head))
        try tree.check(&source)
        let summary = LogSummary(
            entries: heads.newest.size, minimum: tree.minimum, heads: heads.all.count,
            headsBelowMinimum: tree.headsPassedOver, witnesses: heads.witnesses)
        return (summary, heads.newest, keys)
    }

    private func keys(inBundle bytes: [UInt8]) throws -> LogKeys {
        if let keys = policy.keys { return keys }
        do throws(LogRefusal) {
            return try LogKeys(encoded: bytes)
        } catch {
            throw LogFinding(.keys, at: 0)
        }
    }

    /// Heads that the auditor brought are compared with the tree later; here with keys and size.
    private func checkBrought(heads: HeadChecker.Result, keys: LogKeys) throws {
        for brought in policy.heads {
            do throws(LogRefusal) {
                _ = try brought.note.signers(among: keys.log)
            } catch {
                throw LogGap.foreignHead
            }
            guard brought.head.origin == keys.origin else { throw LogGap.foreignHead }
            guard brought.head.size <= heads.newest.size else {
                throw LogFinding(.size, at: heads.newest.size)
            }
        }
    }

    private func checkExport(_ files: BundleFiles, head: LogHead, keys: LogKeys) throws {
        let bytes = try files.unlisted(LogBundle.exportPath)
        do throws(LogRefusal) {
            let note = try SignedNote(encoded: bytes)
            _ = try note.signers(among: keys.log)
            guard note.text == LogBundle.exportText(files: files.list, head: head) else {
                throw .badHead
            }
        } catch {
            throw LogFinding(.export, at: 0)
        }
    }
}
