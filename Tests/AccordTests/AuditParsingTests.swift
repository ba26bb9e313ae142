import ArgumentParser
import ControlClient
import ControlProtocol
import Testing

@testable import accord

@Suite("parsing of accord audit")
struct AuditParsingTests {
    private func parse<Command: ParsableCommand>(
        _ type: Command.Type, _ arguments: String...
    ) throws -> Command {
        try #require(try Accord.parseAsRoot(["audit"] + arguments) as? Command)
    }

    private static let id = "01234567-89ab-cdef-0123-456789abcdef"

    @Test("an accounting is of whole days, and of six years if none is named")
    func accounting() throws {
        let plain = try parse(AuditAccountingCommand.self, "accounting", "--patient", Self.id)
        #expect(plain.query == AccountingQuery(patient: Self.id))
        let day = try parse(
            AuditAccountingCommand.self, "accounting", "--patient", Self.id, "--from",
            "1970-01-02", "--to", "1970-01-02", "--all", "--each", "--format", "html")
        #expect(
            day.query
                == AccountingQuery(
                    patient: Self.id, fromMilliseconds: 86_400_000, toMilliseconds: 172_800_000,
                    showsAllPurposes: true, showsEach: true))
        #expect(day.format == .html)
        #expect(plain.suspension == nil && day.suspension == nil)
        let whole = try parse(
            AuditAccountingCommand.self, "accounting", "--patient", Self.id, "--include-suspended")
        #expect(whole.query == AccountingQuery(patient: Self.id, includesSuspended: true))
        let suspended = try parse(
            AuditAccountingCommand.self, "accounting", "--suspend", "agency", "--until",
            "1970-01-02", "--reason", "r")
        #expect(suspended.query == nil)
        #expect(
            suspended.suspension
                == AccountingSuspension(peer: "agency", untilMilliseconds: 172_800_000, reason: "r")
        )
    }

    @Test("tail shows 20 entries, or as many as are asked for")
    func tail() throws {
        #expect(try parse(AuditTailCommand.self, "tail").tail == AuditTail(count: 20))
        #expect(
            try parse(AuditTailCommand.self, "tail", "--count", "500").tail
                == AuditTail(count: 500))
    }

    @Test("search asks one question, of one patient if one is named")
    func search() throws {
        let id = "01234567-89AB-cdef-0123-456789abcdef"
        let command = try parse(
            AuditSearchCommand.self, "search", "break-glass", "--patient", id, "--before", "17")
        #expect(
            command.search
                == AuditSearch(
                    question: .breakGlass, patient: id.lowercased(), before: 17, count: 20))
    }

    @Test("verify takes a bundle with the auditor's own keys and head")
    func verify() throws {
        let plain = try parse(AuditVerifyCommand.self, "verify")
        #expect(plain.bundle == nil && plain.since == nil && plain.requireWitnesses == 0)
        let command = try parse(
            AuditVerifyCommand.self, "verify", "--bundle", "log", "--keys", "k", "--since", "h",
            "--require-witnesses", "2")
        #expect(command.bundle == "log" && command.keys == "k" && command.since == "h")
        #expect(command.requireWitnesses == 2)
    }

    @Test(
        "what cannot be meant is refused with 64",
        arguments: [
            ["tail", "--count", "0"], ["tail", "--count", "10001"], ["verify", "--keys", "k"],
            ["verify", "--require-witnesses", "-1"], ["prove"], ["prove", "-1"], ["prove", "x"],
            ["consistency", "one"], ["export"], ["export", "--format", "zip", "-o", "x"],
            ["export", "--format", "ndjson"], ["hold"],
            ["export", "--prune-before", "2020-01-01"],
            ["export", "--prune-before", "2020-01-01", "--format", "csv", "-o", "x"],
            ["export", "--prune-before", "2020-02-30", "-o", "x"], ["hold", "--reason", ""],
            ["hold", "--reason", "r", "--release"], ["hold", "--release", "--until", "2031-12-31"],
            ["hold", "--reason", "r", "--until", "2031-02-29"], ["hold", "--until", "2031-12-31"],
            ["search"], ["search", "everything"], ["search", "access", "--patient", "Ann"],
            ["search", "access", "--before", "-1"], ["accounting"],
            ["accounting", "--patient", "Ann"], ["accounting", "--suspend", "a"],
            ["accounting", "--suspend", "a", "--until", "2026-01-01", "--reason", ""],
            ["accounting", "--suspend", "a", "--until", "2026-01-01", "--patient", id],
            ["accounting", "--patient", id, "--until", "2026-01-01"],
            ["accounting", "--patient", id, "--reason", "r"],
            ["accounting", "--patient", id, "--from", "2026-02-30"],
            ["accounting", "--patient", id, "--from", "2026-2-3"],
            ["accounting", "--patient", id, "--from", "2026-03-02", "--to", "2026-03-01"],
            ["accounting", "--patient", id, "--format", "ndjson"],
        ])
    func refused(arguments: [String]) {
        #expect {
            _ = try Accord.parseAsRoot(["audit"] + arguments)
        } throws: { error in
            Accord.exitCode(for: error).rawValue == 64
        }
    }

    @Test("a hold has a reason and lasts to the end of a day, or until it is released")
    func hold() throws {
        let held = try parse(AuditHoldCommand.self, "hold", "--reason", "r")
        #expect(held.order == AuditHoldOrder(reason: "r"))
        let day = try parse(
            AuditHoldCommand.self, "hold", "--reason", "r", "--until", "1970-01-02")
        #expect(day.order == AuditHoldOrder(reason: "r", untilMilliseconds: 172_800_000))
        #expect(try parse(AuditHoldCommand.self, "hold", "--release").order == .release)
    }

    @Test("a proof, a comparison and an export name what they are about")
    func others() throws {
        let proof = try parse(AuditProveCommand.self, "prove", "17", "-o", "p")
        #expect(proof.sequence == 17 && proof.output == "p")
        let comparison = try parse(AuditConsistencyCommand.self, "consistency", "a", "b")
        #expect(comparison.old == "a" && comparison.new == "b")
        let head = try parse(AuditExportCommand.self, "export", "--format", "head")
        #expect(head.format == .head && head.output == nil)
        #expect(try parse(AuditExportCommand.self, "export", "-o", "x").format == .bundle)
        let table = try parse(AuditExportCommand.self, "export", "--format", "csv", "-o", "x")
        #expect(table.format == .csv)
        let pruned = try parse(
            AuditExportCommand.self, "export", "--prune-before", "1970-01-02", "-o", "x")
        #expect(pruned.pruneBefore?.day.startMilliseconds == 86_400_000 && pruned.format == .bundle)
    }

    @Test(
        "a file that is no head, or not there, ends a command with 2 and is named",
        arguments: [
            ["verify", "--since", "/nowhere/x.head"],
            ["verify", "--bundle", "/", "--since", "/dev/null"],
            ["verify", "--bundle", "/", "--keys", "/dev/null"],
            ["consistency", "/dev/null", "/dev/null"],
        ])
    func unreadable(arguments: [String]) async throws {
        let command = try #require(
            try Accord.parseAsRoot(["audit"] + arguments) as? any AsyncParsableCommand)
        var runnable = command
        let error = await #expect(throws: (any Error).self) { try await runnable.run() }
        let ending = error.flatMap { CommandEnding($0) }
        #expect(ending?.exitStatus == 2)
        let path = try #require(arguments.last)
        #expect(ending?.text.contains(path) ?? false)
    }
}
