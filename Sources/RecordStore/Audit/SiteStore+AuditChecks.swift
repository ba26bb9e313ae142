public import AuditTrail
import GRDB
import Signing

extension SiteStore {
    /// The keys that this log is checked with: its own, and those of the witnesses that have
    /// cosigned it.
    public func auditKeys() async throws -> LogKeys {
        try await read("read the keys of witnesses") { db in try auditKeys(db) }
    }

    func auditKeys(_ db: Database) throws -> LogKeys {
        guard let keys = LogKeys(log: [auditKey], witnesses: try CosignerRows.keys(db)) else {
            preconditionFailure("one key names one origin")
        }
        return keys
    }

    /// Checks the log as it is stored, as a verifier would check its export, after signing it.
    ///
    /// - Parameters:
    ///   - policy: heads from elsewhere and demands; its keys are this site's own.
    ///   - kept: a head of this log that was stored before it was kept outside the store. Heads
    ///     that witnesses have shown are compared as well.
    public func verifyAuditLog(
        _ policy: LogVerifier.Policy, kept: SignedHead? = nil
    ) async throws -> LogVerdict {
        let heads = try await [kept].compactMap(\.self) + auditContradictions()
        // Signing anew would put back a head of the same size.
        let gone = try await goneHead(heads)
        if gone == nil { try await signAuditLog() }
        var policy = policy
        policy.keys = try await auditKeys()
        policy.heads += heads
        let verifier = LogVerifier(policy: policy)
        let isContradicted = auditStanding.isContradicted
        return try await read("check the audit log") { [policy] db in
            let keys = try policy.keys ?? auditKeys(db)
            var rows = try AuditRowSource(keys: keys, db)
            if let gone, !rows.hasHead { return .evidence(gone) }
            let verdict = try verifier.verify(source: &rows)
            guard case .intact(let summary) = verdict else { return verdict }
            // What no export would show: a head that is gone, or stored under another size, and
            // rows behind the newest one that do not follow on it.
            if let gone { return .evidence(gone) }
            if let covered = try AuditRows.headBelowMisplaced(db) {
                return .evidence(LogFinding(.head, at: covered))
            }
            guard try AuditPruneRows.part(db)?.minimum ?? 0 == summary.minimum else {
                return .evidence(LogFinding(.prune, at: 0))
            }
            if let place = try CosignerRows.unfoundedSize(db)
                ?? AuditIndexes.firstDifference(rows.inForce, behind: summary.entries, db)
            {
                return .evidence(LogFinding(.rows, at: place))
            }
            let isWhole =
                try !isContradicted
                && AuditRows.isGapless(around: summary.minimum..<summary.entries, db)
            guard isWhole else { return .evidence(LogFinding(.seq, at: summary.entries)) }
            return try AuditRows.faultBehind(summary.entries, db).map { .evidence($0) } ?? verdict
        }
    }

    /// Where the log is that the first head speaks of whose row is gone.
    private func goneHead(_ heads: [SignedHead]) async throws -> LogFinding? {
        try await read("look for signed heads") { db in
            let below = try heads.compactMap {
                try AuditRows.headBelow(unstored: $0.head.size, db)
            }
            return below.min().map { LogFinding(.head, at: $0) }
        }
    }

    /// Compares what the log tells of events with the events that are held.
    ///
    /// - Returns: the first entry that does not tell of what happened, or the size of the log if
    ///   events are held that no entry tells of; `nil` if all is covered.
    public func auditCoverageGap() async throws -> UInt64? {
        let encoder = auditEncoder
        return try await read("compare the audit log with the feed") { db in
            try AuditCoverage.firstGap(encoder, db)
        }
    }

    /// How many known witnesses have cosigned the newest signed head.
    public func witnessesOfNewestHead() async throws -> Int {
        guard let head = try await auditHead() else { return 0 }
        let keys = try await auditKeys().witnesses
        return keys.count { key in head.note.signatures.contains(where: key.isNamed) }
    }

    /// Begins an export; that there was one is in the log, and in the export, before its first byte.
    ///
    /// - Parameter witnessing: waits for witnesses, once the log is signed.
    public func exportAuditLog(
        actor: AuditActor, witnessing: () async throws -> Void = {}
    ) async throws -> AuditExport {
        let files = try await filesToExport("audit log", actor: actor, witnessing: witnessing)
        return AuditExport(store: self, files: files)
    }

