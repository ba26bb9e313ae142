import ArgumentParser
import ControlProtocol
import Foundation
import Testing

@testable import accord

@Suite("documentation")
struct DocumentationTests {
    @Test("the manual page names every command")
    func manual() throws {
        let page = try text("docs/man/accord.1").replacing("\\", with: "")
        for command in Self.commands(of: Accord.self, named: "accord") {
            #expect(page.contains(command), "\(command)")
        }
    }

    @Test("the guide has a section for each reason and for nothing else")
    func reasons() throws {
        let sections = try text("docs/operations.md").split(separator: "\n")
            .filter { $0.hasPrefix("### `") }
            .map { $0.trimmingCharacters(in: CharacterSet(charactersIn: "#` ")) }
        #expect(sections == LateReason.Code.allCases.map(\.rawValue))
    }

    @Test(
        "the guides' commands are understood",
        arguments: ["docs/operations.md", "docs/auditing.md"])
    func examples(guide: String) throws {
        let lines = try text(guide).replacing("\\\n", with: " ")
            .split(separator: "\n").filter { $0.hasPrefix("accord ") }
        #expect(lines.count >= 8)
        for line in lines {
            #expect(throws: Never.self, "\(line)") {
                try Accord.parseAsRoot(Array(Self.words(of: line).dropFirst()))
            }
        }
    }

    @Test("the auditors' guide has a row for each question, in their order")
    func questions() throws {
        let rows = try text("docs/auditing.md").split(separator: "\n")
        let start = try #require(rows.firstIndex(of: "| question | shows |"))
        let names = rows[(start + 2)...].prefix { $0.hasPrefix("|") }
            .map { $0.split(separator: "`")[1] }
        #expect(names.map(String.init) == AuditQuestion.allCases.map(\.rawValue))
        let manual = try text("docs/man/accord.1").replacing("\\", with: "")
        for question in AuditQuestion.allCases {
            #expect(manual.contains(question.rawValue), "\(question)")
        }
    }

    @Test("the auditors' guide has the table of purposes that the accounting follows")
    func purposes() throws {
        let rows = DisclosurePurpose.table.map { purpose in
            "| `\(purpose.code)` | \(purpose.text) | \(purpose.exception.map { "no: " + $0 } ?? "yes") |"
        }
        let shown = try text("docs/auditing.md").split(separator: "\n")
            .filter { $0.hasSuffix("| yes |") || $0.contains("| no: (") }
        #expect(shown.map(String.init) == rows)
    }

    /// The paths of all commands without subcommands.
    private static func commands(of type: any ParsableCommand.Type, named path: String) -> [String]
    {
        let subcommands = type.configuration.subcommands
        guard !subcommands.isEmpty else { return [path] }
        return subcommands.flatMap {
            commands(of: $0, named: path + " " + ($0.configuration.commandName ?? ""))
        }
    }

    /// Splits at blanks outside double quotes; `ID` stands for a patient.
    private static func words(of line: Substring) -> [String] {
        var words: [String] = []
        let parts = line.split(separator: "\"", omittingEmptySubsequences: false)
        for (index, part) in parts.enumerated() {
            // Every second part stood between quotes.
            words +=
                index.isMultiple(of: 2)
                ? part.split(separator: " ").map(String.init) : [String(part)]
        }
        return words.map { $0 == "ID" ? "01234567-89ab-cdef-0123-456789abcdef" : $0 }
    }

    private func text(_ path: String) throws -> String {
        let root = URL(filePath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        return try String(decoding: Data(contentsOf: root.appending(path: path)), as: UTF8.self)
    }
}
