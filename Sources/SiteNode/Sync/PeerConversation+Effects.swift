import RecordStore
import SyncEngine
import SyncShell
import WireFormat

extension PeerConversation {
    /// Gives the engine an input.
    func handle(_ input: SyncInput) -> [SyncEffect] { session.handle(input, at: now()) }

    /// Performs an effect that only reads or writes the store, and returns what follows from it.
    ///
    /// While the store is read another channel may take over and start the session anew: what was
    /// read for the channel before must not reach it, or its deliveries would leave by the wrong
    /// one and never be answered.
    func performAtStore(
        _ effect: SyncEffect, on expected: Channel
    ) async throws -> [SyncEffect] {
        let input = try await atStore.perform(effect)
        switch effect {
        case .moveCursor(let position, _): answeredThrough = max(answeredThrough, position)
        case .inStep: try await tellStanding()
        case .reopen: throw ConversationFailure.announcementLost
        case .close(let refusal): throw ConversationFailure.refused(refusal)
        case .announce, .deliver, .offer, .wakeAt:
            preconditionFailure("these effects need a channel")
        default: break
        }
        guard let input, channel == expected else { return [] }
        return handle(input)
    }

    /// What one delivery sends, once its disclosure is durable.
    func disclosed(
        _ delivery: OutgoingDelivery, session: [UInt8]
    ) async throws -> DisclosedDelivery {
        guard !traffic.isPaused else { throw ConversationFailure.paused }
        guard let ready = try await atStore.disclose(delivery, session: session) else {
            throw ConversationFailure.permitsChanged
        }
        tallies.noteSent(delivery.positions.count, by: session)
        return ready
    }

    /// What the answer to a delivery means for the engine. What one counts that comes again was
    /// counted.
    func take(
        _ answer: Answer, by id: [UInt8], after start: ContinuousClock.Instant?
    ) -> [SyncEffect] {
        if session.expects(answer) { tallies.noteAnswered(answer, by: id) }
        let took = start.map { (ContinuousClock.now - $0).milliseconds } ?? 0
        return handle(.answered(answer, tookMilliseconds: UInt64(max(0, took))))
    }
}

extension Duration {
    /// Whole milliseconds, rounded down.
    var milliseconds: Int64 {
        components.seconds * 1_000 + components.attoseconds / 1_000_000_000_000_000
    }
}
