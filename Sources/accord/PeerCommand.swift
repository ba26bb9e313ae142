import ArgumentParser

/// `accord peer`: the nodes of other sites.
struct PeerCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "peer",
        abstract: "Add and list the nodes that this one exchanges with.",
        discussion: "Example: accord peer list",
        subcommands: [PeerAddCommand.self, PeerListCommand.self])
}
