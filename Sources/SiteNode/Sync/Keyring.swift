import CareRecord
import RecordStore
import Signing
import Synchronization

/// The event keys of every writer whose card was verified, in memory.
final class Keyring: Sendable {
    private let keys = Mutex<[Replica: EventPublicKey]>([:])

    /// Reads the keys again.
    func refresh(from store: SiteStore) async throws {
        let fresh = try await store.eventKeys()
        keys.withLock { $0 = fresh }
    }

    /// The key of a writer, if its card is known.
    func key(of replica: Replica) -> EventPublicKey? {
        keys.withLock { $0[replica] }
    }
}
