import Foundation
import ProgramSupport
import Synchronization

/// A process that the tests started; it ends with this object at the latest.
final class ChildProcess: Sendable {
    let id: pid_t
    private let ending = Mutex<Int32?>(nil)

    /// Starts a program. Output and errors go to files, which no pipe can block.
    init(
        _ program: String, _ arguments: [String], environment: [String: String],
        input: String = "/dev/null", output: String, errors: String
    ) throws {
        id = try SpawnedProgram.start(
            program, arguments, environment: environment, input: input, output: output,
            errors: errors)
    }

    deinit {
        guard isRunning else { return }
        Glibc.kill(id, SIGKILL)
        var status: Int32 = 0
        _ = waitpid(id, &status, 0)
    }

    /// Whether the process has not ended.
    var isRunning: Bool { exitStatus == nil }

    /// The exit status, 128 and the signal for a process that a signal ended, or nil.
    var exitStatus: Int32? {
        ending.withLock { ending in
            if let ending { return ending }
            var status: Int32 = 0
            guard waitpid(id, &status, WNOHANG) == id else { return nil }
            ending = SpawnedProgram.exitStatus(of: status)
            return ending
        }
    }

    /// Sends a signal, unless the process has ended: its number may be another's by then.
    func send(_ signal: Int32) {
        ending.withLock { ending in
            guard ending == nil else { return }
            Glibc.kill(id, signal)
        }
    }

    /// Waits for the end.
    func end(within limit: Duration = .seconds(60)) async throws -> Int32 {
        try await Deadline.wait(for: "process ends", within: limit, every: .milliseconds(3)) {
            !isRunning
        }
        return exitStatus ?? -1
    }
}
