import ArgumentParser
import ControlClient

/// `accord clock confirm`: lets the node follow its clock.
struct ClockConfirmCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "confirm",
        abstract: "Confirm that the machine's clock is right after it stepped forward.",
        discussion: """
            The node then follows the step. Look at a second clock first: what is recorded \
            afterwards carries that time for ever.

            Example: accord clock confirm
            """)

    @OptionGroup var options: GlobalOptions

    func run() async throws {
        try await options.present { .clock(try await $0.confirmClock()) }
    }
}
