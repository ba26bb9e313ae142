import ArgumentParser
import ControlClient
import ControlProtocol

/// `accord audit search`: the entries that answer a question.
struct AuditSearchCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "search",
        abstract: "Show the entries that answer an auditor's question, the newest first.",
        discussion: """
            docs/auditing.md says what each question means. The search is an entry itself.

            Example: accord audit search disclosures --count 100 --format csv
            """)

    @Argument(help: "What is asked.")
    var question: AuditQuestion

    @Option(help: ArgumentHelp("The one patient whom it is about.", valueName: "id"))
    var patient: RecordArgument?

    @Option(help: ArgumentHelp("Only entries before this one.", valueName: "number"))
    var before: Int?

    @Option(help: ArgumentHelp("How many entries.", valueName: "number"))
    var count = 20

    @OptionGroup var options: GlobalOptions

    func validate() throws {
        try RequestChecking.run(search.check)
    }

    func run() async throws {
        try await options.present { .auditAnswer(try await $0.searchAudit(search)) }
    }

    /// What is asked for.
    var search: AuditSearch {
        AuditSearch(question: question, patient: patient?.id, before: before, count: count)
    }
}
