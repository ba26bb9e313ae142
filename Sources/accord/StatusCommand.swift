import ArgumentParser
import ControlClient

/// `accord status`: how the node and its peers are.
struct StatusCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Show on one screen how the node and its peers are.",
        discussion: """
            BEHIND counts the events that a peer is still to get from here, OWED the streams that \
            it must be brought up to date with whatever it has acknowledged. Times are UTC.

            Example: accord status --format json
            """)

    @OptionGroup var options: GlobalOptions

    func run() async throws {
        try await options.present { .status(try await $0.status()) }
    }
}
