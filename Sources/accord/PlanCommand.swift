import ArgumentParser

/// `accord plan`: care plans.
struct PlanCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "plan",
        abstract: "Show care plans and what became of them.",
        discussion: "Example: accord plan show 01234567-89ab-cdef-0123-456789abcdef",
        subcommands: [PlanShowCommand.self, PlanHistoryCommand.self, PlanDiffCommand.self])
}
