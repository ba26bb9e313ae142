import ArgumentParser
import ControlClient
import ControlProtocol

/// `accord plan show`: a care plan with every head.
struct PlanShowCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show a care plan, or all plans of a patient, with everything that sites wrote.",
        discussion: """
            Where sites wrote at the same time, all their versions are shown. They are not merged \
            yet.

            Example: accord plan show 01234567-89ab-cdef-0123-456789abcdef
            """)

    @Argument(help: "The id of a plan or of a patient.")
    var id: RecordArgument

    @OptionGroup var options: GlobalOptions

    func run() async throws {
        try await options.present { .plans(try await $0.plans(PlanReference(id: id.id))) }
    }
}
