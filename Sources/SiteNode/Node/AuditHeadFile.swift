import AuditTrail
import Foundation
import RecordStore

/// A file outside the data directory that holds the newest signed head of the audit log.
///
/// It is written after the commit of the head, so a log that has not grown from it was cut, put back
/// or changed (`audit.md` §8).
struct AuditHeadFile: Sendable {
    private let directory: String

    init(directory: String) {
        self.directory = directory
    }

    private var path: String { directory + "/audit-head" }

    /// The head in the file; `nil` without a file.
    ///
    /// - Throws: `NodeFailure` if the file is no signed head.
    func read() throws -> SignedHead? {
        guard let data = FileManager.default.contents(atPath: path) else { return nil }
        do {
            return try SignedHead(encoded: Array(data))
        } catch {
            throw NodeFailure(
                .damaged, "The file \(path) is no signed head of an audit log.",
                next: "Put its copy back; keep the damaged one.")
        }
    }

    /// Puts a head in the place of an older one.
    func write(_ head: SignedHead) throws {
        try FileManager.default.createDirectory(
            atPath: directory, withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o700])
        try DurableFile.write(head.encoded, to: path)
    }

    /// Compares a store's log with the file, unless that is another log's.
    ///
    /// - Returns: whether the log has grown from what the file holds.
    func agrees(with store: SiteStore) async throws -> Bool {
        guard let head = try read(), head.head.origin == store.auditKey.name else { return true }
        return try await store.checkAuditLog(against: head)
    }
}
