import ArgumentParser
import ControlClient
import ControlProtocol

/// `accord patient find`: finds patients.
struct PatientFindCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "find",
        abstract: "Find patients by name, birth date or identifier.",
        discussion: """
            All words must match. The search is audited. A shell keeps what you type in its \
            history; with - the text is read from standard input.

            Example: accord patient find sample 1970-01-31
            """)

    @Argument(help: ArgumentHelp("What to look for; - is standard input.", valueName: "text"))
    var words: [String]

    @Option(help: ArgumentHelp("Most patients to list.", valueName: "number"))
    var limit = 20

    @OptionGroup var options: GlobalOptions

    func validate() throws {
        guard (1...1_000).contains(limit) else {
            throw ValidationError("The limit is a number from 1 to 1000.")
        }
        guard text.contains(where: { !$0.isWhitespace }) else {
            throw ValidationError("Name something to look for.")
        }
    }

    func run() async throws {
        let text = words == ["-"] ? readLine() ?? "" : text
        let query = PatientQuery(text: text, limit: limit)
        try await options.present {
            .matches(try await $0.findPatients(query), limit: query.limit)
        }
    }

    /// The words as one text.
    var text: String { words.joined(separator: " ") }
}
