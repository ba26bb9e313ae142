import CareRecord
import Logging
import RecordStore
import Signing
import SyncEngine
import WireFormat

extension PeerConversation {
    /// Gives the engine an input and notes what its effects mean for the queue.
    func handle(_ input: SyncInput) -> [SyncEffect] {
        let effects = session.handle(input, at: now())
        for effect in effects {
            switch effect {
            case .deliver, .owe, .offer: isOursEmpty = false
            case .inStep: isOursEmpty = true
            default: break
            }
        }
        return effects
    }

    /// Performs an effect that only reads or writes the store, and returns what follows from it.
    ///
    /// While the store is read another channel may take over and start the session anew: what was
    /// read for the channel before must not reach it, or its deliveries would leave by the wrong
    /// one and never be answered.
    func performAtStore(
        _ effect: SyncEffect, on expected: Channel
    ) async throws -> [SyncEffect] {
        switch effect {
        case .readFeed(let after, let rowsMax):
            let page = try await context.store.feedRows(
                for: peer.site, after: after, rowsMax: rowsMax)
            guard channel == expected else { return [] }
            return handle(
                .feed(
                    FeedPage(
                        after: after, rows: page.rows.map(FeedRow.init), through: page.through,
                        shareVersion: page.shareVersion, hasMore: page.rows.count == rowsMax)))
        case .readOwed(let lane, let place, let dueBy, let rowsMax):
            let owed = try await context.store.owedEvents(
                for: peer.site, lane: lane, after: place.map { ($0.stream, $0.position) },
                dueByMilliseconds: Int64(clamping: dueBy), rowsMax: rowsMax)
            guard channel == expected else { return [] }
            return handle(
                .owed(
                    OwedPage(
                        lane: lane, after: place, rows: owed.events.map(OwedRow.init),
                        next: owed.next.map(OwedPosition.init),
                        nextDue: owed.nextDueMilliseconds.map { UInt64(max(0, $0)) },
                        shareVersion: owed.shareVersion)))
        case .owe(let orders):
            try await context.store.owe(orders.map(OwedOrder.init), to: peer.site)
        case .moveCursor(let position, let shareVersion):
            try await context.store.moveCursor(
                of: peer.site, to: position, shareVersion: shareVersion)
            answeredThrough = max(answeredThrough, position)
        case .settleOwed(let settled):
            try await context.store.settleOwed(
                settled.map { ($0.stream, $0.through, $0.shareVersion) }, of: peer.site)
        case .noteCards(let replicas):
            try await context.store.noteCards(replicas, heldBy: peer.site)
        case .inStep:
            try await context.store.noteContact(with: peer.site, inStep: true)
            try await tellStanding()
        case .reopen:
            throw ConversationFailure.announcementLost
        case .close(let refusal):
            throw ConversationFailure.refused(refusal)
        case .announce, .deliver, .offer, .wakeAt:
            preconditionFailure("these effects need a channel")
        }
        return []
    }

    /// The messages of one delivery, once its disclosure is durable.
    func messages(
        for delivery: OutgoingDelivery, session: [UInt8]
    ) async throws -> (messages: [SyncMessage], shareVersion: UInt64) {
        guard !traffic.isPaused else { throw ConversationFailure.paused }
        let disclosure = try await context.store.disclose(
            positions: delivery.positions, to: peer.site, session: Hexadecimal.text(session),
            delivery: delivery.number)
        guard let disclosure else { throw ConversationFailure.permitsChanged }
        var messages: [SyncMessage] = []
        if !delivery.cardsOf.isEmpty {
            messages.append(.cards(try await context.store.cards(of: delivery.cardsOf)))
        }
        messages.append(
            .deliver(
                Deliver(
                    number: delivery.number, afterPosition: delivery.after,
                    throughPosition: delivery.through, lane: delivery.lane,
                    events: disclosure.envelopes)))
        tallies[session, default: SessionTally()].sentEvents += delivery.positions.count
        return (messages, disclosure.shareVersion)
    }

    /// What the answer to a delivery means for the engine.
    func take(_ answer: Answer, after start: ContinuousClock.Instant?) -> [SyncEffect] {
        let took = start.map { (ContinuousClock.now - $0).milliseconds } ?? 0
        return handle(.answered(answer, tookMilliseconds: UInt64(max(0, took))))
    }

    /// What the peer refused of ours is counted for operators.
    func countRefusals(in answer: Answer) async throws {
        var refusals: [String: Int] = [:]
        for outcome in answer.outcomes {
            switch outcome {
            case .refused(let refusal): refusals[refusal.name, default: 0] += 1
            case .full: refusals["full", default: 0] += 1
            default: break
            }
        }
        try await context.store.noteRefusals(refusals, with: peer.site, isOurs: false)
    }
}

extension FeedRow {
    init(_ row: OutgoingRow) {
        self.init(
            position: row.position, stream: row.stream, author: row.author, bytes: row.bytes,
            isPermitted: row.isPermitted, cameFromPeer: row.cameFromPeer, isOwed: row.isOwed,
            acceptedMilliseconds: UInt64(max(0, row.acceptedMilliseconds)),
            isUrgent: row.isUrgent)
    }
}

extension OwedRow {
    init(_ event: OwedEvent) {
        self.init(
            event: FeedRow(event.row), through: event.through, needsOffer: event.needsOffer)
    }
}

extension OwedOrder {
    init(_ order: OweOrder) {
        self.init(
            stream: order.stream, after: order.after, through: order.through, lane: order.lane,
            dueMilliseconds: Int64(clamping: order.notBeforeMilliseconds),
            isHeldBack: order.reason == .heldBack)
    }
}

extension Duration {
    /// Whole milliseconds, rounded down.
    var milliseconds: Int64 {
        components.seconds * 1_000 + components.attoseconds / 1_000_000_000_000_000
    }
}
