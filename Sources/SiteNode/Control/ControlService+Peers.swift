import AuditTrail
import CareRecord
import ControlProtocol
import PeerTransport
import RecordStore
import Signing
import WireFormat

extension ControlService {
    /// Every enrolled peer.
    func listPeers() async throws -> [PeerSummary] {
        let names = try await store.siteNames()
        var summaries: [PeerSummary] = []
        for peer in try await store.peers() {
            summaries.append(await summary(of: peer, siteName: names[peer.site] ?? peer.name))
        }
        return summaries
    }

    /// Fetches the peer's node card over a connection pinned to the given fingerprint, checks it,
    /// and enrols the peer.
    func addPeer(_ addition: PeerAddition, actor: AuditActor) async throws -> PeerSummary {
        guard let endpoint = PeerEndpoint(text: addition.endpoint) else {
            throw ControlFailure(
                code: .badRequest, message: "The endpoint is not host:port.",
                next: "Write it as hospital.example:7443.")
        }
        guard let fingerprint = KeyFingerprint(text: addition.fingerprint) else {
            throw ControlFailure(
                code: .badRequest, message: "The fingerprint has a wrong character or length.",
                next: "Copy it whole from `accord status` at the peer.")
        }
        guard !addition.name.isEmpty, addition.name.utf8.count <= 100 else {
            throw ControlFailure(
                code: .badRequest, message: "The name is empty or longer than 100 bytes.",
                next: "Choose a short name.")
        }
        let card = try await fetchCard(endpoint, fingerprint)
        try await store.addPeer(
            name: addition.name, endpoint: endpoint.description, fingerprint: fingerprint.bytes,
            card: card, actor: actor)
        try await sync.refresh()
        let site = card.card.replica.site
        guard let peer = try await store.peers().first(where: { $0.site == site }) else {
            throw StoreFailure(.notFound, "find the peer that was added")
        }
        return await summary(of: peer, siteName: card.card.name)
    }

    private func fetchCard(
        _ endpoint: PeerEndpoint, _ fingerprint: KeyFingerprint
    ) async throws -> SignedNodeCard {
        let response: PeerResponse
        do {
            response = try await client.send(
                PeerClientRequest(
                    endpoint: endpoint, method: .get, path: SyncPaths.card, pin: fingerprint,
                    timeout: .seconds(20), responseBytesMax: 64 << 10))
        } catch let failure as PeerFailure {
            guard failure.code == .wrongKey else {
                throw ControlFailure(
                    code: .peerUnreachable,
                    message: "The node card cannot be fetched (\(failure.code.rawValue)).",
                    next: failure.nextStep)
            }
            throw ControlFailure(
                code: .peerNotBelieved,
                message: "The node at this endpoint has another key than the fingerprint says.",
                next: "Compare the fingerprint with the peer by telephone; nothing was enrolled.")
        }
        do {
            let card = try SignedNodeCard(encoded: response.body)
            let known = try await store.eventKeys()
                .filter { $0.key.site == card.card.replica.site }.map(\.value)
            guard response.status == 200, card.refusal(knownKeys: known) == nil,
                card.card.tlsFingerprints.contains(fingerprint.bytes),
                card.card.replica.site != node.identity.replica.site
            else { throw DecodingFailure.missingPart }
            return card
        } catch is DecodingFailure {
            throw ControlFailure(
                code: .peerNotBelieved,
                message: "The node card is not one of a site with this fingerprint.",
                next: "Ask the peer's administrator to run `accord status` and compare.")
        }
    }

    func summary(of peer: PeerRecord, siteName: String) async -> PeerSummary {
        let report = await sync.report(of: peer.site)
        let text = KeyFingerprint(bytes: peer.fingerprint)?.description ?? ""
        return PeerSummary(
            name: peer.name, site: peer.site.description, siteName: siteName,
            endpoint: peer.endpoint, fingerprint: text,
            state: peer.revokedMilliseconds == nil
                ? report?.state ?? .neverContacted : .revoked,
            addedMilliseconds: peer.addedMilliseconds)
    }

    /// The enrolled peer of a name.
    func peer(named name: String) async throws -> PeerRecord {
        guard let peer = try await store.peers().first(where: { $0.name == name }) else {
            throw StoreFailure(.notFound, "find the enrolled peer \(name)")
        }
        return peer
    }
}
