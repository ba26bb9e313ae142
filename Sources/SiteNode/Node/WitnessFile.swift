import AuditTrail
import RecordStore

/// A file outside the data directory that holds the heads of peers' logs which this node cosigned
/// last: a witness that was put back must not cosign what contradicts them.
///
/// It is written within a second of a cosignature. Each head carries this node's own cosignature,
/// so the file need not be believed.
struct WitnessFile: Sendable {
    private let file: HeadsFile

    init(directory: String) {
        file = HeadsFile(directory: directory, name: "witnessed-heads")
    }

    /// Puts heads in the place of those in the file.
    func write(_ heads: [SignedHead]) throws {
        try file.write(heads)
    }

    /// Lets a store that was put back take over what it has forgotten.
    ///
    /// - Returns: how many logs it was behind with.
    func recall(into store: SiteStore) async throws -> Int {
        try await store.recall(witnessed: try file.read())
    }
}
