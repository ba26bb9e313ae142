import ArgumentParser
import SiteNode

/// `accordd`: runs the node until it is told to stop.
struct RunNode: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run", abstract: "Run the node (the default).",
        discussion: "Example: accordd --config /etc/accord/accord.yaml")

    @Option(help: "The configuration file.")
    var config = NodeConfiguration.defaultPath

    @Option(help: "The machine's boot id; systemd passes it where /proc is hidden.")
    var bootID: String?

    func run() async throws {
        do {
            let configuration = try NodeConfiguration.read(
                path: config, environment: Surroundings.environment)
            try await LocalNode(configuration: configuration, bootID: bootID).run()
        } catch {
            throw Accordd.fail(error)
        }
    }
}
