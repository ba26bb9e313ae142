import ArgumentParser
import SiteNode

/// `accordd init`: makes the site and its configuration file; people call `accord init`.
struct InitialiseSite: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "init", abstract: "Make this site: identity, keys, database, configuration.")

    @Option var config = NodeConfiguration.defaultPath
    @Option var name: String
    @Option var postalAddress: String?
    @Option var dataDirectory: String?
    @Option var highWaterDirectory: String?
    @Option var controlSocket: String?
    @Option var listen: String?
    @Option var advertise: [String] = []

    func run() async throws {
        do {
            let configuration = try NodeConfiguration.read(
                yaml: "", path: config, flags: flags)
            let site = try await LocalNode(configuration: configuration)
                .initialise(configurationFile: config)
            print("Site \(site.site) is made.")
            print("Fingerprint, to be given to peers by telephone:\n  \(site.fingerprint)")
            print("Keys are in \(site.directory)/keys: keep a copy apart from the backups.")
            print(
                site.hasNewConfiguration ? "Configuration: \(config)" : "Kept as it is: \(config)")
            print("Start the service: accordd --config \(config)")
        } catch {
            throw Accordd.fail(error)
        }
    }

    private var flags: [(key: String, value: String)] {
        let optional: [(String, String?)] = [
            ("site.name", name), ("site.postal_address", postalAddress),
            ("data_directory", dataDirectory), ("high_water_directory", highWaterDirectory),
            ("control.socket", controlSocket), ("peer.listen", listen),
            ("peer.advertise", advertise.isEmpty ? nil : advertise.joined(separator: ",")),
        ]
        return optional.compactMap { key, value in value.map { (key, $0) } }
    }
}
