import Foundation
import Testing

/// One site: its folder, its daemon, and the command line that talks to it.
final class Site {
    let label: String
    let name: String
    let host: String
    let port: UInt16
    let folder: TemporaryFolder
    private(set) var daemon: ChildProcess?
    private var starts = 0
    private var commands = 0
    private var settings: [String: String]
    private let launcher: [String]

    /// Describes a site; nothing is made yet.
    ///
    /// - Parameters:
    ///   - settings: environment of the daemon, beside quick retries.
    ///   - host: the address where it listens.
    ///   - launcher: a program and its arguments that start the daemon, whose command line follows.
    init(
        _ label: String, name: String, in folder: TemporaryFolder, settings: [String: String] = [:],
        host: String = "127.0.0.1", launcher: [String] = []
    ) throws {
        self.label = label
        self.name = name
        self.folder = folder
        self.host = host
        self.launcher = launcher
        port = try LoopbackSocket.freePort()
        let quick = ["ACCORD_SYNC_RETRY_MIN": "100ms", "ACCORD_SYNC_RETRY_MAX": "1s"]
        self.settings = quick.merging(settings) { $1 }
    }

    /// A site that is made and runs.
    static func started(
        _ label: String, name: String, in folder: TemporaryFolder, settings: [String: String] = [:]
    ) async throws -> Site {
        let site = try Site(label, name: name, in: folder, settings: settings)
        _ = try await site.initialise().expect(0)
        try await site.start()
        return site
    }

    /// Where peers dial without a proxy.
    var endpoint: String { "\(host):\(port)" }

    var configuration: String { folder.path + "/\(label)/accord.yaml" }
    var socket: String { folder.path + "/\(label)/control.sock" }
    var dataFolder: String { folder.path + "/\(label)/data" }
    /// The folder of everything that the site keeps.
    var home: String { folder.path + "/\(label)" }

    /// Everything that the daemon has written, over all its lives.
    var log: String { (0..<starts).map { TextFile.read(logPath($0)) }.joined() }

    /// `accord init`.
    ///
    /// - Parameter settings: environment of the command.
    func initialise(settings: [String: String] = [:]) async throws -> CommandResult {
        let command = [
            "init", "--name", name, "--config", configuration, "--data-directory", dataFolder,
            "--high-water-directory", folder.path + "/\(label)/high-water", "--control-socket",
            socket, "--listen", endpoint, "--advertise", endpoint,
        ]
        return try await launch(command, settings: settings).result()
    }

    /// Starts the daemon and waits until it answers.
    func start(within limit: Duration = .seconds(30)) async throws {
        let log = logPath(starts)
        starts += 1
        let words = launcher + [try ProgramFiles.path(of: "accordd"), "--config", configuration]
        let process = try ChildProcess(
            words[0], Array(words.dropFirst()),
            environment: Surrounding.environment(with: settings), output: log, errors: log)
        daemon = process
        try await Deadline.wait(for: "\(label) listens", within: limit) {
            if let status = process.exitStatus {
                throw Stopped(label: label, status: status, log: TextFile.read(log))
            }
            return LoopbackSocket.isListening(atPath: socket)
        }
    }

    /// Changes the environment that the daemon is started with from now on.
    func set(_ variable: String, to value: String) {
        settings[variable] = value
    }

    /// Ends the daemon as a power cut does.
    func kill() async throws {
        daemon?.send(SIGKILL)
        _ = try await daemon?.end(within: .seconds(10))
    }

    /// Asks the daemon to stop.
    ///
    /// - Returns: its exit status.
    func stop(within limit: Duration = .seconds(20)) async throws -> Int32 {
        let process = try #require(daemon)
        process.send(SIGTERM)
        return try await process.end(within: limit)
    }

    /// Whether the daemon has been started and has not ended.
    var isRunning: Bool { daemon?.isRunning ?? false }

    /// Waits until the daemon has ended by itself.
    ///
    /// - Returns: its exit status.
    func end(within limit: Duration) async throws -> Int32 {
        try await #require(daemon).end(within: limit)
    }

    /// Runs `accord` to its end.
    func accord(
        _ arguments: String..., input: String = "/dev/null", within limit: Duration = .seconds(120)
    ) async throws -> CommandResult {
        try await run(arguments, input: input, within: limit)
    }

    /// Runs `accord` to its end.
    func run(
        _ arguments: [String], input: String = "/dev/null", within limit: Duration = .seconds(120)
    ) async throws -> CommandResult {
        try await launch(arguments, input: input).result(within: limit)
    }

    /// Runs `accord … --format json`, expects it to succeed, and reads its answer.
    func ask<Answer: Decodable>(
        _ type: Answer.Type, _ arguments: String...,
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws -> Answer {
        try await run(arguments + ["--format", "json"])
            .expect(0, sourceLocation: sourceLocation).answer(type)
    }

    /// Starts `accord` and goes on.
    ///
    /// - Parameter settings: environment of the command.
    func launch(
        _ arguments: [String], input: String = "/dev/null", settings: [String: String] = [:]
    ) throws -> RunningCommand {
        commands += 1
        let output = try folder.path("\(label)/commands/\(commands)")
        let environment = settings.merging(["ACCORD_SOCKET": socket]) { $1 }
        let process = try ChildProcess(
            ProgramFiles.path(of: "accord"), arguments,
            environment: Surrounding.environment(with: environment), input: input,
            output: output + ".out", errors: output + ".err")
        return RunningCommand(
            line: (["accord"] + arguments).joined(separator: " "), process: process,
            outputPath: output + ".out", errorPath: output + ".err")
    }

    private func logPath(_ start: Int) -> String { folder.path + "/\(label)/log-\(start).txt" }

    /// The daemon ended by itself.
    struct Stopped: Error, CustomStringConvertible {
        let label: String
        let status: Int32
        let log: String

        var description: String { "\(label) ended with \(status): \(log.suffix(2_000))" }
    }
}

/// A command that may still run.
struct RunningCommand {
    let line: String
    let process: ChildProcess
    let outputPath: String
    let errorPath: String

    /// Waits for the end.
    func result(within limit: Duration = .seconds(120)) async throws -> CommandResult {
        let status = try await process.end(within: limit)
        return CommandResult(
            line: line, status: status, output: TextFile.read(outputPath),
            errors: TextFile.read(errorPath))
    }
}
