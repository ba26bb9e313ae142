import ArgumentParser
import ControlClient
import ControlProtocol

/// `accord patient show`: what the node holds of a patient.
struct PatientShowCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show what this node holds of a patient.",
        discussion: "Example: accord patient show 01234567-89ab-cdef-0123-456789abcdef")

    @Argument(help: "The patient's id, as accord patient find lists it.")
    var id: RecordArgument

    @OptionGroup var options: GlobalOptions

    func run() async throws {
        try await options.present { .record(try await $0.patient(PatientReference(id: id.id))) }
    }
}
