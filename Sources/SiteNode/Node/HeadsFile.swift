import AuditTrail
import Foundation

/// A file of signed heads outside the data directory, for what a database that was put back, or
/// written to by others, must not forget.
struct HeadsFile: Sendable {
    private let directory: String
    private let name: String

    init(directory: String, name: String) {
        self.directory = directory
        self.name = name
    }

    private var path: String { "\(directory)/\(name)" }

    /// The heads in the file that can be read; none without a file.
    ///
    /// - Throws: `NodeFailure` if there is a file that cannot be read.
    func read() throws -> [SignedHead] {
        let data: Data
        do {
            data = try Data(contentsOf: URL(filePath: path))
        } catch let error as CocoaError where error.code == .fileReadNoSuchFile {
            return []
        } catch {
            throw NodeFailure(
                .damaged, "The file \(path) cannot be read.",
                next: "Give the service's account the right to read it; do not remove it.")
        }
        return LogBundle.notes(inHeadsFile: Array(data)).compactMap { note in
            do throws(LogRefusal) {
                return try note.map { note throws(LogRefusal) in try SignedHead(encoded: note) }
            } catch {
                return nil
            }
        }
    }

    /// Puts heads in the place of those in the file.
    func write(_ heads: [SignedHead]) throws {
        try FileManager.default.createDirectory(
            atPath: directory, withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o700])
        try DurableFile.write(LogBundle.headsFile(heads), to: path)
    }
}
