import ArgumentParser
import ControlClient
import ControlProtocol

/// `accord patient timeline`: a patient's resources in time.
struct PatientTimelineCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "timeline",
        abstract: "Show what happened to a patient and who wrote it, the latest first.",
        discussion: """
            Example: accord patient timeline 01234567-89ab-cdef-0123-456789abcdef --limit 50
            """)

    @Argument(help: "The patient's id, as accord patient find lists it.")
    var id: RecordArgument

    @Option(help: ArgumentHelp("Most entries to list. (default: all)", valueName: "number"))
    var limit: Int?

    @OptionGroup var options: GlobalOptions

    func validate() throws {
        guard limit ?? 1 >= 1 else { throw ValidationError("The limit is a number from 1.") }
    }

    func run() async throws {
        let request = TimelineRequest(id: id.id, limit: limit)
        try await options.present { .timeline(try await $0.timeline(request)) }
    }
}
