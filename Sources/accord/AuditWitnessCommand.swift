import ArgumentParser
import ControlClient

/// `accord audit witness`: who has cosigned this log, and whose logs are cosigned here.
struct AuditWitnessCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "witness",
        abstract: "Show who has cosigned the audit log, up to where, and with which gaps.",
        discussion: """
            Peers witness each other: each cosigns the other's signed heads after checking that the \
            log only grew. What they have cosigned cannot be taken back unnoticed.

            Example: accord audit witness
            """)

    @OptionGroup var options: GlobalOptions

    func run() async throws {
        try await options.present { .witnesses(try await $0.auditWitnesses()) }
    }
}
