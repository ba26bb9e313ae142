import ArgumentParser
import ControlClient
import ControlProtocol

/// `accord share list`: the sharing agreements, and the withdrawals.
struct ShareListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List what is granted to whom, what was withdrawn, and who has not acknowledged.",
        discussion: "Example: accord share list hospital")

    @Argument(help: "The one peer to list.")
    var peer: String?

    @OptionGroup var options: GlobalOptions

    func run() async throws {
        try await options.present { .shares(try await $0.shares(ShareFilter(peer: peer))) }
    }
}
