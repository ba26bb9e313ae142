import ArgumentParser
import ControlClient
import ControlProtocol

/// `accord plan history`: the versions of a care plan.
struct PlanHistoryCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "history",
        abstract: "List the versions of a care plan with who wrote each, the newest first.",
        discussion: """
            A version is what came with one input of one site. It has a number, what was done, by \
            whom, in what capacity, where and when, and which parts then said something else. \
            Numbers follow the order in which this site accepted the versions; another site may \
            have others.

            Example: accord plan history 01234567-89ab-cdef-0123-456789abcdef --limit 10
            """)

    @Argument(help: "The id of a plan, or of a patient who has one.")
    var id: RecordArgument

    @Option(help: ArgumentHelp("Most versions to list, up to 1000.", valueName: "number"))
    var limit = PlanHistoryRequest.limitDefault

    @OptionGroup var options: GlobalOptions

    func validate() throws {
        guard (1...PlanHistoryRequest.limitMax).contains(limit) else {
            throw ValidationError(
                "The limit is a number from 1 to \(PlanHistoryRequest.limitMax).")
        }
    }

    func run() async throws {
        let request = PlanHistoryRequest(id: id.id, limit: limit)
        try await options.present { .planHistory(try await $0.planHistory(request)) }
    }
}
