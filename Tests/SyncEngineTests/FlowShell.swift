import CareRecord
import SyncEngine
import WireFormat

/// Makes the values that sessions are fed with.
enum Flow {
    static let own = Replica(site: SiteID(Bits128(high: 1, low: 1)), incarnation: Incarnation(1))
    static let peer = Replica(site: SiteID(Bits128(high: 2, low: 2)), incarnation: Incarnation(1))
    static let third = Replica(site: SiteID(Bits128(high: 3, low: 3)), incarnation: Incarnation(1))
    static let now = HybridTime(bits: 0)

    static func stream(_ number: UInt64) -> StreamID {
        .patient(PatientID(Bits128(high: 9, low: number)), .general)
    }

    static func hello(
        _ replica: Replica, shareVersion: UInt64 = 1, versions: ClosedRange<UInt32> = 1...1
    ) -> Hello {
        Hello(
            protocolMin: versions.lowerBound, protocolMax: versions.upperBound, replica: replica,
            feed: FeedID(Bits128(high: 4, low: 4)), feedHead: 0, feedHeadEvent: nil,
            shareVersion: shareVersion, shareDigest: [], time: now, echo: nil, sessionToken: [],
            directSites: [], codecs: [])
    }

    static func opening(
        cursor: UInt64 = 0, acknowledged: UInt64 = 1, cards: [Replica] = []
    ) -> SessionOpening {
        SessionOpening(
            own: hello(own), peer: hello(peer), cursor: cursor, shareAcknowledged: acknowledged,
            cardsAcknowledged: cards)
    }

    static func row(
        _ position: UInt64, stream: UInt64 = 1, author: Replica = own, permitted: Bool = true,
        fromPeer: Bool = false, bytes: Int = 10
    ) -> FeedRow {
        FeedRow(
            position: position, stream: self.stream(stream), author: author, bytes: bytes,
            isPermitted: permitted, cameFromPeer: fromPeer)
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

    static func owed(_ rows: [FeedRow] = [], next: OwedPosition? = nil) -> SyncInput {
        .owed(OwedPage(after: nil, rows: rows, next: next))
    }

    static func accept(_ delivery: OutgoingDelivery) -> SyncInput {
        .answered(
            Answer(
                number: delivery.number,
                outcomes: delivery.positions.map { _ in .accepted }))
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
}

extension SyncSession {
    /// A session with small windows that has been told that nothing is owed.
    static func opened(
        cursor: UInt64 = 0, cards: [Replica] = [Flow.own], events: Int = 2, inFlight: Int = 2,
        rows: Int = 100
    ) -> SyncSession {
        var session = SyncSession(
            peer: Flow.peer.site,
            limits: DeliveryLimits(
                deliveryBytesMax: 100, deliveryEventsMax: events, inFlightMax: inFlight,
                pageRowsMax: rows))
        _ = session.handle(.opened(Flow.opening(cursor: cursor, cards: cards)), at: Flow.now)
        _ = session.handle(Flow.owed(), at: Flow.now)
        return session
    }

    mutating func take(_ input: SyncInput) -> [SyncEffect] { handle(input, at: Flow.now) }
}
