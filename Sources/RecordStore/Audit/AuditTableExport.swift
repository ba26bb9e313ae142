public import AuditTrail
import GRDB

/// The entries of the log, to be written in another form than their own; with what shows that the
/// site made the file (`audit-log-v1.md` §8).
public struct AuditTableExport: Sendable {
    /// Entries that are in memory at a time, at most.
    private static let entriesMax: UInt64 = 512

    private let store: SiteStore
    private let files: AuditFiles
    private let end: UInt64
    private var position: UInt64 = 0

    init(store: SiteStore, files: AuditFiles, end: UInt64) {
        self.store = store
        self.files = files
        self.end = end
    }

    /// The next entries, ascending; empty behind the last one that the newest head covers.
    public mutating func nextEntries() async throws -> [StoredAuditEntry] {
        while position < end {
            let range = position..<min(end, position + Self.entriesMax)
            position = range.upperBound
            let entries = try await store.scanAudit(
                from: range.lowerBound, through: range.upperBound, into: [StoredAuditEntry]()
            ) { $0.append($1) }
            if !entries.isEmpty { return entries }
        }
        return []
    }

    /// The files beside the one with the entries: head, keys, the list of files, and the note over
    /// it by the log's key.
    ///
    /// - Parameters:
    ///   - path: the path of the file with the entries.
    ///   - sha256: over that file, 32 bytes.
    public func closing(
        path: String, sha256: [UInt8]
    ) async throws -> [(path: String, content: [UInt8])] {
        var listing = BundleListing()
        listing.add(path, sha256: sha256)
        var closing: [(path: String, content: [UInt8])] = []
        for path in [LogBundle.checkpointPath, LogBundle.keysPath] {
            let files = files
            let content = try await store.read("export the audit log") { db in
                try files.content(of: path, db)
            }
            guard let content else { continue }
            listing.add(path, content)
            closing.append((path, content))
        }
        closing.append((LogBundle.filesPath, listing.encoded))
        if let head = files.head {
            let note = LogBundle.exportNote(
                files: listing.encoded, head: head, form: .table, signer: store.signer)
            closing.append((LogBundle.exportPath, note))
        }
        return closing
    }
}

extension SiteStore {
    /// Begins an export of all entries in another form; that there was one is in the log, and in the
    /// export, before its first byte.
    ///
    /// - Parameters:
    ///   - form: what the export is called in its own entry, such as `csv`.
    ///   - witnessing: waits for witnesses, once the log is signed.
    public func exportAuditTable(
        form: String, actor: AuditActor, witnessing: () async throws -> Void = {}
    ) async throws -> AuditTableExport {
        let files = try await filesToExport(
            "audit log: \(form)", actor: actor, witnessing: witnessing)
        return AuditTableExport(
            store: self, files: files, end: files.head?.size ?? auditStanding.edge.size)
    }
}
