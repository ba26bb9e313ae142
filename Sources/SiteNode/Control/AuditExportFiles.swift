import ControlProtocol
import Logging
import RecordStore
import Signing

/// The files of an export, one after the other; pieces of one file follow on each other.
protocol AuditExportFiles: Sendable {
    /// The next file, or piece of one; `nil` behind the last.
    mutating func next() async throws -> (path: String, content: [UInt8])?
}

extension AuditExport: AuditExportFiles {}

/// The files of an export in another form than the log's own.
struct AuditTableFiles: AuditExportFiles {
    private let form: AuditExportOrder.Form
    private let path: String
    private let site: AuditLogEntry.Party
    private let origin: String
    private var export: AuditTableExport
    private var digest = RunningDigest()
    private var hasBegun = false
    private var closing: [(path: String, content: [UInt8])]?

    /// - Parameters:
    ///   - path: of the file with all entries.
    ///   - site: whose log it is.
    ///   - origin: the name of the log.
    init(
        _ export: AuditTableExport, form: AuditExportOrder.Form, path: String,
        site: AuditLogEntry.Party, origin: String
    ) {
        self.export = export
        self.form = form
        self.path = path
        self.site = site
        self.origin = origin
    }

    mutating func next() async throws -> (path: String, content: [UInt8])? {
        if let rest = closing {
            closing = Array(rest.dropFirst())
            return rest.first
        }
        let entries = try await export.nextEntries()
        guard !entries.isEmpty else {
            closing = try await export.closing(path: path, sha256: digest.bytes)
            return try await next()
        }
        var text = form == .csv && !hasBegun ? CSVText.line(AuditLogEntry.csvTitles) : ""
        hasBegun = true
        for entry in entries {
            let decoded = try ControlCoding.decode(
                AuditLogEntry.self, from: ControlService.item(entry))
            text +=
                form == .csv
                ? CSVText.line(decoded.csvFields)
                : AuditEventResource(decoded, site: site, origin: origin).line + "\n"
        }
        let content = Array(text.utf8)
        digest.add(content)
        return (path, content)
    }
}

/// How far an export is; pulled from by the connection that answers.
actor AuditExportState {
    private var files: any AuditExportFiles
    private let logger: Logger
    private var isFinished = false
    private var pruned: AuditPrunedPart?

    /// - Parameter pruned: what of the log is in an archive only.
    init(files: any AuditExportFiles, pruned: AuditPrunedPart?, logger: Logger) {
        self.files = files
        self.pruned = pruned
        self.logger = logger
    }

    /// The next line of the answer; `nil` behind the last one.
    func next() async -> [UInt8]? {
        guard !isFinished else { return nil }
        do {
            if let part = pruned {
                pruned = nil
                return try ControlCoding.encodeLine(AuditExportLine(pruned: part))
            }
            var files = files
            let file = try await files.next()
            self.files = files
            guard let file else { return nil }
            return try ControlCoding.encodeLine(
                AuditExportLine(path: file.path, content: file.content))
        } catch {
            isFinished = true
            logger.warning("an export of the audit log failed", metadata: ["reason": "\(error)"])
            do {
                return try ControlCoding.encodeLine(
                    AuditExportLine(failure: ControlService.failure(error)))
            } catch {
                return nil
            }
        }
    }
}
