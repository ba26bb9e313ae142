import ArgumentParser
import Foundation
import SiteNode

/// What `scripts/bench` cannot do from outside: looks into stores and times the disk.
@main
struct AccordBench: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "accord-bench", abstract: "Parts of `make bench`.",
        subcommands: [Inspect.self, TimeAudit.self, TimeDisk.self, TimeMerge.self])
}

/// Prints digest, count and table sizes of a stopped site as one JSON object.
struct Inspect: AsyncParsableCommand {
    @Argument(help: "The site's configuration file.")
    var config: String

    func run() async throws {
        let inspection = try StoreInspection(
            configuration: try NodeConfiguration.read(path: config))
        var tables: [String: Int] = [:]
        for table in try await inspection.tableBytes() {
            tables[table.name] = table.bytes
        }
        let envelopes = try await inspection.envelopes()
        let result = Inspection(
            digest: try await inspection.contentDigest(),
            resources: try await inspection.resources(), events: envelopes.events,
            envelopeBytes: envelopes.bytes, tables: tables)
        try inspection.close()
        print(String(decoding: try JSONEncoder().encode(result), as: UTF8.self))
    }

    private struct Inspection: Encodable {
        let digest: String
        let resources: Int
        let events: Int
        let envelopeBytes: Int
        let tables: [String: Int]
    }
}

/// Counts 4 KiB writes with fdatasync in five seconds.
struct TimeDisk: ParsableCommand {
    @Argument(help: "A folder on the disk.")
    var folder: String

    func run() throws {
        let path = folder + "/fsync-probe"
        let file = open(path, O_CREAT | O_RDWR | O_TRUNC, 0o600)
        guard file >= 0 else { throw ValidationError("\(path) cannot be written.") }
        defer {
            close(file)
            unlink(path)
        }
        let page = [UInt8](repeating: 0x5A, count: 4_096)
        let end = ContinuousClock.now + .seconds(5)
        var count = 0
        while ContinuousClock.now < end {
            guard pwrite(file, page, page.count, off_t(count % 1_024 * page.count)) == page.count,
                fdatasync(file) == 0
            else { throw ValidationError("\(path) cannot be written.") }
            count += 1
        }
        print(count / 5)
    }
}
