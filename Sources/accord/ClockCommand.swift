import ArgumentParser

/// `accord clock`: the node's clock.
struct ClockCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "clock",
        abstract: "Show how far the node trusts its clock, or confirm the clock.",
        discussion: "Example: accord clock show",
        subcommands: [ClockShowCommand.self, ClockConfirmCommand.self])
}
