import ArgumentParser
import ControlClient
import ControlProtocol

/// `accord clock show`: how far the node trusts its clock.
struct ClockShowCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show how far the node trusts its clock.",
        discussion: "Example: accord clock show")

    @OptionGroup var options: GlobalOptions

    func run() async throws {
        try await options.present { .clock(try await $0.status().clock) }
    }
}
