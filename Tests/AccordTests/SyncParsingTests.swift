import ArgumentParser
import ControlClient
import ControlProtocol
import Testing

@testable import accord

@Suite("argument parsing of peers, shares, asks and quarantine")
struct SyncParsingTests {
    private static let id = "01234567-89AB-cdef-0123-456789abcdef"
    private static let askWords: [String] = [
        "ask", "h", "--requester", "Dr Sample", "--reason", "Emergency admission.",
    ]

    @Test("share grant splits the compartments and has defaults")
    func granting() throws {
        let plain = try parse(ShareGrantCommand.self, "share", "grant", "hospital")
        #expect(
            plain.grant
                == ShareGrant(
                    peer: "hospital", compartments: ["general"], scope: .registered,
                    purpose: "TREAT", isAttested: false, onWithdrawal: .seal))
        let command = try parse(
            ShareGrantCommand.self,
            "share", "grant", "h", "--compartments", "general, social-care", "--who",
            "relationship", "--purpose", "HOPERAT", "--attested", "--on-withdrawal", "erase",
            "--organisation", "urn:x|1", "--organisation", "|2")
        #expect(
            command.grant
                == ShareGrant(
                    peer: "h", compartments: ["general", "social-care"], scope: .relationship,
                    purpose: "HOPERAT", isAttested: true, onWithdrawal: .erase,
                    organisations: ["urn:x|1", "|2"]))
        let list = try parse(
            ShareGrantCommand.self, "share", "grant", "h", "--who", "list", "--patient", Self.id)
        #expect(list.grant.patients == [Self.id.lowercased()])
        #expect(
            try parse(ShareGrantCommand.self, "share", "grant", "h", "--who", "on-request")
                .grant.scope == .onRequest)
    }

    @Test("share withdraw takes everything, or the part that is named")
    func withdrawing() throws {
        let all = try parse(
            ShareWithdrawCommand.self, "share", "withdraw", "h", "--reason", "It ended.")
        #expect(all.withdrawal == ShareWithdrawal(peer: "h", reason: "It ended."))
        let part = try parse(
            ShareWithdrawCommand.self, "share", "withdraw", "h", "--compartments",
            "general,social-care", "--patient", Self.id, "--reason", "r")
        #expect(
            part.withdrawal
                == ShareWithdrawal(
                    peer: "h", compartments: ["general", "social-care"],
                    patient: Self.id.lowercased(), reason: "r"))
    }

    @Test("share explain names a peer and a patient")
    func explaining() throws {
        let command = try parse(ShareExplainCommand.self, "share", "explain", "h", Self.id)
        #expect(command.peer == "h")
        #expect(command.patient.id == Self.id.lowercased())
    }

    @Test("peer limit changes only what is named")
    func limits() throws {
        #expect(
            try limit("--bandwidth", "256KiB") == PeerLimit(name: "h", bytesPerSecond: 262_144))
        #expect(try limit("--no-bandwidth") == PeerLimit(name: "h", bytesPerSecond: 0))
        #expect(
            try limit("--window", "22:00-06:00", "--window", "12:00-13:00")
                == PeerLimit(name: "h", windows: ["22:00-06:00", "12:00-13:00"]))
        #expect(try limit("--no-windows") == PeerLimit(name: "h", windows: []))
        #expect(try limit("--proxy", "p:3128") == PeerLimit(name: "h", proxy: "p:3128"))
        #expect(
            try limit("--no-proxy", "--bandwidth", "4MiB")
                == PeerLimit(name: "h", bytesPerSecond: 4 << 20, proxy: ""))
    }

    @Test("pause and resume differ in one thing")
    func pausing() throws {
        #expect(
            try parse(PeerPauseCommand.self, "peer", "pause", "h").pause
                == PeerPause(name: "h", isPaused: true))
        #expect(
            try parse(PeerResumeCommand.self, "peer", "resume", "h").pause
                == PeerPause(name: "h", isPaused: false))
        #expect(try parse(PeerShowCommand.self, "peer", "show", "h").name == "h")
    }

    @Test(
        "sizes have a unit of bytes",
        arguments: [
            ("1", 1), ("65536", 65_536), ("12B", 12), ("64KiB", 65_536), ("4MiB", 4 << 20),
            ("1GiB", 1 << 30), ("0", nil), ("", nil), ("KiB", nil), ("-1", nil), ("1.5MiB", nil),
            ("64kb", nil), ("64 KiB", nil), ("9223372036854775807KiB", nil), ("٣", nil),
        ])
    func sizes(text: String, bytes: Int?) {
        #expect(ByteSizeArgument(argument: text)?.bytes == bytes)
    }

    @Test("ask sends what was typed, and reads an identifier only where a hyphen stands")
    func askRequests() throws {
        let command = try parse(
            AskCommand.self,
            Self.askWords + [
                "--identifier", "urn:example:mrn|-17", "--identifier", "-", "--family", "Sample",
                "--given", "Ann", "--birth-date", "1970-01-31", "--purpose", "TREAT",
            ])
        #expect(command.identifiers == ["urn:example:mrn|-17", "-"])
        #expect(
            command.request(identifiers: ["a|b"])
                == AskRequest(
                    peer: "h", identifiers: ["a|b"], family: "Sample", given: "Ann",
                    birthDate: "1970-01-31", purpose: "TREAT", requester: "Dr Sample",
                    reason: "Emergency admission."))
        let plain = try parse(AskCommand.self, Self.askWords + ["--identifier", "|1"])
        #expect(plain.purpose == "ETREAT")
    }

    @Test("quarantine and clock")
    func quarantine() throws {
        #expect(
            try parse(QuarantineListCommand.self, "quarantine", "list").filter
                == QuarantineFilter())
        #expect(
            try parse(QuarantineListCommand.self, "quarantine", "list", "--peer", "h", "--all")
                .filter == QuarantineFilter(peer: "h", includesClosed: true))
        #expect(try parse(QuarantineShowCommand.self, "quarantine", "show", "7").item.number == 7)
        #expect(try parse(QuarantineRetryCommand.self, "quarantine", "retry").item == nil)
        #expect(
            try parse(QuarantineRetryCommand.self, "quarantine", "retry", "7").item?.number == 7)
        #expect(
            try parse(QuarantineCloseCommand.self, "quarantine", "close", "7", "--reason", "r")
                .closing == QuarantineClosing(item: 7, reason: "r"))
        _ = try parse(ClockShowCommand.self, "clock", "show")
        _ = try parse(ClockConfirmCommand.self, "clock", "confirm")
    }

    @Test(
        "what cannot be right is a usage error, 64",
        arguments: [
            ["share", "grant", "h", "--who", "some"], ["share", "grant", "h", "--who", "list"],
            ["share", "grant", "h", "--purpose", "treat"],
            ["share", "grant", "h", "--compartments", ","],
            ["share", "grant", "h", "--patient", id],
            ["share", "grant", "h", "--who", "list", "--patient", "7"],
            ["share", "grant", "h", "--organisation", "a|b"],
            ["share", "grant", "h", "--who", "relationship", "--organisation", "ab"],
            ["share", "grant", "h", "--on-withdrawal", "keep"], ["share", "withdraw", "h"],
            ["share", "withdraw", "h", "--reason", " "],
            ["share", "withdraw", "h", "--reason", "r", "--compartments", ""],
            ["share", "withdraw", "h", "--reason", "r", "--patient", "x"],
            ["share", "explain", "h"], ["share", "explain", "h", "x"], ["peer", "show"],
            ["peer", "limit", "h"], ["peer", "limit", "h", "--bandwidth", "1"],
            ["peer", "limit", "h", "--bandwidth", "fast"],
            ["peer", "limit", "h", "--bandwidth", "1MiB", "--no-bandwidth"],
            ["peer", "limit", "h", "--window", "22:00"],
            ["peer", "limit", "h", "--window", "22:00-06:00", "--no-windows"],
            ["peer", "limit", "h", "--proxy", "p"],
            ["peer", "limit", "h", "--proxy", "p:1", "--no-proxy"], askWords,
            askWords + ["--identifier", "ab"],
            askWords + ["--identifier", "-", "--identifier", "-"],
            askWords + ["--identifier", "|1", "--purpose", "x"],
            askWords + ["--family", "a", "--given", "b"],
            askWords + ["--family", "a", "--given", "b", "--birth-date", "1970-02-30"],
            ["ask", "h", "--identifier", "|1", "--reason", "r"],
            ["ask", "h", "--identifier", "|1", "--requester", "r"], ["quarantine", "show", "0"],
            ["quarantine", "show", "x"], ["quarantine", "retry", "-1"],
            ["quarantine", "close", "7"], ["quarantine", "close", "7", "--reason", ""],
            ["clock", "confirm", "now"],
        ])
    func usage(arguments: [String]) {
        do {
            _ = try Accord.parseAsRoot(arguments)
            Issue.record("parsed")
        } catch {
            #expect(Accord.exitCode(for: error).rawValue == 64)
        }
    }

    private func limit(_ arguments: String...) throws -> PeerLimit {
        try parse(PeerLimitCommand.self, ["peer", "limit", "h"] + arguments).limit
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
}
