import AuditTrail
import CareRecord
import RecordStore
import WireFormat

/// What holds of witnesses: no node ever cosigns two contradictory heads of one log, or more than
/// the log has signed, and no honest log is refused.
extension Checker {
    /// A node decided as a witness about a head of a peer's log.
    func didCosign(
        _ cosign: Cosign, _ answer: CosignAnswer, at node: SimulatedNode, from peer: SiteID
    ) throws {
        didIt(at: node)
        guard let request = Self.request(in: cosign) else {
            guard answer.status == 400 else {
                throw fail(.witness, node, "\(answer.status) for what cannot be read")
            }
            return
        }
        let head = request.head.head
        let last = records[node.index].cosigned.last { $0.origin == head.origin }
        switch answer.status {
        case 200:
            let isRight =
                head.origin.hasPrefix(LogHead.originPrefix(of: peer))
                && last.map { $0.size < head.size || $0 == head } ?? true
            guard isRight else {
                throw fail(.witness, node, "size \(head.size) after \(last?.size ?? 0)")
            }
            records[node.index].cosigned.append(head)
            records[node.index].mayHaveCosigned.remove(head.origin)
            world.goals.reach(.headCosigned)
        case 409:
            let mayKnowMore = records[node.index].mayHaveCosigned.contains(head.origin)
            guard mayKnowMore || request.oldSize != last?.size ?? 0 else {
                throw fail(.witness, node, "409 for the size that was cosigned last")
            }
            world.goals.reach(.headStale)
        default:
            guard isLiar(peer) else {
                throw fail(.witness, node, "\(answer.status) for an honest log")
            }
            world.goals.reach(.headRefused)
        }
    }

    /// The power went while a node decided about a head of a peer's log.
    func didPerhapsCosign(_ cosign: Cosign, at node: SimulatedNode) {
        guard let request = Self.request(in: cosign) else { return }
        records[node.index].mayHaveCosigned.insert(request.head.head.origin)
    }

    private static func request(in cosign: Cosign) -> WitnessRequest? {
        do {
            return try WitnessRequest(encoded: cosign.request)
        } catch {
            return nil
        }
    }

    /// A node took an answer about its own log.
    func didTake(_ answer: CosignAnswer, at node: SimulatedNode) async throws {
        guard !world.liars.contains(node.index) else { return }
        guard !node.store.auditStanding.isContradicted else {
            throw fail(.witness, node, "contradicted by an answer \(answer.status)")
        }
    }

    /// Everything that was cosigned of an honest log is what it signed then.
    func checkCosigned() async throws {
        for node in world.nodes where !world.liars.contains(node.index) {
            let origin = node.store.auditKey.name
            let signed = Set(try await node.store.auditHeads().map(\.head))
            for record in records {
                let heads = record.cosigned.filter { $0.origin == origin }
                guard let head = heads.first(where: { !signed.contains($0) }) else { continue }
                throw fail(.witness, node, "size \(head.size) was cosigned and never signed")
            }
            try await checkTree(of: node)
        }
    }

    /// The heads that a log signed are heads of its tree.
    private func checkTree(of node: SimulatedNode) async throws {
        for head in try await node.store.auditHeads().map(\.head) {
            let root = try await node.store.withAuditTree(size: head.size) { try $0.root() }
            guard root == head.root else {
                throw fail(.witness, node, "another root at size \(head.size)")
            }
        }
    }

    private func isLiar(_ site: SiteID) -> Bool {
        world.nodes.contains { $0.site == site && world.liars.contains($0.index) }
    }
}
