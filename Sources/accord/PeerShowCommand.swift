import ArgumentParser
import ControlClient
import ControlProtocol

/// `accord peer show`: one peer.
struct PeerShowCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show one peer: what waits and why, its agreements, sessions and refusals.",
        discussion: """
            Times are UTC, except the time windows, which are the node's local time.

            Example: accord peer show hospital
            """)

    @Argument(help: "The peer's name.")
    var name: String

    @OptionGroup var options: GlobalOptions

    func run() async throws {
        try await options.present { .peer(try await $0.peer(PeerReference(name: name))) }
    }
}
