import ArgumentParser

/// `accord share`: sharing agreements.
struct ShareCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "share",
        abstract: "Grant, withdraw, list and explain what peers may have.",
        discussion: "Example: accord share list",
        subcommands: [
            ShareGrantCommand.self, ShareWithdrawCommand.self, ShareListCommand.self,
            ShareExplainCommand.self,
        ])
}
