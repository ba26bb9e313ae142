import ArgumentParser
import ControlClient
import ControlProtocol

/// `accord quarantine close`: closes an item in quarantine.
struct QuarantineCloseCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "close",
        abstract: "Close an item in quarantine that will not be applied.",
        discussion: """
            Its bytes are kept for the retention time.

            Example: accord quarantine close 7 --reason "Sent again correctly."
            """)

    @Argument(help: "The item's number, as accord quarantine list shows it.")
    var item: ItemArgument

    @Option(
        help: ArgumentHelp(
            "Why; kept for years in the log: name no patient, no diagnosis.", valueName: "text"))
    var reason: String

    @OptionGroup var options: GlobalOptions

    func validate() throws {
        try RequestChecking.run(closing.check)
    }

    func run() async throws {
        try await options.present { .quarantineClosed(try await $0.closeQuarantine(closing)) }
    }

    /// What is sent.
    var closing: QuarantineClosing { QuarantineClosing(item: item.number, reason: reason) }
}
