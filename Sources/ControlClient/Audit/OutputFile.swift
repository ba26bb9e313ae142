import Foundation

/// A file that the command line writes; without a path it is standard output.
public struct OutputFile: Sendable, Hashable {
    private let path: String?

    /// Names a file.
    public init(path: String?) {
        self.path = path
    }

    /// Writes all of it into a new file.
    ///
    /// - Throws: `BundleFolder.Failure`.
    public func write(_ text: String) throws {
        guard let path else { return try StandardStreams.write(text) }
        do {
            try Data(text.utf8).write(to: URL(filePath: path), options: .withoutOverwriting)
        } catch let error as CocoaError where error.code == .fileWriteFileExists {
            throw BundleFolder.Failure("The file \(path) is there already; name another.")
        } catch {
            throw BundleFolder.Failure("The file \(path) cannot be written.")
        }
    }
}
