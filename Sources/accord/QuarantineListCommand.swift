import ArgumentParser
import ControlClient
import ControlProtocol

/// `accord quarantine list`: the items in quarantine.
struct QuarantineListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List what is in quarantine, the oldest first.",
        discussion: "Example: accord quarantine list --peer hospital")

    @Option(help: ArgumentHelp("The one peer whose items to list.", valueName: "name"))
    var peer: String?

    @Flag(help: "List closed items too.")
    var all = false

    @OptionGroup var options: GlobalOptions

    func run() async throws {
        try await options.present { .quarantine(try await $0.quarantine(filter)) }
    }

    /// What is listed.
    var filter: QuarantineFilter { QuarantineFilter(peer: peer, includesClosed: all) }
}
