import ArgumentParser
import SiteNode

/// `accordd config-check`: reads the configuration and says what is wrong in it.
struct CheckConfiguration: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "config-check", abstract: "Read the configuration and change nothing.")

    @Option(help: "The configuration file.")
    var config = NodeConfiguration.defaultPath

    func run() async throws {
        do {
            let configuration = try NodeConfiguration.read(
                path: config, environment: Surroundings.environment)
            try configuration.checkClientsFile()
            print("\(config): nothing is wrong.")
        } catch {
            throw Accordd.fail(error)
        }
    }
}
