import CareRecord
import PeerTransport
import RecordStore
import Synchronization

/// Which TLS key belongs to which enrolled peer; consulted for every request, so that a revocation
/// binds at once.
final class PeerDirectory: Sendable {
    private let sites = Mutex<[KeyFingerprint: SiteID]>([:])

    /// Reads the enrolled peers again.
    func refresh(from store: SiteStore) async throws {
        let peers = try await store.peers()
        var fresh: [KeyFingerprint: SiteID] = [:]
        for peer in peers where peer.revokedMilliseconds == nil {
            if let fingerprint = KeyFingerprint(bytes: peer.fingerprint) {
                fresh[fingerprint] = peer.site
            }
        }
        sites.withLock { [fresh] in $0 = fresh }
    }

    /// The enrolled site behind a TLS key.
    func site(of fingerprint: KeyFingerprint) -> SiteID? {
        sites.withLock { $0[fingerprint] }
    }
}
