import ArgumentParser
import ControlClient

/// `accord status`: how the node and its peers are.
struct StatusCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Show on one screen how the node and its peers are.",
        discussion: """
            Only here counts events that no peer has acknowledged: what would be lost with this \
            machine. EXACTLY IN STEP is when both sides last held exactly what they share. QUEUED \
            counts events that wait for a peer: urgent, current, backfill. Below stand the reasons \
            why something waits, then alarms. Times are UTC.

            Example: accord status --format json
            """)

    @OptionGroup var options: GlobalOptions

    func run() async throws {
        try await options.present { .status(try await $0.status()) }
    }
}
