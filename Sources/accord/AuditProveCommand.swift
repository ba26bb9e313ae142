import ArgumentParser
import ControlClient
import ControlProtocol

/// `accord audit prove`: one entry with its proof.
struct AuditProveCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "prove",
        abstract: "Hand over one entry with the proof that it is in the log.",
        discussion: """
            The file is a C2SP tlog-proof: the entry, the hashes that lead to the newest signed \
            head, and that head. Protocols/verify_audit_proof.py checks it.

            Example: accord audit prove 1204 -o entry-1204.proof
            """)

    @Argument(help: "The entry's number, as accord audit tail shows it.")
    var sequence: UInt32

    @Option(
        name: [.short, .long], help: ArgumentHelp("Where to. (default: here)", valueName: "file"))
    var output: String?

    @Option(
        name: .customLong("socket"),
        help: ArgumentHelp("The service's socket.", valueName: "path"))
    var socketPath: String?

    func run() async throws {
        let reference = AuditReference(sequence: Int(sequence))
        let proof = try await GlobalOptions.conversing(socketPath) {
            try await $0.proveAudit(reference)
        }
        try OutputFile(path: output).write(proof.text)
    }
}
