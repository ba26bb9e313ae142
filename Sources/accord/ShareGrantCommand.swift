import ArgumentParser
import ControlClient
import ControlProtocol

/// `accord share grant`: makes a sharing agreement.
struct ShareGrantCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "grant",
        abstract: "Let a peer have compartments of patients' records.",
        discussion: """
            The compartment identity goes along with any other. Whose records: all; registered, of \
            patients registered here; relationship, of patients to whom the peer has a care \
            relationship; on-request, of patients for whom it asks in an emergency; list, of the \
            patients named with --patient. The node works through the streams after this command \
            has returned: accord share list shows how far it is.

            Example: accord share grant hospital --compartments general --who relationship \
            --organisation "urn:example:organisations|77"
            """)

    @Argument(help: "The peer's name.")
    var peer: String

    @Option(
        help: ArgumentHelp(
            "Compartments, separated by commas. (default: general)", valueName: "names"))
    var compartments: CompartmentsArgument?

    @Option(help: "Whose records.")
    var who: ShareScope = .registered

    @Option(help: ArgumentHelp("Purpose of use, an HL7 code.", valueName: "code"))
    var purpose = "TREAT"

    @Flag(help: "Let evidence of a care relationship count that the peer wrote itself.")
    var attested = false

    @Option(help: "What the peer does with what it holds once this is withdrawn.")
    var onWithdrawal: ShareWithdrawalMode = .seal

    @Option(
        name: .customLong("patient"),
        help: ArgumentHelp("A patient of the list, by id; repeatable.", valueName: "id"))
    var patients: [RecordArgument] = []

    @Option(
        name: .customLong("organisation"),
        help: ArgumentHelp(
            "An identifier by which records name the peer; repeatable.",
            valueName: "system|value"))
    var organisations: [String] = []

    @OptionGroup var options: GlobalOptions

    func validate() throws {
        try RequestChecking.run(grant.check)
    }

    func run() async throws {
        try await options.present { .granted(try await $0.grantShare(grant), peer: peer) }
    }

    /// What is sent.
    var grant: ShareGrant {
        ShareGrant(
            peer: peer, compartments: compartments?.names ?? ["general"], scope: who,
            purpose: purpose, isAttested: attested, onWithdrawal: onWithdrawal,
            patients: patients.map(\.id), organisations: organisations)
    }
}
