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

            --prune-before writes a bundle, checks it, and then drops the entries from before that \
            day from the log, in steps of 256: none that is younger than audit.retention_years, and \
            none while the log is held. Keep the bundle.

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
        help: ArgumentHelp(
            "Drop what is older than this day, such as 2020-01-31, in UTC, once it is in the bundle.",
            valueName: "day"))
    var pruneBefore: DayArgument?

    @Option(
        name: .customLong("socket"),
        help: ArgumentHelp("The service's socket.", valueName: "path"))
    var socketPath: String?

    func validate() throws {
        guard format == .head || output != nil else {
            throw ValidationError("An export needs a folder: -o ./log.")
        }
        guard pruneBefore == nil || format == .bundle else {
            throw ValidationError("Only a bundle holds what is pruned.")
        }
    }

    func run() async throws {
        guard let form = AuditExportOrder.Form(rawValue: format.rawValue), let output else {
            let head = try await GlobalOptions.conversing(socketPath) { try await $0.auditHead() }
            return try OutputFile(path: self.output).write(head.text)
        }
        let folder = BundleFolder(path: output)
        if let pruneBefore { return try await prune(before: pruneBefore.day, folder, output) }
        let exported = try await GlobalOptions.conversing(socketPath) {
            try await $0.exportAudit(form, to: folder)
        }
        try show(
            .auditExported(files: exported.files, folder: output, pruned: exported.pruned))
    }

    /// Exports, checks what was written, and lets the service drop what it holds.
    private func prune(
        before day: DayTyping, _ folder: BundleFolder, _ output: String
    ) async throws {
        var pruning = AuditPruning(beforeMilliseconds: day.startMilliseconds)
        let exported = try await GlobalOptions.conversing(socketPath) { [pruning] control in
            _ = try await control.pruneAudit(pruning)
            return try await control.exportAudit(.bundle, to: folder)
        }
        try show(
            .auditExported(files: exported.files, folder: output, pruned: exported.pruned))
        let verdict = try folder.verify()
        try show(.auditVerdict(verdict))
        guard verdict.exitCode == 0 else { throw ExitCode(Int32(verdict.exitCode)) }
        pruning.archive = try folder.exportNote()
        let pruned = try await GlobalOptions.conversing(socketPath) { [pruning] in
            try await $0.pruneAudit(pruning)
        }
        try show(.auditPruned(pruned, archive: output))
    }

    private func show(_ presentation: Presentation) throws {
        try StandardStreams.write(presentation.rendered(as: .table))
    }
}
