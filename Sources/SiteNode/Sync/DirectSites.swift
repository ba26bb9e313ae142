import CareRecord
import Synchronization

/// Which sites this node hears from directly now: what the others relay of them is held back.
final class DirectSites: Sendable {
    private let sites = Mutex<Set<SiteID>>([])

    /// Notes whether a session with a peer is open.
    func note(_ site: SiteID, isDirect: Bool) {
        sites.withLock { sites in
            if isDirect {
                sites.insert(site)
            } else {
                sites.remove(site)
            }
        }
    }

    /// The sites, without one, ascending.
    func list(without site: SiteID) -> [SiteID] {
        sites.withLock { $0.filter { $0 != site } }.sorted()
    }
}
