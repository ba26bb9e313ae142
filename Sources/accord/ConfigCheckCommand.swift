import ArgumentParser
import ControlClient

/// `accord config check`: checks the configuration, which `accordd config-check` does.
struct ConfigCheckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Read the configuration and say what is wrong in it.",
        discussion: """
            Changes nothing and needs no running service. Ends with 78 if something is wrong.

            Example: accord config check ./accord.yaml
            """)

    @Argument(help: ArgumentHelp("The configuration.", valueName: "file"))
    var file = "/etc/accord/accord.yaml"

    func run() throws {
        let program = try ServiceProgram.find(
            besides: ServiceProgram.ownPath, folders: Invocation.current.programFolders)
        try program.replaceProcess(arguments: serviceArguments)
    }

    /// What `accordd` is called with.
    var serviceArguments: [String] { ["config-check", "--config", file] }
}
