import CareRecord
import RecordStore

/// What this site calls other sites.
struct SiteNames {
    private var names: [SiteID: String] = [:]

    init(store: SiteStore, node: NodeFacts) async throws {
        for peer in try await store.peers() {
            names[peer.site] = peer.name
        }
        names[node.identity.replica.site] = node.configuration.siteName
    }

    func name(of site: SiteID) -> String {
        names[site] ?? site.description
    }
}
