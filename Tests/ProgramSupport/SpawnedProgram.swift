import Foundation

/// Programs that tests start. Foundation's `Process` is not used: on Linux it copies 256 bytes from
/// each entry of a folder, whatever the entry's length, and now and then reads past its memory.
public enum SpawnedProgram {
    /// A program could not be started.
    public struct Failure: Error {
        /// Its path.
        public let program: String
        /// As `posix_spawn` gives it.
        public let code: Int32
    }

    /// Starts a program; whoever calls waits for it. Output and errors are appended to files, which
    /// no pipe can block.
    ///
    /// - Parameters:
    ///   - program: a path, or a name to look for where programs are.
    ///   - environment: `nil` for this process's.
    /// - Returns: its process id.
    public static func start(
        _ program: String, _ arguments: [String], environment: [String: String]? = nil,
        input: String = "/dev/null", output: String = "/dev/null", errors: String = "/dev/null"
    ) throws(Failure) -> Int32 {
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
        let given = environment ?? ProcessInfo.processInfo.environment
        let settings = given.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { for pointer in words + settings { free(pointer) } }
        var id: pid_t = 0
        let code = posix_spawnp(&id, program, &actions, nil, words, settings)
        guard code == 0 else { throw Failure(program: program, code: code) }
        return id
    }

    /// The exit status that a wait status holds, or 128 and the signal that ended the process.
    public static func exitStatus(of status: Int32) -> Int32 {
        let signal = status & 0x7F
        return signal == 0 ? (status >> 8) & 0xFF : 128 + signal
    }

    /// Runs a program to its end, on the calling thread.
    ///
    /// - Returns: its exit status.
    public static func run(
        _ program: String, _ arguments: [String], input: String = "/dev/null",
        output: String = "/dev/null", errors: String = "/dev/null"
    ) throws(Failure) -> Int32 {
        let id = try start(program, arguments, input: input, output: output, errors: errors)
        var status: Int32 = 0
        while waitpid(id, &status, 0) < 0, errno == EINTR {}
        return exitStatus(of: status)
    }

    /// Runs a program to its end while others go on.
    ///
    /// - Returns: its exit status.
    public static func runBeside(
        _ program: String, _ arguments: [String], input: String = "/dev/null",
        output: String = "/dev/null", errors: String = "/dev/null"
    ) async throws -> Int32 {
        try await withCheckedThrowingContinuation { continuation in
            Thread.detachNewThread {
                continuation.resume(
                    with: Result {
                        try run(program, arguments, input: input, output: output, errors: errors)
                    })
            }
        }
    }

    /// Runs a program to its end and returns what it wrote to its standard output as well.
    public static func output(
        of program: String, _ arguments: [String]
    ) throws -> (status: Int32, bytes: [UInt8]) {
        let file = FileManager.default.temporaryDirectory
            .appending(path: "accord-output-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: file) }
        let status = try run(program, arguments, output: file.path)
        return (status, Array(try Data(contentsOf: file)))
    }
}
