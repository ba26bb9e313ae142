import Foundation
import Testing

/// Reads a site's database with the `sqlite3` program, beside the daemon and without writing: for
/// what no command shows.
struct StoreFile {
    private let path: String
    private let output: String

    init(of site: Site) throws {
        path = site.dataFolder + "/record.db"
        output = try site.folder.path("\(site.label)/queries/\(UUID().uuidString)")
    }

    /// An audit entry, as far as the tests read it.
    struct Entry: Decodable {
        let seq: Int
        let kind: String
        let outcome: String
        let reason: String?
        let patient: String?
        let to: Party?
        let from: Party?
        let data: Described?
        let session: String?
        let delivery: Int?

        struct Party: Decodable {
            let name: String?
        }

        struct Described: Decodable {
            let events: Int
        }
    }

    /// Changes a database as nobody should, while no daemon runs.
    func change(_ sql: String) async throws {
        _ = try await run([path, sql])
    }

    /// Lines of an answer; columns are separated by `|`.
    func rows(_ sql: String) async throws -> [String] {
        try await run(["-readonly", "-cmd", ".timeout 5000", path, sql])
    }

    private func run(_ arguments: [String]) async throws -> [String] {
        let program = "/usr/bin/sqlite3"
        try #require(FileManager.default.isExecutableFile(atPath: program), "install sqlite3")
        let errors = output + ".err"
        let process = try ChildProcess(
            program, arguments,
            environment: Surrounding.environment(with: [:]), output: output, errors: errors)
        let status = try await process.end()
        try #require(status == 0, "\(arguments): \(TextFile.read(errors))")
        defer { try? FileManager.default.removeItem(atPath: output) }
        return TextFile.read(output).split(separator: "\n").map(String.init)
    }

    /// The first column of the only row, as a number.
    func number(_ sql: String) async throws -> Int {
        let rows = try await rows(sql)
        return try #require(rows.first.flatMap { Int($0) }, "\(sql): \(rows)")
    }

    /// Ids of all events in streams that may be shared; equal ids mean equal content.
    func sharedEvents() async throws -> [String] {
        try await rows(
            """
            SELECT hex(event.id) FROM event JOIN stream ON stream.id = event.stream
            WHERE stream.kind < 3 ORDER BY 1
            """)
    }

    /// Ids of events that the only peer has answered for, as this site wrote down: those up to the
    /// cursor, but for what is owed whatever the cursor says.
    func settledEvents() async throws -> [String] {
        try await rows(
            """
            SELECT hex(event.id) FROM event JOIN peer
            JOIN share ON share.peer = peer.id AND share.stream = event.stream
            LEFT JOIN owed ON owed.peer = peer.id AND owed.stream = event.stream
            WHERE event.source IS NULL AND event.seq <= peer.cursor
              AND (owed.stream IS NULL OR event.seq <= owed.after OR event.seq > owed.through)
            """)
    }

    /// Disclosures to or from peers, each by session, delivery and what was in it.
    ///
    /// - Parameter kind: `disclose-out` or `disclose-in`.
    func disclosures(_ kind: String) async throws -> Set<String> {
        Set(
            try await rows(
                """
                SELECT json_extract(text, '$.session'), json_extract(text, '$.delivery'),
                  json_extract(text, '$.data.events'), json_extract(text, '$.data.digest')
                FROM (SELECT CAST(entry AS TEXT) AS text FROM audit)
                WHERE json_extract(text, '$.kind') = '\(kind)'
                  AND json_extract(text, '$.delivery') IS NOT NULL
                """))
    }

    /// Writers of streams whose vector does not count exactly the events that are held.
    func holes() async throws -> Int {
        try await number(
            """
            SELECT count(*) FROM (
              SELECT stream, replica, count(*) AS held, max(counter) AS last FROM event
              GROUP BY stream, replica
            ) LEFT JOIN vector USING (stream, replica)
            WHERE held <> last OR counter IS NOT last
            """)
    }

    /// Events that came from peers.
    func foreignEvents() async throws -> Int {
        try await number("SELECT count(*) FROM event WHERE source IS NOT NULL")
    }

    /// The audit log of some kinds, in its order.
    func audit(_ kinds: String...) async throws -> [Entry] {
        let list = kinds.map { "'\($0)'" }.joined(separator: ",")
        return try await rows(
            """
            SELECT CAST(entry AS TEXT) FROM audit
            WHERE json_extract(CAST(entry AS TEXT), '$.kind') IN (\(list)) ORDER BY seq
            """
        ).map { try JSONDecoder().decode(Entry.self, from: Data($0.utf8)) }
    }
}
