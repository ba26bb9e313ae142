package import CareRecord
package import RecordStore
package import Signing
package import SyncEngine
package import WireFormat

/// The record store, as the session with one peer uses it: the part of a session's shell that
/// reads and writes the store and knows nothing of channels, clocks or tasks.
///
/// Errors are those of `SiteStore`.
package struct PeerStore: Sendable {
    /// The node's store.
    package let store: SiteStore
    /// The peer's site.
    package let peer: SiteID

    /// Sees the store as the session with a peer does.
    package init(_ store: SiteStore, peer: SiteID) {
        self.store = store
        self.peer = peer
    }

    /// Performs an effect that only reads or writes the store.
    ///
    /// - Returns: what the engine is to be told of it; `nil` if nothing, and for an effect that
    ///   needs a channel.
    package func perform(_ effect: SyncEffect) async throws -> SyncInput? {
        switch effect {
        case .readFeed(let after, let rowsMax):
            let page = try await store.feedRows(for: peer, after: after, rowsMax: rowsMax)
            return .feed(
                FeedPage(
                    after: after, rows: page.rows.map(FeedRow.init), through: page.through,
                    shareVersion: page.shareVersion, hasMore: page.rows.count == rowsMax))
        case .readOwed(let lane, let place, let dueBy, let rowsMax):
            let owed = try await store.owedEvents(
                for: peer, lane: lane, after: place.map { ($0.stream, $0.position) },
                dueByMilliseconds: Int64(clamping: dueBy), rowsMax: rowsMax)
            return .owed(
                OwedPage(
                    lane: lane, after: place, rows: owed.events.map(OwedRow.init),
                    next: owed.next.map(OwedPosition.init),
                    nextDue: owed.nextDueMilliseconds.map { UInt64(max(0, $0)) },
                    shareVersion: owed.shareVersion))
        case .owe(let orders):
            try await store.owe(orders.map(OwedOrder.init), to: peer)
        case .moveCursor(let position, let shareVersion):
            try await store.moveCursor(of: peer, to: position, shareVersion: shareVersion)
        case .settleOwed(let settled):
            try await store.settleOwed(
                settled.map { ($0.stream, $0.through, $0.shareVersion) }, of: peer)
        case .noteCards(let replicas):
            try await store.noteCards(replicas, heldBy: peer)
        case .inStep:
            try await store.noteContact(with: peer, inStep: true)
        case .announce, .deliver, .offer, .wakeAt, .reopen, .close:
            break
        }
        return nil
    }

    /// What the peer refused of ours is counted for operators.
    package func countRefusals(in answer: Answer) async throws {
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
}

/// What one delivery sends, once its disclosure is durable.
package struct DisclosedDelivery: Sendable {
    /// Cards of authors that the peer has not acknowledged; they go first.
    package var cards: [SignedNodeCard]
    /// The delivery.
    package var deliver: Deliver
    /// The version of the share set that permits it: it must be announced before it leaves.
    package var shareVersion: UInt64

    /// In the order in which they are sent.
    package var messages: [SyncMessage] {
        (cards.isEmpty ? [] : [.cards(cards)]) + [.deliver(deliver)]
    }
}

extension PeerStore {
    /// Makes the disclosure of a delivery durable, and makes it ready; `nil` if a permit of it is
    /// gone, so that nothing of it may leave.
    ///
    /// - Parameter session: the session's id, 16 bytes.
    package func disclose(
        _ delivery: OutgoingDelivery, session: [UInt8]
    ) async throws -> DisclosedDelivery? {
        let disclosure = try await store.disclose(
            positions: delivery.positions, to: peer, session: Hexadecimal.text(session),
            delivery: delivery.number)
        guard let disclosure else { return nil }
        return DisclosedDelivery(
            cards: delivery.cardsOf.isEmpty ? [] : try await store.cards(of: delivery.cardsOf),
            deliver: Deliver(
                number: delivery.number, afterPosition: delivery.after,
                throughPosition: delivery.through, lane: delivery.lane,
                events: disclosure.envelopes),
            shareVersion: disclosure.shareVersion)
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
