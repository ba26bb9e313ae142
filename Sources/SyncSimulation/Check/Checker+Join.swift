import AuditTrail
import RecordStore
import Signing

/// What holds of two audit logs side by side: what an auditor is shown who joins them.
extension Checker {
    /// Entries of one log about sessions with one peer; no world writes as many.
    private static let entriesMax = 1_000_000

    /// Two honest sites' logs tell the same of every delivery between them, whatever befell it.
    func checkJoins() async throws {
        for link in world.plan.links {
            let (first, second) = (world.nodes[link.first], world.nodes[link.second])
            guard !world.liars.contains(first.index), !world.liars.contains(second.index) else {
                continue
            }
            try await checkJoin(first, second)
            try await checkJoin(second, first)
        }
    }

    /// Events of a session were answered as for want of room, and the store was not told.
    func didTurnAway(bySession session: [UInt8]) {
        turnedAway.insert(Hexadecimal.text(session))
    }

    private func checkJoin(_ node: SimulatedNode, _ peer: SimulatedNode) async throws {
        guard
            var own = try await node.store.sharedEntries(
                with: peer.site, countMax: Self.entriesMax),
            var theirs = try await peer.store.sharedEntries(
                with: node.site, countMax: Self.entriesMax)
        else { throw fail(.broken, node, "more than \(Self.entriesMax) entries of one peer") }
        own.entries.removeAll { turnedAway.contains($0.session) }
        theirs.entries.removeAll { turnedAway.contains($0.session) }
        let comparison = JoinComparison(own: own, peers: theirs, boundary: .max)
        if comparison.agreed > 0 { world.goals.reach(.deliveryJoined) }
        if comparison.inPart > 0 { world.goals.reach(.deliveryJoinedInPart) }
        if comparison.unanswered > 0 { world.goals.reach(.deliveryUnanswered) }
        guard let finding = comparison.findings.first else { return }
        let places = [finding.here, finding.there].map { $0.map(String.init) ?? "none" }
        throw fail(
            .joined, node,
            "\(finding.fault.rawValue): entry \(places[0]) here, \(places[1]) at \(peer.name); "
                + "\(comparison.findings.count) in all")
    }
}
