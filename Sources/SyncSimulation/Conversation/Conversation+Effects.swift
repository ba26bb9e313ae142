import CareRecord
import RecordStore
import SyncEngine
import SyncShell
import WireFormat

extension Conversation {
    /// Performs an effect that only reads or writes the store, and returns what follows from it.
    func performAtStore(
        _ effect: SyncEffect, on expected: Channel
    ) async throws -> [SyncEffect] {
        let input = try await atStore.perform(effect)
        switch effect {
        case .moveCursor(let position, _): answeredThrough = max(answeredThrough, position)
        case .inStep:
            world.goals.reach(.inStep)
            try await tellStanding()
        case .reopen: throw ConversationEnding.announcementLost
        case .close(let refusal): throw ConversationEnding.refused(refusal)
        case .announce, .deliver, .offer, .wakeAt:
            preconditionFailure("these effects need a channel")
        default: break
        }
        guard let input, channel == expected else { return [] }
        if case .owed(let page) = input { noteGoals(of: page) }
        return handle(input)
    }

    private func noteGoals(of owed: OwedPage) {
        guard !owed.rows.isEmpty else { return }
        switch owed.lane {
        case .urgent: world.goals.reach(.urgentOwed)
        case .backfill: world.goals.reach(.oldStreamGranted)
        case .current: world.goals.reach(.currentOwed)
        }
    }

    /// What one delivery sends, once its disclosure is durable.
    func disclosed(
        _ delivery: OutgoingDelivery, session id: [UInt8]
    ) async throws -> DisclosedDelivery {
        guard !traffic.isPaused else { throw ConversationEnding.paused }
        guard var ready = try await atStore.disclose(delivery, session: id) else {
            throw ConversationEnding.permitsChanged
        }
        try await world.checker.didDisclose(
            ready.deliver.events, from: node, to: peer, session: id, delivery: delivery.number)
        if delivery.positions.count == session.limits.deliveryEventsMax {
            world.goals.reach(.deliveryCutByLimit)
        }
        tallies.noteSent(delivery.positions.count, by: id)
        if !ready.cards.isEmpty, world.buggify.stripsCards() { ready.cards = [] }
        return ready
    }

    /// What the answer to a delivery means for the engine. What one counts that comes again was
    /// counted.
    func take(_ answer: Answer, by id: [UInt8], after start: UInt64?) -> [SyncEffect] {
        if session.expects(answer) { tallies.noteAnswered(answer, by: id) }
        return handle(.answered(answer, tookMilliseconds: start.map { world.now - $0 } ?? 0))
    }

    /// Reads what the administrator allows.
    func readTraffic() async throws {
        traffic = try await store.traffic(with: peer)
        guard !traffic.isPaused else {
            world.goals.reach(.paused)
            note(.named)
            throw ConversationEnding.paused
        }
    }

    /// Tells the engine what was read.
    func followTraffic() -> [SyncEffect] {
        if channel != nil { note(.connected) }
        // Whatever hours are given, it is not one of them.
        let allowsBulk = traffic.windows.isEmpty
        if !allowsBulk { world.goals.reach(.windowClosed) }
        return handle(
            .traffic(
                TrafficPolicy(bytesPerSecond: traffic.bytesPerSecond, allowsBulk: allowsBulk)))
    }
}
