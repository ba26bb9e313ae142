import ArgumentParser

/// `accord quarantine`: input that was kept and not applied.
struct QuarantineCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "quarantine",
        abstract: "Look after input that was kept but could not be applied.",
        discussion: "Example: accord quarantine list",
        subcommands: [
            QuarantineListCommand.self, QuarantineShowCommand.self, QuarantineRetryCommand.self,
            QuarantineCloseCommand.self,
        ])
}
