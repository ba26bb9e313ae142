import ArgumentParser
import ControlClient
import ControlProtocol

/// `accord audit export`: the log, or its newest head, for others to check.
struct AuditExportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Hand on the audit log, or its newest signed head.",
        discussion: """
            A bundle is a folder with every entry, tile, signed head and key; accord audit verify \
            and Protocols/verify_audit_log.py check it. csv is a folder with a table of all \
            entries, ndjson one with an R4 AuditEvent for each (IHE BALP); both with the newest \
            head, and a signed list of the files. The export is an entry itself. A head is a few \
            lines, which an auditor keeps: a log that has not grown from it was tampered with.

            Example: accord audit export --format bundle -o ./log
            """)

    /// What is handed on.
    enum Format: String, ExpressibleByArgument, CaseIterable {
        case bundle, csv, ndjson, head
    }

    @Option(help: "What is handed on.")
    var format: Format = .bundle

    @Option(
        name: [.short, .long],
        help: ArgumentHelp("A new folder, or a file for a head.", valueName: "path"))
    var output: String?

    @Option(
        name: .customLong("socket"),
        help: ArgumentHelp("The service's socket.", valueName: "path"))
    var socketPath: String?

    func validate() throws {
        guard format == .head || output != nil else {
            throw ValidationError("An export needs a folder: -o ./log.")
        }
    }

    func run() async throws {
        guard let form = AuditExportOrder.Form(rawValue: format.rawValue), let output else {
            let head = try await GlobalOptions.conversing(socketPath) { try await $0.auditHead() }
            return try OutputFile(path: self.output).write(head.text)
        }
        let folder = BundleFolder(path: output)
        let files = try await GlobalOptions.conversing(socketPath) {
            try await $0.exportAudit(form, to: folder)
        }
        try StandardStreams.write(
            Presentation.auditExported(files: files, folder: output).rendered(as: .table))
    }
}
