import ArgumentParser
import ControlClient
import ControlProtocol

/// `accord conflict list`: open conflicts.
struct ConflictListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List open conflicts, the most urgent first.",
        discussion: """
            Class U: a human decides urgently. Class H: a human decides. Class F, with --review: \
            merged, and worth a look. The list is computed from what this node holds; it names \
            patients, so it is in the audit log.

            Example: accord conflict list --patient 01234567-89ab-cdef-0123-456789abcdef
            """)

    @Option(help: ArgumentHelp("The one patient whose conflicts to list.", valueName: "id"))
    var patient: RecordArgument?

    @Flag(help: "List what only deserves a look too: class F.")
    var review = false

    @OptionGroup var options: GlobalOptions

    func run() async throws {
        try await options.present { .conflicts(try await $0.conflicts(filter)) }
    }

    /// What is listed.
    var filter: ConflictFilter { ConflictFilter(patient: patient?.id, includesReview: review) }
}
