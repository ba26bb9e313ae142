import AuditTrail
import Foundation
import RecordStore

/// A file outside the data directory that holds the newest signed head of the audit log, and one with
/// the heads that peers have shown against it.
///
/// The first is written after the commit of the head, so a log that has not grown from it was cut, put
/// back or changed (`audit.md` §8). The other one outlives whatever is deleted from the database.
struct AuditHeadFile: Sendable {
    private let directory: String
    private let contradictions: HeadsFile

    init(directory: String) {
        self.directory = directory
        contradictions = HeadsFile(directory: directory, name: "audit-contradictions")
    }

    /// Where it is.
    var path: String { directory + "/audit-head" }

    /// The head in the file; `nil` without a file.
    ///
    /// - Throws: `NodeFailure` if the file cannot be read or is no signed head.
    func read() throws -> SignedHead? {
        let data: Data
        do {
            data = try Data(contentsOf: URL(filePath: path))
        } catch let error as CocoaError where error.code == .fileReadNoSuchFile {
            return nil
        } catch {
            throw NodeFailure(
                .damaged, "The file \(path) cannot be read.",
                next: "Give the service's account the right to read it; do not remove it.")
        }
        do {
            return try SignedHead(encoded: Array(data))
        } catch {
            throw NodeFailure(
                .damaged, "The file \(path) is no signed head of an audit log.",
                next: "Put its copy back; keep the damaged one.")
        }
    }

    /// The head in the file if it is of this log.
    ///
    /// - Parameter origin: the log's.
    func read(ofLog origin: String) throws -> SignedHead? {
        try read().flatMap { $0.head.origin == origin ? $0 : nil }
    }

    /// Whether the file holds a head of another log.
    ///
    /// - Parameter origin: this log's.
    func isOfAnotherLog(than origin: String) throws -> Bool {
        try read().map { $0.head.origin != origin } ?? false
    }

    /// Puts a head in the place of an older one; one of another log is left.
    func write(_ head: SignedHead) throws {
        guard try !isOfAnotherLog(than: head.head.origin) else { return }
        try FileManager.default.createDirectory(
            atPath: directory, withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o700])
        try DurableFile.write(head.encoded, to: path)
    }

    /// Keeps heads that contradict the log, beside those that are there.
    func keep(contradictions heads: [SignedHead]) throws {
        let known = try contradictions.read()
        let new = heads.filter { !known.contains($0) }
        guard !new.isEmpty else { return }
        try contradictions.write(known + new)
    }

    /// Compares a store's log with the files, but for heads of other logs.
    ///
    /// - Returns: whether the log has grown from what they hold.
    func agrees(with store: SiteStore) async throws -> Bool {
        let key = store.auditKey
        let shown = try contradictions.read()
            .filter { $0.head.origin == key.name && $0.isSigned(by: key) }
        var agrees = true
        for head in try [read(ofLog: key.name)].compactMap(\.self) + shown {
            agrees = try await store.checkAuditLog(against: head) && agrees
        }
        return agrees
    }
}
