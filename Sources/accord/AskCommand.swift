import ArgumentParser
import ControlClient
import ControlProtocol

/// `accord ask`: asks a peer for a patient in an emergency.
struct AskCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ask",
        abstract: "Ask a peer in an emergency for a patient whom this site does not know yet.",
        discussion: """
            The peer decides by its agreements and grants for 72 hours. Both sites log it, and it \
            is reviewed. Ends with 1 if the peer gives nothing; it never says why. A shell keeps \
            what you type in its history; with --identifier - one identifier is read from standard \
            input.

            Example: accord ask hospital --identifier "urn:example:mrn|4711" --purpose ETREAT \
            --requester "Dr Sample, emergency department" --reason "Emergency admission."
            """)

    @Argument(help: "The peer to ask.")
    var peer: String

    @Option(
        name: .customLong("identifier"),
        help: ArgumentHelp("An identifier of the patient; repeatable.", valueName: "system|value"))
    var identifiers: [String] = []

    @Option(help: ArgumentHelp("The family name.", valueName: "name"))
    var family: String?

    @Option(help: ArgumentHelp("The given name.", valueName: "name"))
    var given: String?

    @Option(help: ArgumentHelp("The birth date.", valueName: "yyyy-mm-dd"))
    var birthDate: String?

    @Option(help: ArgumentHelp("Purpose of use, an HL7 code.", valueName: "code"))
    var purpose = "ETREAT"

    @Option(help: ArgumentHelp("Who asks, for both sites' logs.", valueName: "text"))
    var requester: String

    @Option(
        help: ArgumentHelp(
            "Why; kept for years in the logs of both sites: name no patient, no diagnosis.",
            valueName: "text"))
    var reason: String

    @OptionGroup var options: GlobalOptions

    func validate() throws {
        guard identifiers.count(where: { $0 == "-" }) <= 1 else {
            throw ValidationError("Standard input can be read only once.")
        }
        // What standard input will say is checked when it has been read.
        let typed = identifiers.map { $0 == "-" ? "|-" : $0 }
        try RequestChecking.run(request(identifiers: typed).check)
    }

    func run() async throws {
        let request = request(identifiers: identifiers.map { $0 == "-" ? readLine() ?? "" : $0 })
        try RequestChecking.run(request.check)
        var outcome = AskReceipt.Outcome.nothing
        try await options.present { control in
            let receipt = try await control.ask(request)
            outcome = receipt.outcome
            return .asked(receipt, peer: peer)
        }
        if outcome == .nothing { throw ExitCode(1) }
    }

    /// What is sent.
    func request(identifiers: [String]) -> AskRequest {
        AskRequest(
            peer: peer, identifiers: identifiers, family: family, given: given,
            birthDate: birthDate, purpose: purpose, requester: requester, reason: reason)
    }
}
