import ArgumentParser
import ControlClient
import ControlProtocol

/// `accord plan diff`: two versions of a care plan, side by side.
struct PlanDiffCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "diff",
        abstract: "Show what differs between two versions of a care plan, side by side.",
        discussion: """
            Each part that differs is shown as it was and as it is, every value with who wrote it, \
            in what capacity, where and when. Where somebody has to decide, all values stand on \
            their side and none is followed. Versions have the numbers of accord plan history.

            Example: accord plan diff 01234567-89ab-cdef-0123-456789abcdef 2 5
            """)

    @Argument(help: "The id of a plan, or of a patient who has one.")
    var id: RecordArgument

    @Argument(
        help: ArgumentHelp("The earlier version. (default: the one before)", valueName: "from"))
    var from: Int?

    @Argument(help: ArgumentHelp("The later version. (default: the present)", valueName: "to"))
    var to: Int?

    @OptionGroup var options: GlobalOptions

    func validate() throws {
        guard from ?? 1 >= 1, to.map({ $0 > from ?? 1 }) ?? true else {
            throw ValidationError("The earlier version is a number from 1, the later a higher one.")
        }
    }

    func run() async throws {
        let request = PlanDifferenceRequest(id: id.id, from: from, to: to)
        try await options.present { .planDifference(try await $0.planDifference(request)) }
    }
}
