import CareRecord
import RecordStore
import SimulationModel
import WireFormat

extension Checker {
    /// Compares a node's store with its model, and takes over the order in which it accepted.
    func adopt(_ node: SimulatedNode) async throws {
        let before = records[node.index].positions.count
        let snapshot = try await node.store.snapshot(
            eventsAfter: records[node.index].head, auditFrom: records[node.index].nextAudit)
        try adoptEvents(snapshot, node)
        try compareWaiting(snapshot, node)
        try compareVectors(snapshot, node)
        try checkAudit(snapshot, node)
        noteGoals(snapshot, node, before: before)
        records[node.index].seen = snapshot
        records[node.index].seen.events = []
        records[node.index].seen.audit = []
        try checkShares(node)
    }

    private func adoptEvents(_ snapshot: StoreSnapshot, _ node: SimulatedNode) throws {
        records[node.index].store.cards = Set(node.keys.keys)
        release(at: node)
        let place = records[node.index].positions.count
        var last = records[node.index].head
        for held in snapshot.events {
            guard held.position == last + 1 else {
                throw fail(.feed, node, "position \(held.position) after \(last)")
            }
            last = held.position
            guard held.source == nil else { continue }
            guard held.header.dot.replica == node.replica else {
                throw fail(.held, node, "\(held.header.dot) counts as written here")
            }
            records[node.index].store.write(
                ModelEvent(held.header, id: held.id, claims: claiming))
        }
        let expected = records[node.index].store.events[place...].map(\.id)
        let found = snapshot.events.map(\.id)
        guard expected.sorted() == found.sorted() else {
            throw fail(.held, node, "\(found.count) events are new, not \(expected.count)")
        }
        records[node.index].store.reorder(from: place, by: found)
        for (offset, held) in snapshot.events.enumerated() {
            records[node.index].store.attribute(place + offset, to: held.source)
            records[node.index].positions.append(held.position)
        }
    }

    private func compareWaiting(_ snapshot: StoreSnapshot, _ node: SimulatedNode) throws {
        // What cannot wait there is asked for again.
        for stream in records[node.index].ordered + snapshot.erasing {
            let kept = snapshot.waiting.filter { $0.stream == stream }.map(\.dot)
            records[node.index].forgotten +=
                records[node.index].store.forgetWaiting(in: stream, except: kept)
        }
        let found = snapshot.waiting.map { "\($0.stream.bytes) \($0.dot)" }.sorted()
        let expected = records[node.index].store.waiting
            .map { "\($0.header.stream.bytes) \($0.header.dot)" }.sorted()
        guard found == expected else {
            throw fail(.held, node, "\(found.count) events wait, not \(expected.count)")
        }
        guard snapshot.forks == records[node.index].store.forks.sorted() else {
            throw fail(.held, node, "\(snapshot.forks.count) forks")
        }
    }

    private func compareVectors(_ snapshot: StoreSnapshot, _ node: SimulatedNode) throws {
        let store = records[node.index].store
        guard snapshot.vectors.map(\.stream) == store.streams else {
            throw fail(.vector, node, "\(snapshot.vectors.count) streams")
        }
        for entry in snapshot.vectors {
            guard entry.vector.entries.map(\.replica) == store.writers(of: entry.stream) else {
                throw fail(.vector, node, "other writers")
            }
            for item in entry.vector.entries {
                let events = store.events(of: item.replica, in: entry.stream)
                let isWhole = events.enumerated().allSatisfy {
                    $0.element.header.dot.counter == UInt64($0.offset) + 1
                }
                guard isWhole, UInt64(events.count) == item.counter, events.last?.id == item.event
                else { throw fail(.vector, node, "\(item.counter) for \(events.count) events") }
            }
        }
    }

    /// Every disclosure has its entries, at both sides.
    private func checkAudit(_ snapshot: StoreSnapshot, _ node: SimulatedNode) throws {
        records[node.index].nextAudit += UInt64(snapshot.audit.count)
        var found: [AuditLine.Delivery: Int] = [:]
        for entry in snapshot.audit {
            let line = AuditLine(entry)
            if let delivery = line.delivery { found[delivery, default: 0] += line.events }
        }
        let record = records[node.index]
        for expected in [record.disclosed, record.received] {
            for (delivery, events) in expected where found[delivery, default: 0] != events {
                throw fail(
                    .unaudited, node,
                    "\(found[delivery, default: 0]) of \(events) events of delivery \(delivery.number)"
                )
            }
        }
        records[node.index].disclosed = [:]
        records[node.index].received = [:]
    }

    private func noteGoals(_ snapshot: StoreSnapshot, _ node: SimulatedNode, before: Int) {
        let earlier = records[node.index].seen
        if snapshot.events.contains(where: \.isClockSuspect) { world.goals.reach(.clockSuspect) }
        if snapshot.sealed.count > earlier.sealed.count { world.goals.reach(.streamSealed) }
        if snapshot.sealed.count < earlier.sealed.count { world.goals.reach(.streamUnsealed) }
        if snapshot.quarantined > earlier.quarantined { world.goals.reach(.quarantined) }
        if snapshot.forks.count > earlier.forks.count { world.goals.reach(.forkSeen) }
        let isRelayed = snapshot.events.contains { held in
            held.source != nil && held.source != held.header.dot.replica.site
        }
        if isRelayed { world.goals.reach(.heldBackRelayed) }
    }

    /// No share set holds what its peer may not have.
    private func checkShares(_ node: SimulatedNode) throws {
        let permits = permits(of: node)
        for (peer, state) in records[node.index].seen.peers.sorted(by: { $0.key < $1.key }) {
            for stream in state.shared where !permits.allow(stream, to: peer) {
                throw fail(.shareSet, node, "\(stream) is shared with \(peer)")
            }
        }
    }
}
