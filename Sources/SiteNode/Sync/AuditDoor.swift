import AuditTrail
import CareRecord
import Logging
import RecordStore

/// What enrolled peers may ask of the audit log over HTTP, with other people's tools: to cosign a
/// head of theirs, what is held of their logs, and to read this log's newest head and its tiles
/// (`audit-log-v1.md` §6), and what both sides share of entries about their sessions (§10). Entries
/// are nobody's to read here.
struct AuditDoor: Sendable {
    let store: SiteStore
    let logger: Logger

    /// Where a site reads what a witness holds of its logs.
    static let heldHeads = "/witness/heads"

    /// Where a site reads this log's half of its sessions.
    static let join = "/audit/join"

    private static let text = "text/plain; charset=utf-8"

    /// Answers a request of an enrolled peer; 404 for any other path.
    func answer(_ request: PeerRequest, from site: SiteID) async -> PeerAnswer {
        do {
            switch (request.method, request.path) {
            case ("POST", "/witness/add-checkpoint"):
                return try await cosign(request.body, from: site)
            case ("POST", Self.join): return try await joinPage(request.body, for: site)
            case ("GET", Self.heldHeads):
                return PeerAnswer(
                    status: 200, contentType: Self.text,
                    body: LogBundle.headsFile(try await store.heldHeads(ofLogsOf: site)))
            case ("GET", "/audit/checkpoint"):
                guard let head = try await store.auditHead() else { return PeerAnswer(status: 404) }
                return PeerAnswer(status: 200, contentType: Self.text, body: head.encoded)
            case ("GET", let path) where path.hasPrefix("/audit/"):
                return try await tile(at: String(path.dropFirst("/audit/".count)))
            default: return PeerAnswer(status: 404)
            }
        } catch {
            logger.warning(
                "a peer's request about audit logs failed",
                metadata: ["peer": "\(site)", "reason": "\(error)"])
            return PeerAnswer(status: 503)
        }
    }

    private func cosign(_ body: [UInt8], from site: SiteID) async throws -> PeerAnswer {
        guard try await !store.traffic(with: site).isPaused else { return PeerAnswer(status: 503) }
        let answer = try await store.cosign(body, from: site).answer
        switch answer {
        case .cosigned:
            return PeerAnswer(status: answer.status, contentType: Self.text, body: answer.body)
        case .newestSize:
            return PeerAnswer(
                status: answer.status, contentType: WitnessAnswer.sizeType, body: answer.body)
        case .refused: return PeerAnswer(status: answer.status)
        }
    }

    private func joinPage(_ body: [UInt8], for site: SiteID) async throws -> PeerAnswer {
        let request: JoinRequest
        do throws(LogRefusal) {
            request = try JoinRequest(encoded: body)
        } catch {
            return PeerAnswer(status: 400)
        }
        guard try await !store.traffic(with: site).isPaused else { return PeerAnswer(status: 503) }
        guard !store.auditStanding.isContradicted else { return PeerAnswer(status: 409) }
        guard let page = try await store.joinPage(request, for: site) else {
            return PeerAnswer(status: 404)
        }
        return PeerAnswer(status: 200, contentType: Self.text, body: page.encoded)
    }

    private func tile(at path: String) async throws -> PeerAnswer {
        guard case .hashes(let tile)? = TileID.resource(at: path),
            let hashes = try await store.auditTile(tile)
        else { return PeerAnswer(status: 404) }
        return PeerAnswer(status: 200, contentType: "application/octet-stream", body: hashes)
    }
}
