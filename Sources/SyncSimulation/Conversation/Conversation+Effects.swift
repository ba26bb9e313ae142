import CareRecord
import RecordStore
import Signing
import SyncEngine
import WireFormat

extension Conversation {
    /// Performs an effect that only reads or writes the store, and returns what follows from it.
    func performAtStore(
        _ effect: SyncEffect, on expected: Channel
    ) async throws -> [SyncEffect] {
        switch effect {
        case .readFeed(let after, let rowsMax):
            let page = try await store.feedRows(for: peer, after: after, rowsMax: rowsMax)
            guard channel == expected else { return [] }
            return handle(
                .feed(
                    FeedPage(
                        after: after, rows: page.rows.map(FeedRow.init), through: page.through,
                        shareVersion: page.shareVersion, hasMore: page.rows.count == rowsMax)))
        case .readOwed(let lane, let place, let dueBy, let rowsMax):
            let owed = try await store.owedEvents(
                for: peer, lane: lane, after: place.map { ($0.stream, $0.position) },
                dueByMilliseconds: Int64(clamping: dueBy), rowsMax: rowsMax)
            guard channel == expected else { return [] }
            noteGoals(of: owed, lane)
            return handle(
                .owed(
                    OwedPage(
                        lane: lane, after: place, rows: owed.events.map(OwedRow.init),
                        next: owed.next.map(OwedPosition.init),
                        nextDue: owed.nextDueMilliseconds.map { UInt64(max(0, $0)) },
                        shareVersion: owed.shareVersion)))
        case .owe(let orders):
            try await store.owe(orders.map(OwedOrder.init), to: peer)
        case .moveCursor(let position, let shareVersion):
            try await store.moveCursor(of: peer, to: position, shareVersion: shareVersion)
            answeredThrough = max(answeredThrough, position)
        case .settleOwed(let settled):
            try await store.settleOwed(
                settled.map { ($0.stream, $0.through, $0.shareVersion) }, of: peer)
        case .noteCards(let replicas):
            try await store.noteCards(replicas, heldBy: peer)
        case .inStep:
            world.goals.reach(.inStep)
            try await store.noteContact(with: peer, inStep: true)
            try await tellStanding()
        case .reopen:
            throw ConversationEnding.announcementLost
        case .close(let refusal):
            throw ConversationEnding.refused(refusal)
        case .announce, .deliver, .offer, .wakeAt:
            preconditionFailure("these effects need a channel")
        }
        return []
    }

    private func noteGoals(of owed: OwedEvents, _ lane: Lane) {
        guard !owed.events.isEmpty else { return }
        switch lane {
        case .urgent: world.goals.reach(.urgentOwed)
        case .backfill: world.goals.reach(.oldStreamGranted)
        case .current: world.goals.reach(.currentOwed)
        }
    }

    /// The messages of one delivery, once its disclosure is durable.
    func messages(
        for delivery: OutgoingDelivery, session id: [UInt8]
    ) async throws -> (messages: [SyncMessage], shareVersion: UInt64) {
        guard !traffic.isPaused else { throw ConversationEnding.paused }
        let disclosure = try await store.disclose(
            positions: delivery.positions, to: peer, session: Hexadecimal.text(id),
            delivery: delivery.number)
        guard let disclosure else { throw ConversationEnding.permitsChanged }
        try await world.checker.didDisclose(
            disclosure.envelopes, from: node, to: peer, session: id,
            delivery: delivery.number)
        var messages: [SyncMessage] = []
        if delivery.positions.count == session.limits.deliveryEventsMax {
            world.goals.reach(.deliveryCutByLimit)
        }
        if !delivery.cardsOf.isEmpty, !world.buggify.stripsCards() {
            messages.append(.cards(try await store.cards(of: delivery.cardsOf)))
        }
        messages.append(
            .deliver(
                Deliver(
                    number: delivery.number, afterPosition: delivery.after,
                    throughPosition: delivery.through, lane: delivery.lane,
                    events: disclosure.envelopes)))
        sentEvents += delivery.positions.count
        return (messages, disclosure.shareVersion)
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
        try await store.noteRefusals(refusals, with: peer, isOurs: false)
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
        return handle(
            .traffic(TrafficPolicy(bytesPerSecond: traffic.bytesPerSecond, allowsBulk: true)))
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
