import CareRecord
import RecordStore
import SimulationModel
import SyncEngine

extension Checker {
    /// Whether nothing is left to do anywhere.
    func isAtRest() async throws -> Bool {
        try await unrest().isEmpty
    }

    /// What is left to do, for people; empty if nothing is.
    func unrest() async throws -> String {
        for node in world.nodes { touch(node) }
        try await check()
        var reasons: [String] = []
        for node in world.nodes {
            guard node.isUp else { return "\(node.name) is down" }
            for conversation in node.conversations {
                let place = "\(node.name) to n\(conversation.peerIndex)"
                let isLiar = world.liars.contains(conversation.peerIndex)
                if isLiar ? !conversation.session.isInStep : !conversation.isInStep {
                    reasons.append(
                        "\(place) is not in step (\(conversation.session.isInStep), "
                            + "\(conversation.theirQueuedEvents.map { "\($0)" } ?? "unknown"), "
                            + "\(conversation.situation))")
                }
                let open = records[node.index].seen.peers[conversation.peer]?.openNotices ?? 0
                if open > 0 { reasons.append("\(place) has \(open) notices open") }
                let version = try await node.store.marks(of: conversation.peer).shareVersion
                if conversation.announcedVersion != version {
                    reasons.append("\(place) did not announce version \(version)")
                }
            }
            let waiting = records[node.index].store.waiting.count - stuck(at: node).count
            if waiting > 0 { reasons.append("\(waiting) events wait at \(node.name)") }
            let forgotten = forgotten(at: node)
            if forgotten > 0 { reasons.append("\(node.name) wants \(forgotten) events again") }
        }
        for node in world.nodes {
            reasons += wanted(at: node)
            for conversation in node.conversations {
                let blobs = try await blobs(expectedAt: node, from: conversation)
                if blobs > 0 { reasons.append("\(node.name) wants \(blobs) blobs") }
            }
        }
        return reasons.joined(separator: "; ")
    }

    /// How many events that waited when a withdrawal erased them are shared with the node again, and
    /// neither held nor waiting.
    private func forgotten(at node: SimulatedNode) -> Int {
        let record = records[node.index]
        return record.forgotten.count { event in
            !record.store.knows(event.id)
                && node.conversations.contains { conversation in
                    let theirs = records[conversation.peerIndex]
                    let shared = theirs.seen.peers[node.site]?.shared ?? []
                    return shared.contains(event.header.stream) && theirs.store.holds(event.id)
                }
        }
    }

    /// The events that wait at a node for what never comes: those that cannot be completed, and
    /// what waits for one of those.
    private func stuck(at node: SimulatedNode) -> [ModelEvent] {
        var rest = records[node.index].store.waiting
        var stuck: [ModelEvent] = []
        var found = rest.filter { !isCompletable($0, at: node) }
        while !found.isEmpty {
            stuck += found
            rest.removeAll { event in found.contains { $0.id == event.id } }
            found = rest.filter { event in stuck.contains { event.waits(for: $0) } }
        }
        return stuck
    }

    /// Whether what waits at a node can itself be completed: somebody shares the stream with it and
    /// holds the event, and its author's card is known, which comes with the author's next event.
    /// What nobody holds is a lie, and what was withdrawn half-way waits for another grant.
    private func isCompletable(_ event: ModelEvent, at node: SimulatedNode) -> Bool {
        guard records[node.index].store.cards.contains(event.header.dot.replica) else {
            return false
        }
        return isOffered(event, whole: false, to: node)
            && missing(before: event, at: node).allSatisfy { isOffered($0, whole: true, to: node) }
    }

    /// The events that one waits for at a node, and of whose dots none is held there or waits.
    private func missing(before event: ModelEvent, at node: SimulatedNode) -> [ModelEvent] {
        let here = records[node.index].store
        let known = Set((here.events + here.waiting).filter(event.waits(for:)).map(\.header.dot))
        return records.flatMap(\.store.events).filter { other in
            event.waits(for: other) && !known.contains(other.header.dot)
        }
    }

    /// Whether somebody who holds an event, perhaps with all its values, shares its stream with a
    /// node.
    private func isOffered(
        _ event: ModelEvent, whole: Bool, to node: SimulatedNode
    ) -> Bool {
        node.conversations.contains { conversation in
            let theirs = records[conversation.peerIndex]
            let shared = theirs.seen.peers[node.site]?.shared ?? []
            guard shared.contains(event.header.stream),
                let place = theirs.store.events.firstIndex(where: { $0.id == event.id })
            else { return false }
            return !whole || !theirs.seen.erased.contains(theirs.positions[place])
        }
    }

    /// Values that a withdrawal erased and that somebody shares again, whole, with the node.
    private func wanted(at node: SimulatedNode) -> [String] {
        let record = records[node.index]
        return record.seen.erased.compactMap { position in
            guard let place = record.positions.firstIndex(of: position) else { return nil }
            let event = record.store.events[place]
            guard !record.seen.sealed.contains(event.header.stream) else { return nil }
            let sharing = node.conversations.first { conversation in
                let theirs = records[conversation.peerIndex]
                let shared = theirs.seen.peers[node.site]?.shared ?? []
                guard shared.contains(event.header.stream),
                    let other = theirs.store.events.firstIndex(where: { $0.id == event.id })
                else { return false }
                return !theirs.seen.erased.contains(theirs.positions[other])
            }
            return sharing.map { "\(node.name) wants position \(position) of n\($0.peerIndex)" }
        }
    }

