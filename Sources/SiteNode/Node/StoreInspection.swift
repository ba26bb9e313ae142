import AuditTrail
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

    /// How long the audit log takes for what it does most.
    package struct AuditTimes: Sendable, Encodable {
        /// Entries in the log when it was checked.
        package var entries = 0
        /// Entries written a second, a hundred a transaction, each transaction durable.
        package var appendsPerSecond = 0.0
        /// Entries checked a second, with reading them and with every hash.
        package var checksPerSecond = 0.0
        /// Milliseconds of a proof of one entry, with its own entry and a signed head; 99th percentile.
        package var proofMilliseconds = 0.0
    }

    /// Adds entries to the log, checks it whole, and proves entries all over it.
    ///
    /// - Parameter added: how many entries, in hundreds.
    package func timeAudit(adding added: Int) async throws -> AuditTimes {
        let clock = ContinuousClock()
        let actor = AuditActor(id: "bench", role: "administrator", signInMethod: "socket")
        let facts = [AuditFact](repeating: AuditFact(kind: .read, actor: actor), count: 100)
        var times = AuditTimes()
        let appending = try await clock.measure {
            for _ in 0..<added / facts.count { try await store.record(facts) }
        }
        times.appendsPerSecond =
            Double(added / facts.count * facts.count) / (appending / .seconds(1))
        times.entries = Int(clamping: store.auditStanding.edge.size)
        let checking = try await clock.measure {
            let verdict = try await store.verifyAuditLog(LogVerifier.Policy())
            guard case .intact = verdict else {
                throw NodeFailure(
                    .storageFailed, "The log is not intact.", next: "Look at the disk.")
            }
        }
        times.checksPerSecond = Double(times.entries) / (checking / .seconds(1))
        var proofs: [Duration] = []
        for number in 0..<200 {
            let index = UInt64(times.entries / 200 * number)
            proofs.append(
                try await clock.measure { _ = try await store.proveAuditEntry(index, actor: actor) }
            )
        }
        times.proofMilliseconds = proofs.sorted()[197] / .milliseconds(1)
        return times
    }

    /// Closes the store.
    package func close() throws {
        try store.close()
    }
}
