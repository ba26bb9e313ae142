import ArgumentParser
import ControlClient
import ControlProtocol

/// `accord share grant`: makes a sharing agreement.
struct ShareGrantCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "grant",
        abstract: "Let a peer have compartments of patients' records.",
        discussion: """
            The compartment identity goes along with any other.

            Example: accord share grant hospital --compartments general --who registered
            """)

    @Argument(help: "The peer's name.")
    var peer: String

    @Option(help: ArgumentHelp("Compartments, separated by commas.", valueName: "names"))
    var compartments = "general"

    @Option(help: "Whose records.")
    var who: ShareScope = .registered

    @Option(help: ArgumentHelp("Purpose of use, an HL7 code.", valueName: "code"))
    var purpose = "TREAT"

    @OptionGroup var options: GlobalOptions

    func validate() throws {
        guard !grant.compartments.isEmpty else {
            throw ValidationError("Name at least one compartment.")
        }
        let isCode = purpose.utf8.allSatisfy { (0x41...0x5A).contains($0) || $0 == 0x2D }
        guard isCode, (1...32).contains(purpose.utf8.count) else {
            throw ValidationError("A purpose is a code in capitals, such as TREAT.")
        }
    }

    func run() async throws {
        try await options.present { .granted(try await $0.grantShare(grant), peer: peer) }
    }

    /// What is sent.
    var grant: ShareGrant {
        ShareGrant(
            peer: peer,
            compartments: compartments.split { $0 == "," || $0 == " " }.map(String.init),
            scope: who, purpose: purpose)
    }
}