    /// How many blobs a node lacks that a peer holds and shares with it.
    private func blobs(
        expectedAt node: SimulatedNode, from conversation: Conversation
    ) async throws -> Int {
        let theirs = records[conversation.peerIndex].seen
        let shared = theirs.peers[node.site]?.shared ?? []
        let missing = try await node.store.missingBlobs(from: conversation.peer, countMax: 100)
        return missing.count { blob in
            shared.contains(blob.stream) && theirs.blobs.contains(blob.sha256)
        }
    }

    /// Everything was healed and nothing is left to do: every entitled node holds what it may.
    func checkEnd() async throws {
        for node in world.nodes { try await adopt(node) }
        try checkNothingForgotten()
        try await checkCosigned()
        try await checkJoins()
        for link in world.plan.links {
            try checkHeld(world.nodes[link.first], world.nodes[link.second])
            try checkHeld(world.nodes[link.second], world.nodes[link.first])
        }
        for node in world.nodes {
            try await checkHeads(node)
            try checkShareSets(node)
        }
        try await checkContent()
    }

    private func checkHeld(_ node: SimulatedNode, _ peer: SimulatedNode) throws {
        let record = records[node.index]
        let shared = Set(record.seen.peers[peer.site]?.shared ?? [])
        let erased = Set(record.seen.erased)
        let stuck = stuck(at: peer).map(\.id)
        for (place, event) in record.store.events.enumerated()
        where shared.contains(event.header.stream) && !erased.contains(record.positions[place]) {
            let theirs = records[peer.index].store
            guard theirs.holds(event.id) || stuck.contains(event.id) else {
                throw fail(
                    .missing, peer, "position \(record.positions[place]) of \(node.name)")
            }
        }
    }

    /// The share sets are exactly what was agreed, unless a clock was wrong when evidence came.
    private func checkShareSets(_ node: SimulatedNode) throws {
        let clockActs: [PlannedStep.Act] = [.jump, .stand, .correct, .leap]
        let hasWrongClock =
            world.plan.clockOffsets.contains { $0 != 0 }
            || world.plan.steps.contains { clockActs.contains($0.act) }
        guard !hasWrongClock else { return }
        let permits = permits(of: node)
        let record = records[node.index]
        for conversation in node.conversations {
            let permitted = record.store.streams.filter { permits.allow($0, to: conversation.peer) }
            let shared = record.seen.peers[conversation.peer]?.shared ?? []
            guard permitted == shared else {
                throw fail(
                    .shareSet, node,
                    "\(shared.count) of \(permitted.count) streams for n\(conversation.peerIndex)")
            }
        }
    }

    private func checkHeads(_ node: SimulatedNode) async throws {
        let record = records[node.index]
        let erased = Set(
            zip(record.store.events, record.positions)
                .filter { record.seen.erased.contains($1) }.map(\.0.header.stream))
        for stream in record.store.streams where !erased.contains(stream) {
            let isSealed = record.seen.sealed.contains(stream)
            let expected = record.store.heads(of: stream, isSealed: isSealed)
            // A chain has hundreds of resources that all came the same way: some of them will do.
            let sample = expected.count / 60 + 1
            let ordered = expected.sorted {
                ($0.key.entityType, $0.key.entity) < ($1.key.entityType, $1.key.entity)
            }
            for (number, (element, heads)) in ordered.enumerated()
            where heads.count > 1 || number % sample == 0 {
                let found = try await node.store.resource(
                    element.entity, type: element.entityType
                ).filter { $0.stream == stream }
                let shown = found.first?.heads.map { ModelChange(dot: $0.dot, index: $0.index) }
                guard (shown ?? []).sorted() == heads.sorted() else {
                    throw fail(
                        .heads, node,
                        "\(shown?.count ?? 0) heads, not \(heads.count), of one \(element.entityType)"
                    )
                }
                if heads.count == 2 { world.goals.reach(.twoSiblings) }
                if heads.count > 2 { world.goals.reach(.threeSiblings) }
            }
        }
    }

    /// Nodes that hold the same events show the same.
    private func checkContent() async throws {
        var digests: [[EventID]: (name: String, digest: [UInt8])] = [:]
        for node in world.nodes {
            let record = records[node.index]
            guard record.seen.sealed.isEmpty, record.seen.erased.isEmpty else { continue }
            let held = record.store.events.filter { $0.header.stream.isForwardable }
                .map(\.id).sorted()
            let digest = try await node.store.contentDigest()
            if let other = digests[held], other.digest != digest {
                throw fail(.content, node, "other content than \(other.name)")
            }
            digests[held] = (node.name, digest)
        }
    }
}
