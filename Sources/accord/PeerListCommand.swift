import ArgumentParser
import ControlClient

/// `accord peer list`: the enrolled peers.
struct PeerListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List the enrolled peers.",
        discussion: "Example: accord peer list --format csv")

    @OptionGroup var options: GlobalOptions

    func run() async throws {
        try await options.present { .peers(try await $0.peers()) }
    }
}
