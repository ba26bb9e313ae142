import Testing

/// A shared library that stands between a daemon and the C library.
struct Preload {
    /// Its path, for `LD_PRELOAD`.
    let library: String

    /// Compiles it.
    init(_ source: String, in folder: TemporaryFolder, named name: String) async throws {
        let file = try folder.write(source, to: "\(name)/preload.c")
        library = try folder.path("\(name)/preload.so")
        let errors = try folder.path("\(name)/errors")
        let compiler = try ChildProcess(
            "/usr/bin/cc", ["-shared", "-fPIC", "-O1", "-Wall", "-o", library, file, "-ldl"],
            environment: Surrounding.environment(with: [:]), output: errors, errors: errors)
        let status = try await compiler.end()
        try #require(status == 0, "\(TextFile.read(errors))")
    }
}
