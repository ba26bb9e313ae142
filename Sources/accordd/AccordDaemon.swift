import ArgumentParser
import Glibc
import SiteNode

/// The service: `accordd --config FILE`.
@main
struct AccordDaemon: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "accordd",
        abstract: "Keeps one site's copy of its patients' shared records in step with its peers.",
        discussion: "Example: accordd --config /etc/accord/accord.yaml",
        version: Accordd.version,
        subcommands: [RunNode.self, InitialiseSite.self, CheckConfiguration.self],
        defaultSubcommand: RunNode.self)
}

/// Ends the process the way every subcommand does.
enum Accordd {
    static let version = DaemonVersion.text

    /// Says on standard error what is wrong, and exits with the code that fits.
    static func fail(_ error: any Error) -> ExitCode {
        let line = Array("accordd: \(error)\n".utf8)
        _ = line.withUnsafeBytes { write(STDERR_FILENO, $0.baseAddress, $0.count) }
        switch error {
        case let failure as NodeFailure: return ExitCode(failure.code.exitCode)
        case is ConfigurationFailure: return ExitCode(78)
        default: return ExitCode(70)
        }
    }
}
