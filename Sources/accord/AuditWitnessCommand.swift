import ArgumentParser
import ControlClient
import ControlProtocol

/// `accord audit witness`: who has cosigned this log, and whose logs are cosigned here.
struct AuditWitnessCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "witness",
        abstract: "Show who has cosigned the audit log, up to where, and with which gaps.",
        discussion: """
            Peers witness each other: each cosigns the other's signed heads after checking that the \
            log only grew. What they have cosigned cannot be taken back unnoticed.

            With --keys it prints the keys to check an export of this log by; with --of PEER that of \
            the peer's log, as this site has it from the peer's node card: an auditor takes both along.

            Example: accord audit witness --keys > practice.keys
            """)

    @Flag(help: "Print the keys to check an export by, and nothing else.")
    var keys = false

    @Option(help: ArgumentHelp("With --keys: the key of this peer's log.", valueName: "peer"))
    var of: String?

    @OptionGroup var options: GlobalOptions

    func validate() throws {
        guard keys || of == nil else { throw ValidationError("--of goes with --keys.") }
    }

    func run() async throws {
        guard keys else {
            return try await options.present { .witnesses(try await $0.auditWitnesses()) }
        }
        let report = try await GlobalOptions.conversing(options.socketPath) {
            try await $0.auditWitnesses()
        }
        guard let text = Presentation.auditKeys(report, of: of) else {
            throw ControlFailure(
                code: .notFound, message: "No log of \(of ?? "this site") was cosigned here.",
                next: "`accord audit witness` names the logs that were.")
        }
        try OutputFile(path: nil).write(text)
    }
}
