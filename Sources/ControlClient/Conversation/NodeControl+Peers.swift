public import ControlProtocol

extension NodeControl {
    /// The peers, by name.
    public func peers() async throws -> [PeerSummary] {
        try await call(.listPeers, answer: [PeerSummary].self)
    }

    /// Adds a peer, after the node has dialled it and checked its node card.
    public func addPeer(_ peer: PeerAddition) async throws -> PeerSummary {
        try await call(.addPeer, peer, timeout: .seconds(90), answer: PeerSummary.self)
    }

    /// One peer, with what explains its progress.
    public func peer(_ peer: PeerReference) async throws -> PeerDetail {
        try await call(.showPeer, peer, answer: PeerDetail.self)
    }

    /// Pauses or resumes a peer.
    public func pausePeer(_ pause: PeerPause) async throws -> PeerDetail {
        try await call(.pausePeer, pause, answer: PeerDetail.self)
    }

    /// Sets or removes limits of a peer.
    public func limitPeer(_ limit: PeerLimit) async throws -> PeerDetail {
        try await call(.limitPeer, limit, answer: PeerDetail.self)
    }

    /// Asks a peer for a patient in an emergency, and waits for its answer.
    public func ask(_ request: AskRequest) async throws -> AskReceipt {
        try await call(.ask, request, timeout: .seconds(90), answer: AskReceipt.self)
    }
}
