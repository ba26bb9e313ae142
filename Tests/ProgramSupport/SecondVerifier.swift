import Foundation

/// `Protocols/verify_audit_log.py` as a process of its own.
public enum SecondVerifier {
    private static let protocols = URL(filePath: #filePath)
        .appending(path: "../../../Protocols").standardizedFileURL

    /// What a run printed and how it ended.
    public struct Outcome: Sendable {
        /// The lines of its output, without empty ones.
        public let lines: [String]
        /// The exit code.
        public let exitCode: Int32
    }

    /// Runs the script, or another one beside it.
    public static func run(
        _ arguments: [String], script: String = "verify_audit_log.py"
    ) throws -> Outcome {
        let run = try SpawnedProgram.output(
            of: "python3", ["-B", protocols.appending(path: script).path] + arguments)
        let text = String(decoding: run.bytes, as: UTF8.self)
        return Outcome(lines: text.split(separator: "\n").map(String.init), exitCode: run.status)
    }

    /// Checks bundles that differ from a base in some files only, and returns the line of each.
    ///
    /// - Parameters:
    ///   - changes: for each bundle the files that differ; `nil` for one that is gone.
    ///   - options: go before the folders.
    public static func check(
        base: [String: [UInt8]], changes: [[String: [UInt8]?]], options: [String] = []
    ) throws -> [String] {
        let folder = FileManager.default.temporaryDirectory
            .appending(path: "accord-audit-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        let whole = folder.appending(path: "base")
        for (path, content) in base { try write(content, to: whole.appending(path: path)) }
        var lines: [String] = []
        for (number, change) in changes.enumerated() {
            let copy = folder.appending(path: "\(number)")
            for path in Self.unchanged(base.keys.sorted(), by: Set(change.keys)) {
                try link(copy.appending(path: path), to: whole.appending(path: path))
            }
            for (path, content) in change {
                guard let content else { continue }
                try write(content, to: copy.appending(path: path))
            }
            guard number % 500 == 499 || number == changes.count - 1 else { continue }
            let folders = (number / 500 * 500...number).map { folder.appending(path: "\($0)").path }
            lines += try run(options + [whole.path] + folders).lines.dropFirst()
            for done in folders { try FileManager.default.removeItem(atPath: done) }
        }
        return lines.map { line in
            line.range(of: ": ").map { String(line[$0.upperBound...]) } ?? line
        }
    }

    /// The largest folders, and the files outside of them, in which nothing changes.
    private static func unchanged(_ paths: [String], by changed: Set<String>) -> [String] {
        var kept: [String] = []
        for path in paths where !changed.contains(path) {
            let parts = path.split(separator: "/")
            let folders = (1..<parts.count).map { parts.prefix($0).joined(separator: "/") }
            let whole = folders.first { folder in
                !changed.contains { $0.hasPrefix(folder + "/") }
            }
            if kept.last != whole ?? path { kept.append(whole ?? path) }
        }
        return kept
    }

    /// Writes content into a file of a new folder and hands over the path.
    public static func withFile<T>(_ content: [UInt8], _ body: (String) throws -> T) throws -> T {
        let file = FileManager.default.temporaryDirectory
            .appending(path: "accord-audit-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: file) }
        try Data(content).write(to: file)
        return try body(file.path)
    }

    private static func write(_ content: [UInt8], to file: URL) throws {
        try FileManager.default.createDirectory(
            at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(content).write(to: file)
    }

    private static func link(_ file: URL, to target: URL) throws {
        try FileManager.default.createDirectory(
            at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try FileManager.default.createSymbolicLink(at: file, withDestinationURL: target)
    }
}
