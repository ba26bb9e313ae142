import Foundation

/// A folder that goes away with this object. Its path is short: sockets have paths too.
final class TemporaryFolder: Sendable {
    let path: String

    init() throws {
        let letters = (0..<8).map { _ in "abcdefghijkmnpqrstuvwxyz23456789".randomElement() ?? "a" }
        path = NSTemporaryDirectory() + "accord-" + String(letters)
        try FileManager.default.createDirectory(
            atPath: path, withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o700])
    }

    deinit {
        guard Surrounding.value("ACCORD_KEEP") == nil else { return }
        try? FileManager.default.removeItem(atPath: path)
    }

    /// A path inside; its folder is made.
    func path(_ name: String) throws -> String {
        let file = URL(filePath: path).appending(path: name)
        try FileManager.default.createDirectory(
            at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        return file.path(percentEncoded: false)
    }

    /// Writes a file and returns its path.
    func write(_ content: Data, to name: String) throws -> String {
        let file = try path(name)
        try content.write(to: URL(filePath: file))
        return file
    }

    /// Writes a text file and returns its path.
    func write(_ content: String, to name: String) throws -> String {
        try write(Data(content.utf8), to: name)
    }
}
