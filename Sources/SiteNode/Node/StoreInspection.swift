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

    /// How many entries the audit log has.
    package var auditEntries: UInt64 { store.auditStanding.edge.size }

    /// Adds entries of about 450 bytes to the audit log, a hundred a transaction, each transaction
    /// durable. Every other one tells of an event that a peer delivered and that is not held any
    /// more.
    ///
    /// - Parameter hundreds: how many transactions.
    package func addAuditEntries(hundreds: Int) async throws {
        var read = AuditFact(kind: .read, actor: Self.actor)
        read.patient = PatientID(Bits128(high: 1, low: 2))
        read.data = AuditData(events: 1, digest: [UInt8](repeating: 7, count: 32))
        read.purpose = "treatment"
        var delivered = read
        delivered.kind = .discloseIn
        delivered.purpose = nil
        delivered.from = AuditParty(site: SiteID(Bits128(high: 3, low: 4)))
        let facts = (0..<100).map { $0 % 2 == 0 ? read : delivered }
        for _ in 0..<hundreds { try await store.record(facts) }
    }

    /// Checks the audit log from its rows, with reading them and with every hash.
    ///
    /// - Throws: `NodeFailure` if it is not intact.
    package func checkAuditLog() async throws {
        guard case .intact = try await store.verifyAuditLog(LogVerifier.Policy()) else {
            throw Self.notIntact
        }
    }

    /// Holds the audit log against the events.
    ///
    /// - Throws: `NodeFailure` if events are not covered.
    package func checkAuditCoverage() async throws {
        guard try await store.auditCoverageGap() == nil else { throw Self.notIntact }
    }

    /// Proves an entry by a signed head; that it was proved is an entry of its own before.
    package func proveAuditEntry(_ sequence: UInt64) async throws {
        _ = try await store.proveAuditEntry(sequence, actor: Self.actor)
    }

    private static let actor = AuditActor(
        id: "bench", role: "administrator", signInMethod: "socket")

    private static var notIntact: NodeFailure {
        NodeFailure(.storageFailed, "The log is not intact.", next: "Look at the disk.")
    }

    /// Closes the store.
    package func close() throws {
        try store.close()
    }
}
