import ArgumentParser
import ControlClient
import ControlProtocol

/// `accord share explain`: why a peer does or does not receive a patient.
struct ShareExplainCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain",
        abstract: "Show why a peer does or does not receive a patient's record.",
        discussion: """
            A row for each compartment: what decides, how many events are held here, and how many \
            of them the peer is known to hold. Nothing is changed, and the peer is not asked.

            Example: accord share explain hospital 01234567-89ab-cdef-0123-456789abcdef
            """)

    @Argument(help: "The peer's name.")
    var peer: String

    @Argument(help: "The patient's id, as accord patient find lists it.")
    var patient: RecordArgument

    @OptionGroup var options: GlobalOptions

    func run() async throws {
        let question = ShareQuestion(peer: peer, patient: patient.id)
        try await options.present { .explanation(try await $0.explainShare(question)) }
    }
}
