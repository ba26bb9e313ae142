import ArgumentParser
import ControlClient
import ControlProtocol

/// `accord conflict show`: one open conflict.
struct ConflictShowCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show what met in a conflict, with who wrote it, where and when.",
        discussion: """
            Every value is shown; none of them is this site's or the other's. A value that was \
            written together with other changes names them.

            Example: accord conflict show 01234567-89ab-cdef-0123-456789abcdef
            """)

    @Argument(help: "The conflict's id, as accord conflict list shows it.")
    var id: RecordArgument

    @OptionGroup var options: GlobalOptions

    func run() async throws {
        let reference = ConflictReference(conflict: id.id)
        try await options.present { .conflict(try await $0.conflict(reference)) }
    }
}
