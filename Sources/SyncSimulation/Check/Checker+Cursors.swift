import CareRecord
import RecordStore
import SimulationModel

extension Checker {
    /// What a peer may have and does not, will be sent: by the feed past its cursor, or because it
    /// is owed.
    func checkNothingForgotten() throws {
        for link in world.plan.links {
            try checkNothingForgotten(at: world.nodes[link.first], for: world.nodes[link.second])
            try checkNothingForgotten(at: world.nodes[link.second], for: world.nodes[link.first])
        }
    }

    private func checkNothingForgotten(at node: SimulatedNode, for peer: SimulatedNode) throws {
        let record = records[node.index]
        guard let state = record.seen.peers[peer.site] else { return }
        let theirs = records[peer.index].store
        let shared = Set(state.shared)
        let erased = Set(record.seen.erased)
        for (place, event) in record.store.events.enumerated() {
            let position = record.positions[place]
            let stream = event.header.stream
            let owed = state.owed[stream]
            guard position <= max(state.cursor, owed?.upperBound ?? 0) else { continue }
            guard shared.contains(stream), !erased.contains(position) else { continue }
            if let owed, owed.lowerBound < position, position <= owed.upperBound { continue }
            if event.header.dot.replica.site == peer.site || theirs.knows(event.id) { continue }
            if record.store.sources[place] == peer.site { continue }
            if records[peer.index].forgotten.contains(where: { $0.id == event.id }) { continue }
            throw fail(
                .forgotten, node,
                "nothing will send position \(position) to \(peer.name), cursor \(state.cursor):"
                    + " \(event.header.dot) of \(stream)")
        }
    }
}
