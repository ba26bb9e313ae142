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
        do {
            return .intact(try check(read))
        } catch let finding as LogFinding {
            return .evidence(finding)
        } catch let gap as LogGap {
            return .unchecked(gap)
        }
    }

    private func check(_ read: (String) throws -> [UInt8]?) throws -> LogSummary {
        try withoutActuallyEscaping(read) { read in
            var files = try BundleFiles(read)
            let inside = try files.content(LogBundle.keysPath, orFind: LogFinding(.files, at: 0))
            let keys = try keys(inBundle: inside)
            let checkpoint = try files.content(
                LogBundle.checkpointPath, orFind: LogFinding(.files, at: 0))
            let headsFile = try files.content(
                LogBundle.headsPath, orFind: LogFinding(.files, at: 0))
            let heads = try HeadChecker(keys: keys).check(headsFile, checkpoint: checkpoint)
            try checkBrought(heads: heads, keys: keys)
            var tree = TreeChecker(heads: heads.all, brought: policy.heads.map(\.head))
            try tree.check(&files)
            try files.checkRest()
            try checkExport(&files, head: heads.newest, keys: keys)
            guard heads.witnesses.count >= policy.witnessesMin else {
                throw LogGap.tooFewWitnesses(heads.witnesses.count)
            }
            return LogSummary(
                entries: heads.newest.size, minimum: tree.minimum, heads: heads.all.count,
                headsBelowMinimum: tree.headsPassedOver, witnesses: heads.witnesses)
        }
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

    private func checkExport(_ files: inout BundleFiles, head: LogHead, keys: LogKeys) throws {
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

/// Reads a bundle's files and holds each against the list.
struct BundleFiles {
    /// The list as a file.
    let list: [UInt8]
    /// The list.
    let listing: BundleListing

    private let read: (String) throws -> [UInt8]?
    private var seen: Set<String> = []
    private var allAreAsListed = true

    init(_ read: @escaping (String) throws -> [UInt8]?) throws {
        self.read = read
        guard let list = try read(LogBundle.filesPath) else {
            throw LogGap.missing(path: LogBundle.filesPath)
        }
        guard let listing = BundleListing(encoded: list) else { throw LogFinding(.files, at: 0) }
        self.list = list
        self.listing = listing
    }

    /// The content of a file that should be listed; whether it is as listed is told by `checkRest`.
    mutating func content(_ path: String, orFind unlisted: LogFinding) throws -> [UInt8] {
        guard let digest = listing.digest(of: path) else { throw unlisted }
        let content = try self.unlisted(path)
        if seen.insert(path).inserted, Digest.sha256(content) != digest {
            allAreAsListed = false
        }
        return content
    }

    /// The content of a file that the list does not name.
    func unlisted(_ path: String) throws -> [UInt8] {
        guard let content = try read(path) else { throw LogGap.missing(path: path) }
        return content
    }

    /// Looks at what is listed and was not needed, and tells whether every file is as listed.
    mutating func checkRest() throws {
        for path in listing.paths where !seen.contains(path) {
            _ = try content(path, orFind: LogFinding(.files, at: 0))
        }
        guard allAreAsListed else { throw LogFinding(.files, at: 0) }
    }
}
