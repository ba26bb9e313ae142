import Foundation
import MergeComparison
import SyncSimulation

/// Runs simulated worlds, or with `histories=…` random histories of one resource, and prints what
/// came of them.
@main
struct AccordSimulate {
    static func main() async throws {
        let arguments = Array(CommandLine.arguments.dropFirst())
        if let histories = HistoriesCommand(arguments: arguments) {
            exit(histories.run(say) ? 0 : 1)
        }
        let command = SimulationCommand(arguments: arguments)
        exit(try await command.run() ? 0 : 1)
    }

    /// Writes a line at once: what is printed counts even if the process is ended.
    private static func say(_ line: String) {
        FileHandle.standardOutput.write(Data((line + "\n").utf8))
    }
}
