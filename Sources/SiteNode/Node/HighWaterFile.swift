import AuditTrail
import CareRecord
import Foundation
import Logging
import RecordStore
import ServiceLifecycle

/// A file outside the data directory that says how far the change feed had come.
///
/// It is written after the commits it speaks of, so it never runs ahead of a store that went on
/// living: a store that is behind it was restored or copied back, and must not write again under
/// its incarnation (`sync.md` §8a). Taking up a new incarnation is not built yet; the node refuses
/// to start instead.
struct HighWaterFile: AuditedService {
    static let auditKinds: [AuditKind] = []

    /// How often the file is rewritten at most.
    private static let pause: Duration = .seconds(1)

    private let directory: String
    private let store: SiteStore
    private let logger: Logger

    init(directory: String, store: SiteStore, logger: Logger) {
        self.directory = directory
        self.store = store
        self.logger = logger
    }

    private var path: String { directory + "/high-water" }

    /// Compares the store with the file, if there is one.
    ///
    /// - Throws: `NodeFailure` if the store is behind its file.
    func check() async throws {
        guard let data = FileManager.default.contents(atPath: path) else { return }
        let lines = String(decoding: data, as: UTF8.self).split(separator: "\n")
        guard lines.count == 3, lines[0] == "accord high-water 1",
            let feed = FeedID(text: lines[1]),
            let head = UInt64(lines[2])
        else {
            throw NodeFailure(
                .damaged, "The high-water file \(path) cannot be read.",
                next: "If the database was not restored, remove the file and start again.")
        }
        let held = try await store.feedHead()
        guard held.feed != feed || held.head < head else { return }
        throw NodeFailure(
            .damaged,
            "The record store ends at feed position \(held.head), its high-water file at \(head): "
                + "an older copy was put back.",
            next: "Put the newest database back. A restored one cannot go on in this release.")
    }

    /// Keeps the file in step until the node stops.
    func run() async throws {
        try write(try await store.feedHead())
        // Ends with the conversations, before the node does.
        let changes = store.feedSignal.changes()
        await workUntilNodeStops {
            for await _ in changes {
                do {
                    try write(try await store.feedHead())
                    try await Task.sleep(for: Self.pause)
                } catch is CancellationError {
                    return
                } catch {
                    logger.error(
                        "the high-water file cannot be written", metadata: ["reason": "\(error)"])
                }
            }
        }
    }

    private func write(_ held: (feed: FeedID, head: UInt64)) throws {
        try FileManager.default.createDirectory(
            atPath: directory, withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o700])
        let text = "accord high-water 1\n\(held.feed)\n\(held.head)\n"
        try DurableFile.write(Array(text.utf8), to: path)
    }
}
