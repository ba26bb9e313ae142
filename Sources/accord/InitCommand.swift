import ArgumentParser
import ControlClient

/// `accord init`: makes the site, which `accordd init` does.
struct InitCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "init",
        abstract: "Make this site: identity, keys, database and configuration.",
        discussion: """
            Asks for the site's name if it is not given. A site that exists already is left as it \
            is.

            Example: accord init --name "Example Practice" --advertise practice.example:7443
            """)

    @Option(help: ArgumentHelp("What other sites call this one.", valueName: "text"))
    var name: String?

    @Option(help: ArgumentHelp("The site's address, on one line.", valueName: "text"))
    var postalAddress: String?

    @Option(help: ArgumentHelp("The configuration file to make.", valueName: "file"))
    var config = "/etc/accord/accord.yaml"

    @Option(help: ArgumentHelp("Folder of the database and keys.", valueName: "folder"))
    var dataDirectory: String?

    @Option(help: ArgumentHelp("Folder of the high-water file.", valueName: "folder"))
    var highWaterDirectory: String?

    @Option(help: ArgumentHelp("The socket for the command line.", valueName: "path"))
    var controlSocket: String?

    @Option(help: ArgumentHelp("Where peers connect.", valueName: "host:port"))
    var listen: String?

    @Option(help: ArgumentHelp("Where peers reach this node; repeatable.", valueName: "host:port"))
    var advertise: [String] = []

    func validate() throws {
        for address in [listen].compactMap({ $0 }) + advertise
        where !PeerTyping.isEndpoint(address) && !address.hasSuffix(":0") {
            throw ValidationError("`\(address)` is not a host and a port, such as 192.0.2.1:7443.")
        }
    }

    func run() throws {
        let invocation = Invocation.current
        let program = try ServiceProgram.find(
            besides: ServiceProgram.ownPath, folders: invocation.programFolders)
        var name = name ?? ""
        if name.isEmpty, invocation.canAsk {
            name = StandardStreams.ask("What is the site called?") ?? ""
        }
        guard !name.isEmpty else {
            throw ValidationError("The site needs a name: --name \"Example Practice\".")
        }
        try program.replaceProcess(arguments: serviceArguments(name: name))
    }

    /// What `accordd` is called with.
    func serviceArguments(name: String) -> [String] {
        let optional = [
            ("--postal-address", postalAddress), ("--data-directory", dataDirectory),
            ("--high-water-directory", highWaterDirectory), ("--control-socket", controlSocket),
            ("--listen", listen),
        ]
        return ["init", "--config", config, "--name", name]
            + optional.flatMap { flag, value in value.map { [flag, $0] } ?? [] }
            + advertise.flatMap { ["--advertise", $0] }
    }
}
