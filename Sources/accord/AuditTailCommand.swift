import ArgumentParser
import ControlClient
import ControlProtocol

/// `accord audit tail`: the last entries.
struct AuditTailCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tail",
        abstract: "Show the last entries of the audit log.",
        discussion: """
            The look is an entry itself. A patient is shown by this site's pseudonym.

            Example: accord audit tail --count 100 --format ndjson
            """)

    @Option(help: ArgumentHelp("How many entries.", valueName: "number"))
    var count = 20

    @OptionGroup var options: GlobalOptions

    func validate() throws {
        try RequestChecking.run(tail.check)
    }

    func run() async throws {
        try await options.present { .auditTail(try await $0.auditTail(tail)) }
    }

    /// What is asked for.
    var tail: AuditTail { AuditTail(count: count) }
}
