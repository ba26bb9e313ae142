import Foundation
import SyncSimulation

/// Runs simulated worlds and prints what came of them.
@main
struct AccordSimulate {
    static func main() async throws {
        let command = SimulationCommand(arguments: Array(CommandLine.arguments.dropFirst()))
        exit(try await command.run() ? 0 : 1)
    }
}
