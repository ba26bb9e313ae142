import Foundation

extension NodeConfiguration {
    /// Writes the configuration's file unless there is one; mode 0644, since it holds no secret.
    ///
    /// - Returns: whether it was written.
    public func writeFileIfAbsent(to path: String) throws -> Bool {
        guard !FileManager.default.fileExists(atPath: path) else { return false }
        let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
        try FileManager.default.createDirectory(
            atPath: folder, withIntermediateDirectories: true)
        do {
            try DurableFile.write(Array(fileText.utf8), to: path, mode: 0o644)
        } catch is NodeFailure {
            throw NodeFailure(
                .cannotWrite, "The configuration \(path) cannot be written.",
                next: "Name another file with --config, or run this as root.")
        }
        return true
    }
}
