import CareRecord
import SyncEngine
import Testing
import WireFormat

/// A peer that has no room for some events, or for none.
@Suite struct RoomTests {
    @Test("events without room are owed after a wait, and the rest counts as answered")
    func some() {
        var session = SyncSession.opened(events: 4)
        let rows = [
            Flow.row(1), Flow.row(2, stream: 2), Flow.row(3), Flow.row(4, stream: 2), Flow.row(5),
        ]
        let sent = session.take(Flow.page(after: 0, rows)).deliveries
        let effects = session.take(Flow.answer(sent[0], [.accepted, .full, .duplicate, .full]))
        #expect(
            effects.prefix(2) == [
                .owe([
                    OweOrder(
                        stream: Flow.stream(2), after: 0, through: 4, lane: .current,
                        notBeforeMilliseconds: Flow.now + 30_000, reason: .full)
                ]), .moveCursor(4, shareVersion: 1),
            ])
        #expect(effects.wakes == [Flow.now + 30_000])
        #expect(session.queueReport?.isPausedByPeer == false)
        #expect(!session.takeAll(Flow.accept(sent[1])).contains(.inStep))
    }

    @Test("backfill without room waits in the current lane, since a backfill has no due times")
    func backfill() {
        var session = SyncSession.opened(events: 2)
        _ = session.takeAll(Flow.page(after: 0, []))
        let page = Flow.owed(.backfill, [Flow.row(1), Flow.row(2, stream: 2)])
        let sent = session.takeOwed(.backfill, page).deliveries
        #expect(sent.map(\.positions) == [[1, 2]])
        let effects = session.take(Flow.answer(sent[0], [.accepted, .full]))
        #expect(effects.orders.map(\.lane) == [.current])
        #expect(effects.wakes == [Flow.now + 30_000])
    }

    @Test("a delivery without any room pauses every lane for a while")
    func all() {
        var session = SyncSession.opened()
        let sent = session.take(Flow.page(after: 0, (1...8).map { Flow.row($0) })).deliveries
        let effects = session.take(Flow.answer(sent[0], [.full, .full]))
        #expect(effects.orders.map(\.through) == [2])
        #expect(effects.cursors == [2])
        #expect(effects.deliveries == [])
        #expect(effects.wakes == [Flow.now + 30_000])
        #expect(session.queueReport?.isPausedByPeer == true)
        // Answers still count, growth changes nothing.
        #expect(session.take(Flow.accept(sent[1])).cursors == [4])
        #expect(session.take(.feedGrew) == [])
        let again = session.take(.tick, at: Flow.now + 30_000)
        #expect(again.deliveries.map(\.positions) == [[5, 6], [7, 8]])
        #expect(again.reads.count == 0)
        #expect(session.queueReport?.isPausedByPeer == false)
    }

    @Test("a wait doubles for each try that fails, up to ten minutes")
    func doubles() {
        var session = SyncSession.opened(events: 2)
        _ = session.takeAll(Flow.page(after: 0, []))
        var now = Flow.now
        var waits: [UInt64] = []
        for _ in 0..<7 {
            let page = Flow.owed(.current, [Flow.row(1), Flow.row(2)])
            let sent = session.takeOwed(.current, page, at: now).deliveries
            let effects = session.takeAll(Flow.answer(sent[0], [.accepted, .full]), at: now)
            waits += effects.orders.map { $0.notBeforeMilliseconds - now }
            _ = session.takeAll(Flow.page(after: 0, []), at: now)
            now += waits.last ?? 0
        }
        #expect(waits == [30, 60, 120, 240, 480, 600, 600].map { $0 * 1_000 })
    }

    @Test("deliveries that were on their way together double the wait once")
    func doublesOnce() {
        var session = SyncSession.opened()
        let sent = session.take(Flow.page(after: 0, (1...4).map { Flow.row($0) })).deliveries
        let first = session.take(Flow.answer(sent[0], [.accepted, .full]))
        let second = session.take(Flow.answer(sent[1], [.accepted, .full]), at: Flow.now + 10)
        #expect(first.orders.map(\.notBeforeMilliseconds) == [Flow.now + 30_000])
        #expect(second.orders.map(\.notBeforeMilliseconds) == [Flow.now + 30_010])
    }

    @Test("nothing behind an event without room settles its stream")
    func settlement() {
        var session = SyncSession.opened(events: 2)
        _ = session.takeAll(Flow.page(after: 0, []))
        let rows = (1...6).map { Flow.row($0, stream: 7) }
        let sent = session.takeOwed(
            .current, Flow.owed(.current, rows, next: OwedPosition(stream: 7, position: 6))
        ).deliveries
        #expect(sent.map(\.positions) == [[1, 2], [3, 4]])
        let effects = session.take(Flow.answer(sent[0], [.accepted, .full]))
        #expect(effects.orders.map(\.after) == [0])
        #expect(effects.settled == [Flow.settled(7, 1)])
        // What was read of the stream is dropped, and so is what the pass still brings of it.
        #expect(effects.deliveries == [])
        _ = session.take(Flow.page(after: 0, []))
        _ = session.take(Flow.owed(.backfill))
        let place = OwedPosition(stream: 7, position: 6)
        let rest = session.take(
            Flow.owed(.current, [Flow.row(7, stream: 7), Flow.row(8, stream: 8)], after: place))
        #expect(rest.deliveries.map(\.positions) == [[8]])
        #expect(session.take(Flow.accept(sent[1])).settled == [])
    }

    @Test("what had no room leaves again once it is due, though an earlier answer is still awaited")
    func leavesAgain() {
        var session = SyncSession.opened(events: 2)
        let rows = [1, 2].map { Flow.row($0, stream: 2) } + [Flow.row(3, stream: 3), Flow.row(4)]
        let sent = session.take(Flow.page(after: 0, rows)).deliveries
        #expect(sent.map(\.positions) == [[1, 2], [3, 4]])
        _ = session.take(Flow.answer(sent[1], [.accepted, .full]))
        _ = session.take(.feedGrew)
        _ = session.take(Flow.owed(.backfill))
        // What the peer kept does not leave again.
        let again = session.take(
            Flow.owed(.urgent, [Flow.row(3, stream: 3), Flow.row(4)])
        )
        #expect(again.deliveries.map(\.positions) == [[4]])
        #expect(again.settled == [])
        #expect(session.take(Flow.accept(sent[0])).settled == [])
        #expect(
            session.take(Flow.accept(again.deliveries[0])).settled
                == [Flow.settled(3, 3), Flow.settled(1, 4)])
    }

    @Test("an order for an owed event keeps its lane, but for backfill", arguments: Lane.allCases)
    func lanes(lane: Lane) {
        var session = SyncSession.opened()
        _ = session.takeAll(Flow.page(after: 0, []))
        let sent = session.takeOwed(lane, Flow.owed(lane, [Flow.row(1), Flow.row(2)])).deliveries
        #expect(sent.map(\.lane) == [lane])
        let effects = session.take(Flow.answer(sent[0], [.accepted, .full]))
        #expect(effects.orders.map(\.lane) == [min(lane, .current)])
    }
}
