import ArgumentParser

/// `accord share`: sharing agreements.
struct ShareCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "share",
        abstract: "Grant and list what peers may have.",
        discussion: "Example: accord share list",
        subcommands: [ShareGrantCommand.self, ShareListCommand.self])
}
