import ArgumentParser
import ControlClient
import ControlProtocol

/// `accord share withdraw`: takes back what was granted.
struct ShareWithdrawCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "withdraw",
        abstract: "Take back from a peer all that it was granted, or a part of it.",
        discussion: """
            It binds when the command returns: nothing of it is sent any more. The peer is told by \
            a signed notice to seal or erase what it holds, and to pass the notice on; accord share \
            list shows who has not acknowledged. Without --compartments and --patient, everything \
            is withdrawn.

            Example: accord share withdraw hospital --compartments social-care \
            --reason "The agreement ended."
            """)

    @Argument(help: "The peer's name.")
    var peer: String

    @Option(
        help: ArgumentHelp("Compartments, separated by commas. (default: all)", valueName: "names"))
    var compartments: CompartmentsArgument?

    @Option(help: ArgumentHelp("One patient, by id. (default: all)", valueName: "id"))
    var patient: RecordArgument?

    @Option(
        help: ArgumentHelp(
            "Why; kept for years in the log: name no patient, no diagnosis.", valueName: "text"))
    var reason: String

    @OptionGroup var options: GlobalOptions

    func validate() throws {
        try RequestChecking.run(withdrawal.check)
    }

    func run() async throws {
        try await options.present {
            .withdrawn(try await $0.withdrawShare(withdrawal), peer: peer)
        }
    }

    /// What is sent.
    var withdrawal: ShareWithdrawal {
        ShareWithdrawal(
            peer: peer, compartments: compartments?.names ?? [], patient: patient?.id,
            reason: reason)
    }
}
