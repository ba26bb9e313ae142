import Foundation
import Testing

/// What a command left behind.
struct CommandResult {
    let line: String
    let status: Int32
    let output: String
    let errors: String

    /// Everything that it wrote.
    var text: String { output + errors }

    /// Reads the answer of `--format json`.
    func answer<Answer: Decodable>(_ type: Answer.Type) throws -> Answer {
        do {
            return try JSONDecoder().decode(type, from: Data(output.utf8))
        } catch {
            throw Unreadable(result: self, error: error)
        }
    }

    /// Expects an exit status, and shows what was written if it is another one.
    func expect(
        _ expected: Int32, sourceLocation: SourceLocation = #_sourceLocation
    ) throws -> CommandResult {
        try #require(status == expected, "\(self)", sourceLocation: sourceLocation)
        return self
    }

    /// An answer that is not what was expected.
    struct Unreadable: Error, CustomStringConvertible {
        let result: CommandResult
        let error: any Error

        var description: String { "\(result): \(error)" }
    }
}

extension CommandResult: CustomStringConvertible {
    var description: String { "`\(line)` ended with \(status): \(text.prefix(2_000))" }
}
