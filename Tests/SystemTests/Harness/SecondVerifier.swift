import Foundation

/// The checks in `Protocols` that share no code with the product.
struct SecondVerifier {
    let folder: TemporaryFolder

    /// How a run ended, and the first line that it printed.
    struct Outcome: Equatable {
        let status: Int32
        let line: String
    }

    /// Runs one of the scripts.
    func run(_ script: String, _ arguments: String...) async throws -> Outcome {
        let path = URL(filePath: #filePath).appending(path: "../../../../Protocols/\(script)")
        let output = try folder.path("second/\(UUID().uuidString)")
        let process = try ChildProcess(
            "/usr/bin/env", ["python3", "-B", path.standardizedFileURL.path] + arguments,
            environment: Surrounding.environment(with: [:]), output: output, errors: output)
        let status = try await process.end()
        let text = TextFile.read(output)
        return Outcome(
            status: status, line: text.split(separator: "\n").first.map(String.init) ?? "")
    }
}
