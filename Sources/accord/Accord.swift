import ArgumentParser
import ControlClient
import ControlProtocol

/// The program for people.
@main
struct Accord: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "accord",
        abstract: "Look after a site of a health information exchange.",
        discussion: """
            Most commands talk to the running service, accordd, over its socket.

            Exit status: 0 done, 1 found a problem, 2 could not look, 64 the command line was not \
            understood, 78 the configuration is wrong.

            Example: accord status
            """,
        version: ProductVersion.text,
        subcommands: [
            InitCommand.self, StatusCommand.self, ImportCommand.self, PeerCommand.self,
            ShareCommand.self, AskCommand.self, PatientCommand.self, PlanCommand.self,
            ConflictCommand.self,
            QuarantineCommand.self, AuditCommand.self, ClockCommand.self, ConfigCommand.self,
        ])

    /// Runs the command that the arguments name and ends the process with its exit status.
    static func main() async {
        do {
            var command = try parseAsRoot()
            if var command = command as? any AsyncParsableCommand {
                try await command.run()
            } else {
                try command.run()
            }
        } catch {
            guard let ending = CommandEnding(error) else { exit(withError: error) }
            StandardStreams.writeError(ending.text)
            exit(withError: ExitCode(ending.exitStatus))
        }
    }
}
