import ArgumentParser

/// `accord peer`: the nodes of other sites.
struct PeerCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "peer",
        abstract: "Look after the nodes that this one exchanges with.",
        discussion: "Example: accord peer list",
        subcommands: [
            PeerAddCommand.self, PeerListCommand.self, PeerShowCommand.self, PeerPauseCommand.self,
            PeerResumeCommand.self, PeerLimitCommand.self,
        ])
}
