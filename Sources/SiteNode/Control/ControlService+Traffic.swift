import AuditTrail
import ControlProtocol
import PeerTransport
import RecordStore
import Signing
import SyncEngine

extension ControlService {
    /// One peer with everything that explains its progress.
    func showPeer(_ reference: PeerReference) async throws -> PeerDetail {
        let peer = try await peer(named: reference.name)
        guard peer.revokedMilliseconds == nil else {
            throw StoreFailure(.notFound, "find the enrolled peer \(reference.name)")
        }
        let names = try await store.siteNames()
        let report = await sync.report(of: peer.site)
        let sessions = try await store.sessions(with: peer.site).map { session in
            SessionRecord(
                session: Hexadecimal.text(session.name),
                startedMilliseconds: session.startedMilliseconds,
                endedMilliseconds: session.endedMilliseconds, dialledByUs: session.isOurs,
                ourPosition: Int(clamping: session.ourPosition),
                theirPosition: Int(clamping: session.theirPosition),
                sentEvents: session.sentEvents, receivedEvents: session.receivedEvents,
                end: session.ending)
        }
        let traffic = try await store.traffic(with: peer.site)
        return PeerDetail(
            summary: await summary(of: peer, siteName: names[peer.site] ?? peer.name),
            status: try await status(of: peer),
            traffic: PeerTraffic(
                isPaused: traffic.isPaused, bytesPerSecond: traffic.bytesPerSecond,
                windows: traffic.windows, proxy: traffic.proxy),
            shares: try await listShares(ShareFilter(peer: peer.name)), sessions: sessions,
            refusals: try await store.refusals(with: peer.site).map {
                RefusalCount(
                    reason: $0.reason, direction: $0.isOurs ? .incoming : .outgoing,
                    count: $0.count, lastMilliseconds: $0.lastMilliseconds)
            },
            pending: try await store.pending(from: peer.site).map {
                PendingCount(
                    reason: $0.reason, count: $0.count, oldestMilliseconds: $0.oldestMilliseconds)
            },
            inFlightDeliveries: report?.queue?.inFlight ?? 0)
    }

    /// Pauses a peer, or resumes it.
    func pausePeer(_ pause: PeerPause, actor: AuditActor) async throws -> PeerDetail {
        try await changeTraffic(of: pause.name, actor: actor) { $0.isPaused = pause.isPaused }
    }

    /// Sets limits; what is absent stays as it is.
    func limitPeer(_ limit: PeerLimit, actor: AuditActor) async throws -> PeerDetail {
        try limit.check()
        if let proxy = limit.proxy, !proxy.isEmpty, PeerEndpoint(text: proxy) == nil {
            throw ControlFailure(
                code: .badRequest, message: "The proxy is not host:port.",
                next: "Write it as proxy.example:3128.")
        }
        return try await changeTraffic(of: limit.name, actor: actor) { traffic in
            if let rate = limit.bytesPerSecond { traffic.bytesPerSecond = rate == 0 ? nil : rate }
            if let windows = limit.windows { traffic.windows = windows }
            if let proxy = limit.proxy { traffic.proxy = proxy.isEmpty ? nil : proxy }
        }
    }

    private func changeTraffic(
        of name: String, actor: AuditActor, _ change: (inout PeerTrafficRecord) -> Void
    ) async throws -> PeerDetail {
        let peer = try await peer(named: name)
        var traffic = try await store.traffic(with: peer.site)
        change(&traffic)
        try await store.setTraffic(traffic, with: peer.site, actor: actor)
        await sync.trafficChanged(of: peer.site)
        return try await showPeer(PeerReference(name: name))
    }
}
