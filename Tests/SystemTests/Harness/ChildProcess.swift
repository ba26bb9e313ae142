import Foundation
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
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, input, O_RDONLY, 0)
        let flags = O_WRONLY | O_CREAT | O_APPEND
        posix_spawn_file_actions_addopen(&actions, 1, output, flags, 0o600)
        if errors == output {
            posix_spawn_file_actions_adddup2(&actions, 1, 2)
        } else {
            posix_spawn_file_actions_addopen(&actions, 2, errors, flags, 0o600)
        }
        let words = ([program] + arguments).map { strdup($0) } + [nil]
        let settings = environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { for pointer in words + settings { free(pointer) } }
        var id: pid_t = 0
        let code = posix_spawn(&id, program, &actions, nil, words, settings)
        guard code == 0 else { throw Failure(program: program, code: code) }
        self.id = id
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
            let signal = status & 0x7F
            ending = signal == 0 ? (status >> 8) & 0xFF : 128 + signal
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

    /// A process could not be started.
    struct Failure: Error {
        let program: String
        let code: Int32
    }
}
