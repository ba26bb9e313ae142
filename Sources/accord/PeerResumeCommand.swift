import ArgumentParser
import ControlClient
import ControlProtocol

/// `accord peer resume`: lets a paused peer go on.
struct PeerResumeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "resume",
        abstract: "Let a paused peer go on.",
        discussion: """
            What waited is sent, the urgent first.

            Example: accord peer resume hospital
            """)

    @Argument(help: "The peer's name.")
    var name: String

    @OptionGroup var options: GlobalOptions

    func run() async throws {
        try await options.present { .peer(try await $0.pausePeer(pause)) }
    }

    /// What is sent.
    var pause: PeerPause { PeerPause(name: name, isPaused: false) }
}
