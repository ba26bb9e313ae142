import ArgumentParser
import ControlClient
import ControlProtocol

/// `accord conflict resolve`: what a person decided.
struct ConflictResolveCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "resolve",
        abstract: "Write down what a person decided about a conflict.",
        discussion: """
            The decision ends exactly the values that accord conflict show lists under this id, in \
            sight of what else it prints. If anything of that is another now, nothing is written: \
            look again. It is a signed event \
            of its own that travels to every site that shares the record; deciding otherwise \
            elsewhere at the same time is another conflict.

            Example: accord conflict resolve 01234567-89ab-cdef-0123-456789abcdef --choose 0123456789abcdef \
            --by dr-jones --role prescriber --reason "Confirmed with the ward by telephone"
            """)

    @Argument(help: "The conflict's id, as accord conflict list shows it.")
    var id: RecordArgument

    @Option(
        help: ArgumentHelp(
            "One of the choices that show lists, by its 16 digits.", valueName: "choice"))
    var choose: String?

    @Option(
        help: ArgumentHelp(
            "Another value: a file with a JSON object such as show prints, or - for standard "
                + "input.", valueName: "file"))
    var value: String?

    @Option(
        help: ArgumentHelp("Who decided: an account or staff number.", valueName: "practitioner"))
    var by: String

    @Option(help: "In which role; show lists those that may decide.")
    var role: String

    @Option(
        help: ArgumentHelp("Why; it is part of the record.", valueName: "text"))
    var reason: String

    @OptionGroup var options: GlobalOptions

    func validate() throws {
        guard (choose == nil) != (value == nil) else {
            throw ValidationError("Give a choice with --choose, or a file with --value.")
        }
        try RequestChecking.run(resolution(value: value == nil ? nil : "{}").check)
    }

    func run() async throws {
        let text = try value.map(Self.read)
        let resolution = resolution(value: text)
        try RequestChecking.run(resolution.check)
        try await options.present {
            .conflictResolved(try await $0.resolveConflict(resolution))
        }
    }

    /// What is sent.
    func resolution(value: String?) -> ConflictResolution {
        ConflictResolution(
            conflict: id.id, choice: choose, value: value, practitioner: by, role: role,
            reason: reason)
    }

    private static func read(_ path: String) throws -> String {
        do {
            let text = String(validating: try InputFile(path: path).read(), as: UTF8.self)
            guard let text else { throw ValidationError("The file of --value is no UTF-8 text.") }
            return text
        } catch let failure as InputFile.Failure {
            throw ValidationError(failure.description)
        }
    }
}
