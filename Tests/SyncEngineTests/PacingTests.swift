import CareRecord
import SyncEngine
import Testing
import WireFormat

/// The size of deliveries, the bandwidth cap and the time windows.
@Suite struct PacingTests {
    @Test("quick answers let full deliveries grow, slow ones make them shrink, within limits")
    func size() {
        var session = SyncSession.opened(events: 100, inFlight: 1)
        let rows = (1...100).map { Flow.row($0, bytes: 50) }
        var sent = session.take(Flow.page(after: 0, rows)).deliveries
        var sizes: [Int] = []
        for took: UInt64 in [149, 150, 149, 149, 600, 601, 900, 900, 900, 900, 20] {
            sizes.append(sent[0].bytes)
            sent = session.take(Flow.accept(sent[0], took: took)).deliveries
        }
        #expect(sizes == [100, 200, 200, 400, 400, 400, 200, 100, 50, 50, 50])
        #expect(session.queueReport?.deliveryBytesTarget == 100)
    }

    @Test("a quick answer to a small delivery says nothing about large ones")
    func smallDelivery() {
        var session = SyncSession.opened()
        let sent = session.take(Flow.page(after: 0, [Flow.row(1, bytes: 49)])).deliveries
        _ = session.take(Flow.accept(sent[0], took: 1))
        #expect(session.queueReport?.deliveryBytesTarget == 100)
    }

    /// A session with the usual limits that has been told that nothing urgent or current is owed.
    private func capped(_ bytesPerSecond: Int) -> SyncSession {
        var session = SyncSession(peer: Flow.peer.site)
        _ = session.take(.traffic(TrafficPolicy(bytesPerSecond: bytesPerSecond)))
        _ = session.take(.opened(Flow.opening(cards: [Flow.own])))
        _ = session.take(Flow.owed(.urgent))
        _ = session.take(Flow.owed(.current))
        return session
    }

    @Test("under a cap a burst leaves at once, and the rest when there is room for it")
    func cap() {
        var session = capped(100_000)
        let rows = (1...10).map { Flow.row($0, bytes: 50_000) }
        let first = session.take(Flow.page(after: 0, rows))
        #expect(first.deliveries.map(\.positions) == [[1, 2]])
        #expect(first.wakes == [Flow.now + 1_000])
        #expect(session.queueReport?.waitsForTokens == true)
        #expect(session.queueReport?.deliveryBytesTarget == 100_000)
        #expect(session.take(.tick, at: Flow.now + 999).deliveries == [])
        let second = session.take(.tick, at: Flow.now + 1_000)
        #expect(second.deliveries.map(\.positions) == [[3, 4]])
        #expect(second.wakes == [Flow.now + 2_000])
    }

    @Test("an event larger than the burst leaves once the bucket is full, and is paid for later")
    func largeEvent() {
        var session = capped(1_000)
        let rows = [Flow.row(1, bytes: 100_000), Flow.row(2, bytes: 1_000)]
        let first = session.take(Flow.page(after: 0, rows))
        #expect(first.deliveries.map(\.positions) == [[1]])
        // 64 KiB less 100,000 bytes is missing, and the thousand of the next event.
        #expect(first.wakes == [Flow.now + 35_464])
        #expect(session.take(.tick, at: Flow.now + 35_464).deliveries.map(\.positions) == [[2]])
    }

    @Test("urgent streams do not wait for the cap, but what they take is gone")
    func urgentUnderCap() {
        var session = capped(100_000)
        _ = session.takeAll(Flow.page(after: 0, []))
        let urgent = Flow.owed(.urgent, [Flow.row(1, bytes: 250_000, urgent: true)])
        #expect(session.takeOwed(.urgent, urgent).deliveries.map(\.lane) == [.urgent])
        _ = session.take(Flow.owed(.current))
        let effects = session.take(
            Flow.page(after: 0, [Flow.row(2, stream: 2, bytes: 10_000)]))
        #expect(effects.deliveries == [])
        #expect(effects.wakes == [Flow.now + 1_600])
        let more = session.takeAll(.feedGrew)
        #expect(more.deliveries == [])
    }

    @Test("a new channel does not start with a full bucket")
    func reconnect() {
        var session = capped(100_000)
        let rows = (1...2).map { Flow.row($0, bytes: 50_000) }
        #expect(session.take(Flow.page(after: 0, rows)).deliveries.count == 1)
        _ = session.take(.channelLost)
        _ = session.take(.opened(Flow.opening(cards: [Flow.own])))
        _ = session.take(Flow.owed(.urgent))
        _ = session.take(Flow.owed(.current))
        #expect(session.take(Flow.page(after: 0, rows)).deliveries == [])
        // A cap that is lifted lets everything leave.
        #expect(session.take(.traffic(TrafficPolicy())).deliveries.count == 1)
    }

    @Test("outside the time windows only the urgent lane leaves")
    func windows() {
        var session = SyncSession.opened()
        _ = session.take(.traffic(TrafficPolicy(allowsBulk: false)))
        #expect(session.queueReport?.bulkNotAllowed == true)
        #expect(session.takeAll(Flow.page(after: 0, [Flow.row(1)])) == [])
        let current = Flow.owed(.current, [Flow.row(2, stream: 2)])
        #expect(session.takeOwed(.current, current).deliveries == [])
        #expect(session.takeAll(Flow.page(after: 1, [])) == [])
        let urgent = Flow.owed(.urgent, [Flow.row(3, stream: 3)])
        #expect(session.takeOwed(.urgent, urgent).deliveries.map(\.positions) == [[3]])
        let open = session.take(.traffic(TrafficPolicy()))
        #expect(open.deliveries.map(\.positions) == [[2]])
    }

    @Test("a session in step is so no longer once something waits for the hours given to bulk")
    func inStepWhileClosed() {
        var session = SyncSession.opened()
        _ = session.takeAll(Flow.page(after: 0, []))
        #expect(session.isInStep)
        _ = session.take(.traffic(TrafficPolicy(allowsBulk: false)))
        _ = session.take(.feedGrew)
        _ = session.take(Flow.owed(.urgent))
        _ = session.take(Flow.owed(.current))
        _ = session.takeAll(Flow.page(after: 0, [Flow.row(1)]))
        #expect(!session.isInStep)
        let sent = session.take(.traffic(TrafficPolicy())).deliveries
        #expect(sent.map(\.positions) == [[1]])
        _ = session.takeAll(Flow.answer(sent[0], [.accepted]))
        #expect(session.isInStep)
    }

    @Test("a clock that was set back does not stop a session for longer than it was paused")
    func clockSetBack() {
        var session = SyncSession.opened()
        let sent = session.take(Flow.page(after: 0, (1...6).map { Flow.row($0) })).deliveries
        _ = session.take(Flow.answer(sent[0], [.full, .full]))
        let back = session.take(.tick, at: Flow.now - 600_000)
        #expect(back.wakes == [Flow.now - 570_000])
        let again = session.take(.tick, at: Flow.now - 570_000)
        #expect(again.deliveries.map(\.positions) == [[5, 6]])
    }
}
