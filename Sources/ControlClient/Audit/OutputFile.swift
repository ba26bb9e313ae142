import Foundation
import Glibc

/// A file that the command line writes; without a path it is standard output.
public struct OutputFile: Sendable, Hashable {
    private let path: String?

    /// Names a file.
    public init(path: String?) {
        self.path = path
    }

    /// Writes all of it into a new file, which nobody but its owner may read.
    ///
    /// - Throws: `BundleFolder.Failure`.
    public func write(_ text: String) throws {
        guard let path else { return try StandardStreams.write(text) }
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw BundleFolder.Failure(
                errno == EEXIST
                    ? "The file \(path) is there already; name another."
                    : "The file \(path) cannot be written.")
        }
        let file = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        do {
            try file.write(contentsOf: Data(text.utf8))
            try file.close()
        } catch {
            throw BundleFolder.Failure("The file \(path) cannot be written.")
        }
    }
}
