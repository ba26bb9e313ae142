import CareRecord
import RecordStore
import Signing

/// Looks at a site's store while no service runs: for benchmarks and tests, never for people.
package struct StoreInspection: Sendable {
    private let store: SiteStore

    /// Opens the store of a configured site and completes a WAL checkpoint.
    package init(configuration: NodeConfiguration) throws {
        let files = NodeFiles(directory: configuration.dataDirectory)
        let identity = try NodeIdentity.load(files)
        store = try SiteStore(
            path: files.database,
            identity: identity.storeIdentity(
                software: "inspection", bootID: nil, clock: NodeClock()))
        try store.checkpoint()
    }

    /// SHA-256 over every resource in view, in hexadecimal; equal at nodes that hold the same.
    package func contentDigest() async throws -> String {
        Hexadecimal.text(try await store.contentDigest())
    }

    /// Resources in view.
    package func resources() async throws -> Int {
        try await store.counts().resources
    }

    /// How many events are held, and the bytes of their envelopes together.
    package func envelopes() async throws -> (events: Int, bytes: Int) {
        try await store.envelopes()
    }

    /// Bytes of each table and index, ascending by name.
    package func tableBytes() async throws -> [(name: String, bytes: Int)] {
        try await store.tableBytes()
    }

    /// Closes the store.
    package func close() throws {
        try store.close()
    }
}
