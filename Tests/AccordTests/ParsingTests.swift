import ArgumentParser
import ControlClient
import ControlProtocol
import Testing

@testable import accord

@Suite("argument parsing")
struct ParsingTests {
    private static let fingerprint =
        "aaaaaaa-aaaaaaa-aaaaaaa-aaaaaaa-aaaaaaa-aaaaaaa-aaaaaaa-aaaaaaa"
    private static let id = "01234567-89AB-cdef-0123-456789abcdef"

    @Test("import has files and options")
    func importing() throws {
        let command = try parse(
            ImportCommand.self,
            "import", "a.json", "-", "--again", "--defer", "--format-of-input", "ndjson",
            "--source", "lab", "--format", "json", "--socket", "/tmp/s")
        #expect(command.files == ["a.json", "-"])
        #expect(
            command.importOptions
                == ImportOptions(
                    appliesAgain: true, retriesAtEnd: true, format: .ndjson, source: "lab"))
        #expect(command.options.format == .json)
        #expect(command.options.socketPath == "/tmp/s")
        let plain = try parse(ImportCommand.self, "import", "a.json")
        #expect(plain.importOptions == ImportOptions())
        #expect(plain.options.format == .table)
    }

    @Test("init passes on what it is given, and nothing else")
    func initialising() throws {
        let command = try parse(
            InitCommand.self,
            "init", "--name", "A B", "--listen", "127.0.0.1:0", "--advertise", "a:1",
            "--advertise", "[::1]:2", "--postal-address", "1 Street", "--config", "/c",
            "--data-directory", "/d", "--high-water-directory", "/h", "--control-socket", "/s")
        #expect(
            command.serviceArguments(name: "A B") == [
                "init", "--config", "/c", "--name", "A B", "--postal-address", "1 Street",
                "--data-directory", "/d", "--high-water-directory", "/h", "--control-socket",
                "/s", "--listen", "127.0.0.1:0", "--advertise", "a:1", "--advertise", "[::1]:2",
            ])
        let short = try parse(InitCommand.self, "init")
        #expect(
            short.serviceArguments(name: "N") == [
                "init", "--config", "/etc/accord/accord.yaml", "--name", "N",
            ])
    }

    @Test("config check passes on the file")
    func checking() throws {
        let command = try parse(ConfigCheckCommand.self, "config", "check", "my.yaml")
        #expect(command.serviceArguments == ["config-check", "--config", "my.yaml"])
    }

    @Test("ids are sent in lower case, words of a search as one text")
    func patients() throws {
        #expect(
            try parse(PatientShowCommand.self, "patient", "show", Self.id).id.id
                == Self.id.lowercased())
        let find = try parse(PatientFindCommand.self, "patient", "find", "ann", "1970")
        #expect(find.text == "ann 1970")
        #expect(find.limit == 20)
        let timeline = try parse(
            PatientTimelineCommand.self, "patient", "timeline", Self.id, "--limit", "5")
        #expect(timeline.limit == 5)
        #expect(try parse(PlanShowCommand.self, "plan", "show", Self.id).id.id.count == 36)
        let history = try parse(PlanHistoryCommand.self, "plan", "history", Self.id)
        #expect(history.limit == 50)
        let whole = try parse(PlanDiffCommand.self, "plan", "diff", Self.id)
        #expect(whole.from == nil && whole.to == nil)
        let some = try parse(PlanDiffCommand.self, "plan", "diff", Self.id, "2", "5")
        #expect(some.from == 2 && some.to == 5)
        #expect(try parse(ShareListCommand.self, "share", "list").peer == nil)
    }

    @Test(
        "what cannot be right is a usage error, 64",
        arguments: [
            ["import"], ["import", "-", "-"], ["import", "a", "--source", ""],
            ["import", "a", "--format-of-input", "hl7"], ["status", "--format", "xml"],
            ["status", "extra"], ["peer", "add", "h"],
            ["peer", "add", "Bad Name", "--endpoint", "h:1", "--fingerprint", fingerprint],
            ["peer", "add", "h", "--endpoint", "h", "--fingerprint", fingerprint],
            ["peer", "add", "h", "--endpoint", "h:1", "--fingerprint", "abc"],
            ["patient", "show", "7"],
            ["patient", "find"], ["patient", "find", " "],
            ["patient", "find", "a", "--limit", "0"],
            ["patient", "timeline", id, "--limit", "0"], ["plan", "show", "x"],
            ["plan", "history", id, "--limit", "0"], ["plan", "history", id, "--limit", "1001"],
            ["plan", "diff", id, "0"], ["plan", "diff", id, "2", "2"], ["plan", "diff", "2", "3"],
            ["init", "--listen", "nowhere"], ["nonsense"],
        ])
    func usage(arguments: [String]) {
        do {
            _ = try Accord.parseAsRoot(arguments)
            Issue.record("parsed")
        } catch {
            #expect(Accord.exitCode(for: error).rawValue == 64)
        }
    }

    @Test("failures end with 1 where the node looked, and with 2 where nobody could")
    func endings() throws {
        let notFound = CommandEnding(
            ControlFailure(code: .notFound, message: "M.", next: "N\u{1B}[2J."))
        #expect(notFound?.exitStatus == 1)
        #expect(notFound?.text == "accord: M.\n  N\u{FFFD}[2J.\n")
        let unreachable = CommandEnding(
            ControlFailure(code: .peerUnreachable, message: "M.", next: "N."))
        #expect(unreachable?.exitStatus == 2)
        let absent = CommandEnding(NodeControlFailure(code: .notRunning, socketPath: "/s"))
        #expect(absent?.exitStatus == 2)
        #expect(
            absent?.text == """
                accord: No node answers at /s.
                  Start it with `systemctl start accordd`, or name its socket with --socket PATH.

                """)
        #expect(CommandEnding(ExitCode(1)) == nil)
    }

    private func parse<Command: ParsableCommand>(
        _ type: Command.Type, _ arguments: String...
    ) throws -> Command {
        try parse(type, arguments)
    }

    private func parse<Command: ParsableCommand>(
        _ type: Command.Type, _ arguments: [String]
    ) throws -> Command {
        try #require(try Accord.parseAsRoot(arguments) as? Command)
    }

    @Test("a decision is one choice or one file, with who decided and why")
    func resolving() throws {
        let who = ["--by", "dr-1", "--role", "prescriber", "--reason", "w"]
        let command = try parse(
            ConflictResolveCommand.self, ["conflict", "resolve", Self.id, "--choose", "00ff"] + who)
        #expect(
            command.resolution(value: nil)
                == ConflictResolution(
                    conflict: Self.id.lowercased(), choice: "00ff", practitioner: "dr-1",
                    role: "prescriber", reason: "w"))
        for wrong in [[], ["--choose", "1", "--value", "f"], ["--choose", ""]] {
            #expect(throws: (any Error).self) {
                try parse(
                    ConflictResolveCommand.self, ["conflict", "resolve", Self.id] + wrong + who)
            }
        }
    }
}
