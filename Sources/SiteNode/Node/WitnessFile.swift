import AuditTrail
import Foundation
import RecordStore

/// A file outside the data directory that holds the heads of peers' logs which this node cosigned
/// last: a witness that was put back must not cosign what contradicts them.
///
/// It is written within a second of a cosignature. Each head carries this node's own cosignature,
/// so the file need not be believed.
struct WitnessFile: Sendable {
    private let directory: String

    init(directory: String) {
        self.directory = directory
    }

    /// Where it is.
    var path: String { directory + "/witnessed-heads" }

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

    /// Lets a store that was put back take over what it has forgotten.
    ///
    /// - Returns: how many logs it was behind with.
    func recall(into store: SiteStore) async throws -> Int {
        try await store.recall(witnessed: try read())
    }
}
