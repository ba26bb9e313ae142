import ArgumentParser

/// `accord patient`: patients' records.
struct PatientCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "patient",
        abstract: "Find patients and show their records.",
        discussion: "Example: accord patient find Sample",
        subcommands: [
            PatientFindCommand.self, PatientShowCommand.self, PatientTimelineCommand.self,
        ])
}
