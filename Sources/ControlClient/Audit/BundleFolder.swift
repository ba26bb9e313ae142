import AuditTrail
public import ControlProtocol
public import Foundation

/// The folder of an exported audit log.
public struct BundleFolder: Sendable {
    private let root: URL

    /// Names a folder.
    public init(path: String) {
        root = URL(filePath: path, directoryHint: .isDirectory)
    }

    /// Why an export or a check of one cannot go on.
    public struct Failure: Error, Sendable, Hashable, CustomStringConvertible {
        /// What stands in the way; one sentence.
        public let description: String

        /// Describes a failure in one sentence.
        public init(_ description: String) {
            self.description = description
        }
    }

    /// Makes the folder, which nobody but its owner may enter; one that is there keeps its rights, and
    /// one that holds anything already is left as it is.
    ///
    /// - Throws: `Failure`.
    public func make() throws(Failure) {
        do {
            try FileManager.default.createDirectory(
                at: root, withIntermediateDirectories: true,
                attributes: [.posixPermissions: 0o700])
            let held = try FileManager.default.contentsOfDirectory(atPath: root.path)
            guard held.isEmpty else { throw Failure("The folder \(root.path) is not empty.") }
        } catch let failure as Failure {
            throw failure
        } catch {
            throw Failure("The folder \(root.path) cannot be made.")
        }
    }

    /// Writes a file of the bundle, or appends a piece to one that comes in pieces.
    ///
    /// - Throws: `Failure`, also for a path that no bundle has.
    public func write(_ path: String, _ content: Data) throws(Failure) {
        let isInPieces = Self.tables.contains(path)
        guard isInPieces || Self.names.contains(path) || TileID.resource(at: path) != nil else {
            throw Failure("The node sent a file that no bundle has.")
        }
        let file = root.appending(path: path)
        do {
            try FileManager.default.createDirectory(
                at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
            guard isInPieces, FileManager.default.fileExists(atPath: file.path) else {
                return try content.write(to: file)
            }
            let handle = try FileHandle(forWritingTo: file)
            defer { handle.closeFile() }
            try handle.seekToEnd()
            try handle.write(contentsOf: content)
        } catch {
            throw Failure("The file \(file.path) cannot be written.")
        }
    }

    /// Checks the bundle without a node.
    ///
    /// - Parameters:
    ///   - keys: lines `log <key>` and `witness <key>` from a source that the auditor trusts; `nil`
    ///     takes the bundle's own.
    ///   - since: a signed head from before, or from a witness.
    ///   - witnessesMin: how many known witnesses must have cosigned the newest head.
    /// - Throws: `Failure` and `InputFile.Failure` if what was brought cannot be read.
    public func verify(
        keys: AuditorFile? = nil, since: AuditorFile? = nil, witnessesMin: Int = 0
    ) throws -> AuditVerdict {
        var policy = LogVerifier.Policy()
        policy.witnessesMin = witnessesMin
        policy.keys = try keys?.keys()
        if let since { policy.heads = [try since.head()] }
        guard FileManager.default.fileExists(atPath: root.path) else {
            throw Failure("There is no folder \(root.path).")
        }
        for table in Self.tables where holds(table) && !holds(LogBundle.headsPath) {
            throw Failure(
                "The folder \(root.path) holds a table and no bundle; verify_audit_table.py checks it."
            )
        }
        let verdict = try LogVerifier(policy: policy).verify { path in
            FileManager.default.contents(atPath: root.appending(path: path).path).map(Array.init)
        }
        guard case .intact(let summary) = verdict else {
            return AuditVerdict(line: verdict.line, exitCode: Int(verdict.exitCode))
        }
        return AuditVerdict(
            line: verdict.line, exitCode: 0, witnesses: summary.witnesses,
            headsPassedOver: summary.headsBelowMinimum)
    }

    private func holds(_ path: String) -> Bool {
        FileManager.default.fileExists(atPath: root.appending(path: path).path)
    }

    /// The note over the list of files, by the log's key.
    ///
    /// - Throws: `InputFile.Failure` if there is none.
    public func exportNote() throws -> String {
        let file = InputFile(path: root.appending(path: Self.lastPath).path)
        return String(decoding: try file.read(), as: UTF8.self)
    }

    private static let tables = Set(AuditExportOrder.Form.allCases.compactMap(\.path))

    private static let names: Set<String> = [
        LogBundle.keysPath, LogBundle.headsPath, LogBundle.checkpointPath, LogBundle.filesPath,
        LogBundle.exportPath,
    ]

    /// The file that an export ends with.
    static let lastPath = LogBundle.exportPath
}
