import ArgumentParser

/// `accord conflict`: what sites wrote at the same time.
struct ConflictCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "conflict",
        abstract:
            "Show and resolve the work list: what sites wrote apart and somebody must decide.",
        discussion: "Example: accord conflict list",
        subcommands: [
            ConflictListCommand.self, ConflictShowCommand.self, ConflictResolveCommand.self,
        ])
}
