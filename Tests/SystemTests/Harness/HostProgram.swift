import Foundation

/// Programs of the machine, as an administrator calls them: mount, ip, nft.
enum HostProgram {
    private static let folders = ["/usr/sbin/", "/usr/bin/", "/sbin/", "/bin/"]

    /// Where a program is; nil if it is not installed.
    static func path(of name: String) -> String? {
        folders.map { $0 + name }.first { FileManager.default.isExecutableFile(atPath: $0) }
    }

    /// Runs a program to its end.
    ///
    /// - Returns: what it printed.
    /// - Throws: `Failed` if it is not there or ends with anything but 0.
    @discardableResult
    static func run(
        _ name: String, _ arguments: String..., in folder: TemporaryFolder
    ) async throws -> String {
        let line = ([name] + arguments).joined(separator: " ")
        guard let program = path(of: name) else {
            throw Failed(line: line, text: "is not installed")
        }
        let output = try folder.path("host/\(UUID().uuidString)")
        let process = try ChildProcess(
            program, arguments, environment: Surrounding.environment(with: [:]), output: output,
            errors: output)
        let status = try await process.end()
        let text = TextFile.read(output)
        guard status == 0 else { throw Failed(line: line, text: text) }
        return text
    }

    /// Runs a program to its end where nothing can be awaited, and does not care how it ends.
    static func attempt(_ name: String, _ arguments: String...) {
        guard let program = path(of: name) else { return }
        let process = try? ChildProcess(
            program, arguments, environment: Surrounding.environment(with: [:]),
            output: "/dev/null", errors: "/dev/null")
        while process?.isRunning ?? false { usleep(2_000) }
    }

    /// A program did not do what it should.
    struct Failed: Error, CustomStringConvertible {
        let line: String
        let text: String

        var description: String { "`\(line)`: \(text)" }
    }
}
