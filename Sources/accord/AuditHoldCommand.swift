import ArgumentParser
import ControlClient
import ControlProtocol

/// `accord audit hold`: a legal hold of the audit log.
struct AuditHoldCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "hold",
        abstract: "Hold the audit log, so that nothing of it is pruned.",
        discussion: """
            A legal hold lasts until it is released, or to the end of the day that is named. \
            Another one takes its place. accord status shows it, and each change is an entry of \
            the log.

            Example: accord audit hold --reason "Case 12 of the county court" --until 2031-12-31
            """)

    @Option(
        help: ArgumentHelp(
            "Why; kept for years in the log: name no patient, no diagnosis.", valueName: "text"))
    var reason: String?

    @Option(help: ArgumentHelp("The last day, such as 2031-12-31, in UTC.", valueName: "day"))
    var until: DayArgument?

    @Flag(help: "End the hold.")
    var release = false

    @OptionGroup var options: GlobalOptions

    func validate() throws {
        guard release != (reason != nil) else {
            throw ValidationError("Name a --reason for a hold, or --release it.")
        }
        guard !release || until == nil else {
            throw ValidationError("A release has no last day.")
        }
        try RequestChecking.run(order.check)
    }

    func run() async throws {
        try await options.present { .auditHold(try await $0.holdAudit(order)) }
    }

    /// What is sent.
    var order: AuditHoldOrder {
        reason.map { AuditHoldOrder(reason: $0, untilMilliseconds: until?.day.endMilliseconds) }
            ?? .release
    }
}
