import CareRecord
import SyncEngine
import Testing

/// Events that the peer probably receives from their author within moments.
@Suite struct HoldBackTests {
    private static let direct = [Flow.third.site]

    @Test("a young event of a site that the peer receives directly is owed instead of sent")
    func heldBack() {
        var session = SyncSession.opened(cursor: 2, directSites: Self.direct)
        let rows = [
            Flow.row(3, stream: 2, author: Flow.third, accepted: Flow.now - 300),
            Flow.row(4, stream: 1, accepted: Flow.now),
            Flow.row(5, stream: 2, author: Flow.third, accepted: Flow.now - 100),
            Flow.row(6, stream: 1, author: Flow.third, accepted: Flow.now - 1_999),
        ]
        let effects = session.take(Flow.page(after: 2, rows))
        #expect(
            effects.first
                == .owe([
                    OweOrder(
                        stream: Flow.stream(2), after: 2, through: 5, lane: .current,
                        notBeforeMilliseconds: Flow.now + 1_700, reason: .heldBack),
                    OweOrder(
                        stream: Flow.stream(1), after: 2, through: 6, lane: .current,
                        notBeforeMilliseconds: Flow.now + 1, reason: .heldBack),
                ]))
        #expect(effects.deliveries.map(\.positions) == [[4]])
        #expect(effects.wakes == [Flow.now + 1])
    }

    @Test(
        "what is old, urgent, this node's own or of another site leaves at once",
        arguments: [
            Flow.row(1, author: Flow.third, accepted: Flow.now - 2_000),
            Flow.row(1, author: Flow.third, accepted: Flow.now, urgent: true),
            Flow.row(1, author: Flow.own, accepted: Flow.now),
            Flow.row(
                1,
                author: Replica(
                    site: SiteID(Bits128(high: 4, low: 4)), incarnation: Incarnation(1)),
                accepted: Flow.now),
        ])
    func notHeldBack(row: FeedRow) {
        var session = SyncSession.opened(directSites: Self.direct + [Flow.own.site])
        let effects = session.take(Flow.page(after: 0, [row]))
        #expect(effects.orders == [])
        #expect(effects.deliveries.map(\.positions) == [[1]])
    }

    @Test("the order is durable before the cursor passes what it covers")
    func orderBeforeCursor() {
        var session = SyncSession.opened(directSites: Self.direct)
        let row = Flow.row(1, author: Flow.third, accepted: Flow.now)
        let effects = session.take(Flow.page(after: 0, [row]))
        let owe = effects.firstIndex { if case .owe = $0 { true } else { false } }
        let move = effects.firstIndex { if case .moveCursor = $0 { true } else { false } }
        #expect(owe == 0)
        #expect(move == 1)
        #expect(session.takeAll(Flow.owed(.backfill)) == [])
    }

    @Test("the list of direct sites is the last one that the peer gave")
    func directSites() {
        var session = SyncSession.opened(directSites: Self.direct)
        _ = session.take(.directSites([]))
        let row = Flow.row(1, author: Flow.third, accepted: Flow.now)
        #expect(session.take(Flow.page(after: 0, [row])).orders == [])
    }

    @Test("a clock that was set back holds nothing back for longer")
    func clockSetBack() {
        var session = SyncSession.opened(directSites: Self.direct)
        let row = Flow.row(1, author: Flow.third, accepted: Flow.now + 3_600_000)
        let orders = session.take(Flow.page(after: 0, [row])).orders
        #expect(orders.map(\.notBeforeMilliseconds) == [Flow.now + 2_000])
    }

    @Test("what is due is offered once; it leaves when the peer was asked and lacks it")
    func offers() {
        var session = SyncSession.opened(directSites: Self.direct)
        _ = session.takeAll(Flow.page(after: 0, []))
        let rows = [
            Flow.row(1, stream: 3, author: Flow.third), Flow.row(2, stream: 3, author: Flow.third),
            Flow.row(3, stream: 4, author: Flow.third),
        ]
        let due = session.takeOwed(.current, Flow.owed(.current, rows, needsOffer: true))
        #expect(due.offers == [Flow.stream(3), Flow.stream(4)])
        #expect(due.deliveries == [])
        #expect(session.takeAll(Flow.page(after: 0, [])).contains(.inStep) == false)
        // While the answer is on its way nothing is offered twice.
        let twice = session.takeOwed(.current, Flow.owed(.current, rows, needsOffer: true))
        #expect(twice.offers == [])
        _ = session.takeAll(Flow.page(after: 0, []))
        // The peer holds the second stream already: only the first is read again.
        let offered = session.take(.offered([Flow.stream(3), Flow.stream(4)]))
        #expect(offered.reads == [.current])
        let sent = session.take(Flow.owed(.current, Array(rows.prefix(2)))).deliveries
        #expect(sent.map(\.positions) == [[1, 2]])
        #expect(session.takeAll(Flow.accept(sent[0])).last == .inStep)
    }

    @Test("a store that goes on asking for an offer does not keep the session busy")
    func offeredForNothing() {
        var session = SyncSession.opened(directSites: Self.direct)
        _ = session.takeAll(Flow.page(after: 0, []))
        let row = Flow.row(1, stream: 3, author: Flow.third)
        let due = Flow.owed(.current, [row], needsOffer: true)
        #expect(session.takeOwed(.current, due).offers.count == 1)
        _ = session.takeAll(Flow.page(after: 0, []))
        #expect(session.take(.offered([Flow.stream(3)])).reads == [.current])
        #expect(session.take(due) == [.wakeAt(milliseconds: Flow.now + 2_000)])
        // More of the stream was held back: it is offered again.
        let more = Flow.owed(.current, [row], through: 5, needsOffer: true)
        #expect(session.takeOwed(.current, more).offers == [Flow.stream(3)])
    }

    @Test("a stream that was put off and falls due again is offered again")
    func putOff() {
        var session = SyncSession.opened(directSites: Self.direct)
        _ = session.takeAll(Flow.page(after: 0, []))
        let row = Flow.row(1, stream: 3, author: Flow.third)
        let due = Flow.owed(.current, [row], needsOffer: true)
        #expect(session.takeOwed(.current, due).offers.count == 1)
        _ = session.takeAll(Flow.page(after: 0, []))
        _ = session.take(.offered([Flow.stream(3)]))
        #expect(session.take(due).offers == [])
        #expect(session.take(.tick, at: Flow.now + 2_000).reads == [.current])
        #expect(session.take(due, at: Flow.now + 2_000).offers == [Flow.stream(3)])
    }

    @Test("a stream that was offered and is clean is offered again when more of it falls due")
    func offeredAgain() {
        var session = SyncSession.opened(directSites: Self.direct)
        _ = session.takeAll(Flow.page(after: 0, []))
        let row = Flow.row(1, stream: 3, author: Flow.third)
        let due = Flow.owed(.current, [row], needsOffer: true)
        #expect(session.takeOwed(.current, due).offers.count == 1)
        _ = session.takeAll(Flow.page(after: 0, []))
        _ = session.take(.offered([Flow.stream(3)]))
        _ = session.take(Flow.owed(.current, due: Flow.now + 900))
        #expect(session.takeOwed(.current, due).offers == [Flow.stream(3)])
    }
}
