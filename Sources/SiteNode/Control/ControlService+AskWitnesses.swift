import AuditTrail
import ControlProtocol
import PeerTransport
import RecordStore

extension ControlService {
    /// How long one peer has for its answer.
    private static let askTimeout: Duration = .seconds(15)

    /// Asks every enrolled peer which heads of this log it holds, all at once, and holds them
    /// against the log. What this log lacks or contradicts is kept, and ends its signing.
    func askWitnesses() async throws -> [AskedWitness] {
        let peers = try await store.peers().filter { $0.revokedMilliseconds == nil }
        let answers = try await withThrowingTaskGroup(of: AskedWitness.self) { group in
            for peer in peers { group.addTask { try await askWitness(peer) } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        return answers.sorted { $0.peer < $1.peer }
    }

    private func askWitness(_ peer: PeerRecord) async throws -> AskedWitness {
        let body: [UInt8]
        do {
            guard
                let response = try await fetch(
                    .get, AuditDoor.heldHeads, from: peer, timeout: Self.askTimeout,
                    responseBytesMax: LogLimits.heldHeadsBytesMax)
            else {
                return Self.unasked(peer, .dialsIn, "it cannot be dialled from here")
            }
            guard response.status == 200 else {
                return Self.unasked(peer, .unreachable, "status-\(response.status)")
            }
            body = response.body
        } catch let failure as PeerFailure {
            return Self.unasked(peer, .unreachable, failure.code.rawValue)
        }
        do {
            return try await weigh(try HeldHead.read(body, of: store.auditKey), heldBy: peer)
        } catch let refusal as LogRefusal {
            return Self.unasked(peer, .unreachable, refusal.rawValue)
        }
    }

    private func weigh(_ held: [HeldHead], heldBy peer: PeerRecord) async throws -> AskedWitness {
        var signed: [SignedHead] = []
        var isOtherKey = false
        for head in held {
            switch head {
            case .signed(let own): signed.append(own)
            case .otherKey: isOtherKey = true
            case .otherLog: break
            }
        }
        let contradictions = try await store.compare(signed, shownBy: peer.site)
        var answer = AskedWitness(
            peer: peer.name, outcome: signed.isEmpty ? .nothing : .agrees,
            size: signed.map { Int($0.head.size) }.max(),
            contradictions: Set(contradictions.map { Int($0) }).sorted())
        if !contradictions.isEmpty {
            answer.outcome = .contradicts
        } else if isOtherKey {
            answer.outcome = .otherKey
        }
        return answer
    }

    private static func unasked(
        _ peer: PeerRecord, _ outcome: AskedWitness.Outcome, _ reason: String
    ) -> AskedWitness {
        var answer = AskedWitness(peer: peer.name, outcome: outcome)
        answer.heardMilliseconds = peer.lastContactMilliseconds
        answer.reason = reason
        return answer
    }

    /// Sends a request about audit logs to a peer's listener; `nil` if it has none that is known.
    ///
    /// - Throws: `PeerFailure`, with `.cancelled` for a peer that is paused.
    func fetch(
        _ method: PeerClientRequest.Method, _ path: String, _ body: [UInt8] = [],
        from peer: PeerRecord, timeout: Duration, responseBytesMax: Int
    ) async throws -> PeerResponse? {
        guard let endpoint = peer.endpoint.flatMap({ PeerEndpoint(text: $0) }),
            let pin = KeyFingerprint(bytes: peer.fingerprint)
        else { return nil }
        let traffic = try await store.traffic(with: peer.site)
        guard !traffic.isPaused else {
            throw PeerFailure(code: .cancelled, context: "the peer \(peer.name) is paused")
        }
        return try await client.send(
            PeerClientRequest(
                endpoint: endpoint, method: method, path: path, body: body, pin: pin,
                timeout: timeout, responseBytesMax: responseBytesMax,
                proxy: traffic.proxy.flatMap { PeerEndpoint(text: $0) }))
    }
}