    /// Writes that there is an export, signs the log and takes its newest head.
    ///
    /// - Parameter reason: what the export is called in its own entry.
    func filesToExport(
        _ reason: String, actor: AuditActor, witnessing: () async throws -> Void
    ) async throws -> AuditFiles {
        var fact = AuditFact(kind: .export, actor: actor)
        fact.reason = reason
        try await record([fact])
        try await signAuditLog()
        try await witnessing()
        return try await read("begin an export of the audit log") { db in
            try AuditFiles(keys: try auditKeys(db), db)
        }
    }

    /// Proves an entry by the newest signed head, after signing the log.
    ///
    /// - Parameter witnessing: waits for witnesses, once the log is signed.
    /// - Throws: `StoreFailure` with `.notFound` if the log has no such entry, `.damaged` if the entry
    ///   is not the one that was signed.
    public func proveAuditEntry(
        _ sequence: UInt64, actor: AuditActor, witnessing: () async throws -> Void = {}
    ) async throws -> EntryProof {
        let isThere = try await read("find an audit entry") {
            try sequence >= AuditRows.minimum($0)
        }
        guard isThere, sequence < auditStanding.edge.size else {
            throw StoreFailure(.notFound, "find the audit entry \(sequence)")
        }
        var fact = AuditFact(kind: .export, actor: actor)
        fact.reason = "proof of audit entry \(sequence)"
        try await record([fact])
        try await signAuditLog()
        try await witnessing()
        let damage = StoreFailure(.damaged, "prove the audit entry \(sequence)")
        guard let head = try await auditHead(), head.head.size > sequence,
            let entry = try await auditEntries(sequence..<sequence + 1).first
        else { throw damage }
        let hashes = try await withAuditTree(size: head.head.size) { tree in
            try tree.inclusionProof(of: sequence)
        }
        let root = MerkleProof.root(
            leaf: TreeHash.leaf(of: entry), index: sequence, size: head.head.size, proof: hashes)
        guard root == head.head.root else { throw damage }
        return EntryProof(entry: entry, index: sequence, hashes: hashes, head: head)
    }

    /// The last entries, ascending; the look is in the log before the answer.
    ///
    /// - Parameter count: how many at most.
    public func lastAuditEntries(
        _ count: UInt64, actor: AuditActor
    ) async throws -> [StoredAuditEntry] {
        let end = auditStanding.edge.size
        var fact = AuditFact(kind: .search, actor: actor)
        fact.reason = "audit log"
        try await record([fact])
        return try await read("read the last audit entries") { db in
            try Row.fetchAll(
                db, sql: "SELECT seq, entry FROM audit WHERE seq < ? ORDER BY seq DESC LIMIT ?",
                arguments: [Int64(end), Int64(count)]
            ).reversed().map(StoredAuditEntry.init)
        }
    }
}

/// An export of the audit log, file by file.
public struct AuditExport: Sendable {
    private let store: SiteStore
    private let files: AuditFiles
    private var position = 0
    private var listing = BundleListing()

    init(store: SiteStore, files: AuditFiles) {
        self.store = store
        self.files = files
    }

    /// The next file; `nil` behind the last one.
    public mutating func next() async throws -> (path: String, content: [UInt8])? {
        while position < files.paths.count {
            let path = files.paths[position]
            position += 1
            let files = files
            let content = try await store.read("export the audit log") { db in
                try files.content(of: path, db)
            }
            if let content {
                listing.add(path, content)
                return (path, content)
            }
        }
        let isAsItWas = try await store.read("export the audit log") { [files] db in
            try AuditRows.minimum(db) == files.minimum
        }
        guard isAsItWas else {
            throw StoreFailure(.notFound, "find all entries of the export: some were pruned")
        }
        defer { position += 1 }
        let list = listing.encoded
        switch position - files.paths.count {
        case 0: return (LogBundle.filesPath, list)
        case 1:
            return files.head.map { head in
                (
                    LogBundle.exportPath,
                    LogBundle.exportNote(
                        files: list, head: head, form: .bundle, signer: store.signer)
                )
            }
        default: return nil
        }
    }
}
