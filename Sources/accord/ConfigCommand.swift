import ArgumentParser

/// `accord config`: the configuration.
struct ConfigCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "config",
        abstract: "Check the configuration.",
        discussion: "Example: accord config check",
        subcommands: [ConfigCheckCommand.self])
}
