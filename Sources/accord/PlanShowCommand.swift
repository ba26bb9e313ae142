import ArgumentParser
import ControlClient
import ControlProtocol

/// `accord plan show`: a care plan, merged.
struct PlanShowCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show a care plan, or all plans of a patient, with everything that sites wrote.",
        discussion: """
            What sites wrote is merged part by part: first what holds, then every value with who \
            wrote it, in what capacity, where and when. Where somebody has to decide, all values \
            are shown and none is followed: see accord conflict show. With --format json each plan \
            has its FHIR R4 resource too, the same bytes at every site that holds the same changes.

            Example: accord plan show 01234567-89ab-cdef-0123-456789abcdef
            """)

    @Argument(help: "The id of a plan or of a patient.")
    var id: RecordArgument

    @OptionGroup var options: GlobalOptions

    func run() async throws {
        try await options.present { .plans(try await $0.plans(PlanReference(id: id.id))) }
    }
}
