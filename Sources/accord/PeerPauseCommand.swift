import ArgumentParser
import ControlClient
import ControlProtocol

/// `accord peer pause`: stops the exchange with a peer.
struct PeerPauseCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pause",
        abstract: "Exchange nothing with a peer until it is resumed.",
        discussion: """
            Sessions with the peer end, also those that it dials. What it is entitled to waits here.

            Example: accord peer pause hospital
            """)

    @Argument(help: "The peer's name.")
    var name: String

    @OptionGroup var options: GlobalOptions

    func run() async throws {
        try await options.present { .peer(try await $0.pausePeer(pause)) }
    }

    /// What is sent.
    var pause: PeerPause { PeerPause(name: name, isPaused: true) }
}
