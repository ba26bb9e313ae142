import ArgumentParser
import ControlClient
import ControlProtocol

/// `accord audit consistency`: whether two signed heads are of one history.
struct AuditConsistencyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "consistency",
        abstract: "Check that the log has grown from one signed head to another.",
        discussion: """
            Both heads must be this site's own. Two heads that cannot both hold prove that the \
            history was rewritten: keep them.

            Example: accord audit consistency march.head april.head
            """)

    @Argument(help: ArgumentHelp("The older head.", valueName: "file"))
    var old: String

    @Argument(help: ArgumentHelp("The newer head.", valueName: "file"))
    var new: String

    @OptionGroup var options: GlobalOptions

    func run() async throws {
        let texts = try [old, new].map { try AuditorFile(path: $0).headText() }
        let comparison = AuditComparison(old: texts[0], new: texts[1])
        let verdict = try await options.presenting(Presentation.auditVerdict) {
            try await $0.compareAudit(comparison)
        }
        if verdict.exitCode != 0 { throw ExitCode(Int32(verdict.exitCode)) }
    }
}
