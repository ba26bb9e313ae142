import CareRecord
import SyncEngine
import WireFormat

/// Makes the values that sessions are fed with.
enum Flow {
    static let own = Replica(site: SiteID(Bits128(high: 1, low: 1)), incarnation: Incarnation(1))
    static let peer = Replica(site: SiteID(Bits128(high: 2, low: 2)), incarnation: Incarnation(1))
    static let third = Replica(site: SiteID(Bits128(high: 3, low: 3)), incarnation: Incarnation(1))
    /// Milliseconds of the present in tests that do not care.
    static let now: UInt64 = 1_000_000

    static func stream(_ number: UInt64) -> StreamID {
        .patient(PatientID(Bits128(high: 9, low: number)), .general)
    }

    static func hello(
        _ replica: Replica, shareVersion: UInt64 = 1, versions: ClosedRange<UInt32> = 1...1,
        directSites: [SiteID] = []
    ) -> Hello {
        Hello(
            protocolMin: versions.lowerBound, protocolMax: versions.upperBound, replica: replica,
            feed: FeedID(Bits128(high: 4, low: 4)), feedHead: 0, feedHeadEvent: nil,
            shareVersion: shareVersion, shareDigest: [], time: HybridTime(bits: 0), echo: nil,
            sessionToken: [], directSites: directSites, codecs: [])
    }

    static func opening(
        own: Replica = own, peer: Replica = peer, cursor: UInt64 = 0, acknowledged: UInt64 = 1,
        cards: [Replica] = [], directSites: [SiteID] = []
    ) -> SessionOpening {
        SessionOpening(
            own: hello(own), peer: hello(peer, directSites: directSites), cursor: cursor,
            shareAcknowledged: acknowledged, cardsAcknowledged: cards)
    }

    static func row(
        _ position: UInt64, stream: UInt64 = 1, author: Replica = own, permitted: Bool = true,
        fromPeer: Bool = false, bytes: Int = 10, owed: Bool = false, accepted: UInt64 = 0,
        urgent: Bool = false
    ) -> FeedRow {
        FeedRow(
            position: position, stream: self.stream(stream), author: author, bytes: bytes,
            isPermitted: permitted, cameFromPeer: fromPeer, isOwed: owed,
            acceptedMilliseconds: accepted, isUrgent: urgent)
    }

    static func page(
        after: UInt64, _ rows: [FeedRow], through: UInt64? = nil, version: UInt64 = 1,
        hasMore: Bool = false
    ) -> SyncInput {
        .feed(
            FeedPage(
                after: after, rows: rows, through: through ?? rows.last?.position ?? after,
                shareVersion: version, hasMore: hasMore))
    }

    /// A page of a lane; each owed row reaches to the last of its events here, or further.
    static func owed(
        _ lane: Lane, _ rows: [FeedRow] = [], through: UInt64 = 0, after: OwedPosition? = nil,
        next: OwedPosition? = nil, due: UInt64? = nil, needsOffer: Bool = false,
        version: UInt64 = 1
    ) -> SyncInput {
        .owed(
            OwedPage(
                lane: lane, after: after,
                rows: rows.map { row in
                    let last = rows.last { $0.stream == row.stream }?.position ?? row.position
                    return OwedRow(
                        event: row, through: max(through, last), needsOffer: needsOffer)
                },
                next: next, nextDue: due, shareVersion: version))
    }

    static func accept(_ delivery: OutgoingDelivery, took: UInt64 = 300) -> SyncInput {
        .answered(
            Answer(number: delivery.number, outcomes: delivery.positions.map { _ in .accepted }),
            tookMilliseconds: took)
    }

    static func answer(
        _ delivery: OutgoingDelivery, _ outcomes: [EventOutcome], took: UInt64 = 300
    ) -> SyncInput {
        .answered(Answer(number: delivery.number, outcomes: outcomes), tookMilliseconds: took)
    }

    static func settled(
        _ stream: UInt64, _ through: UInt64, version: UInt64 = 1
    ) -> OwedSettlement {
        OwedSettlement(stream: self.stream(stream), through: through, shareVersion: version)
    }
}

extension [SyncEffect] {
    var deliveries: [OutgoingDelivery] {
        compactMap { effect in
            guard case .deliver(let delivery) = effect else { return nil }
            return delivery
        }
    }

    var cursors: [UInt64] {
        compactMap { effect in
            guard case .moveCursor(let position, _) = effect else { return nil }
            return position
        }
    }

    var orders: [OweOrder] {
        flatMap { effect -> [OweOrder] in
            guard case .owe(let orders) = effect else { return [] }
            return orders
        }
    }

    var offers: [StreamID] {
        flatMap { effect -> [StreamID] in
            guard case .offer(let streams) = effect else { return [] }
            return streams
        }
    }

    var settled: [OwedSettlement] {
        flatMap { effect -> [OwedSettlement] in
            guard case .settleOwed(let items) = effect else { return [] }
            return items
        }
    }

    var wakes: [UInt64] {
        compactMap { effect in
            guard case .wakeAt(let milliseconds) = effect else { return nil }
            return milliseconds
        }
    }

    /// What the shell is asked to read: a lane, or the feed (`nil`).
    var reads: [Lane?] {
        compactMap { effect -> Lane?? in
            switch effect {
            case .readOwed(let lane, _, _, _): .some(lane)
            case .readFeed: .some(nil)
            default: nil
            }
        }
    }
}

extension SyncSession {
    /// A session with small windows that waits for the feed, and has been told that nothing urgent
    /// or current is owed.
    static func opened(
        cursor: UInt64 = 0, cards: [Replica] = [Flow.own, Flow.third], events: Int = 2,
        inFlight: Int = 2, rows: Int = 100, directSites: [SiteID] = []
    ) -> SyncSession {
        var session = SyncSession(
            peer: Flow.peer.site,
            limits: DeliveryLimits(
                deliveryBytesMin: 50, deliveryBytesStart: 100, deliveryBytesMax: 400,
                deliveryEventsMax: events, inFlightMax: inFlight, pageRowsMax: rows))
        _ = session.take(
            .opened(Flow.opening(cursor: cursor, cards: cards, directSites: directSites)))
        _ = session.take(Flow.owed(.urgent))
        _ = session.take(Flow.owed(.current))
        return session
    }

    mutating func take(_ input: SyncInput, at now: UInt64 = Flow.now) -> [SyncEffect] {
        handle(input, at: HybridTime(milliseconds: now, counter: 0))
    }

    /// Gives an input and then answers every read as if the store held nothing more; returns
    /// everything but the reads.
    mutating func takeAll(_ input: SyncInput, at now: UInt64 = Flow.now) -> [SyncEffect] {
        var waiting = take(input, at: now)
        var effects: [SyncEffect] = []
        while !waiting.isEmpty {
            let effect = waiting.removeFirst()
            switch effect {
            case .readFeed(let after, _):
                waiting += take(Flow.page(after: after, []), at: now)
            case .readOwed(let lane, let after, _, _):
                waiting += take(Flow.owed(lane, after: after), at: now)
            default:
                effects.append(effect)
            }
        }
        return effects
    }

    /// Lets the feed grow and gives what a lane holds, and nothing of those before it.
    mutating func takeOwed(
        _ lane: Lane, _ page: SyncInput, at now: UInt64 = Flow.now
    ) -> [SyncEffect] {
        var effects = take(.shareChanged, at: now)
        for before in Lane.allCases where before < lane {
            effects += take(Flow.owed(before), at: now)
        }
        if lane == .backfill { effects += take(Flow.page(after: 0, []), at: now) }
        return effects + take(page, at: now)
    }
}
