import CareRecord
import SyncEngine
import Testing
import WireFormat

/// What is owed: the order of lanes, and what settles it.
@Suite struct OwedLaneTests {
    @Test("lanes are read by urgency, and backfill after the feed")
    func order() {
        var session = SyncSession(peer: Flow.peer.site)
        #expect(session.take(.opened(Flow.opening())).reads == [.urgent])
        #expect(session.take(Flow.owed(.urgent)).reads == [.current])
        #expect(session.take(Flow.owed(.current)).reads == [nil])
        #expect(session.take(Flow.page(after: 0, [])).reads == [.backfill])
        #expect(session.take(Flow.owed(.backfill)) == [.inStep])
    }

    @Test("current owed streams leave before the feed, and backfill behind it")
    func sendingOrder() {
        var session = SyncSession.opened(inFlight: 1)
        _ = session.takeAll(Flow.page(after: 0, [Flow.row(1)]))
        // The window is taken; everything else queues up.
        _ = session.take(.shareChanged)
        _ = session.take(Flow.owed(.urgent))
        _ = session.take(Flow.owed(.current, [Flow.row(101, stream: 4)]))
        _ = session.take(Flow.page(after: 1, [Flow.row(2, stream: 5)]))
        var effects = session.take(Flow.owed(.backfill, [Flow.row(102, stream: 6)]))
        #expect(effects.deliveries == [])
        var lanes: [Lane] = []
        var number: UInt64 = 1
        while true {
            let answer = Answer(number: number, outcomes: [.accepted])
            effects = session.takeAll(.answered(answer, tookMilliseconds: 300))
            guard let delivery = effects.deliveries.first else { break }
            lanes.append(delivery.lane)
            #expect(delivery.isOwed == (delivery.positions != [2]))
            number = delivery.number
        }
        #expect(lanes == [.current, .current, .backfill])
        #expect(effects.last == .inStep)
    }

    @Test("a settlement names the share set of its pass's first page, whatever later pages are of")
    func passVersion() {
        var session = SyncSession.opened()
        let place = OwedPosition(stream: 2, position: 1)
        #expect(session.take(Flow.page(after: 0, [])).reads == [.backfill])
        let first = session.take(
            Flow.owed(
                .backfill, [Flow.row(1, stream: 2, permitted: false)], through: 2, next: place,
                version: 3))
        #expect(first.settled == [Flow.settled(2, 1, version: 3)])
        #expect(first.reads == [.backfill])
        let second = session.take(
            Flow.owed(.backfill, [Flow.row(2, stream: 2)], after: place, version: 5))
        #expect(second.deliveries.map(\.positions) == [[2]])
        let answered = session.take(
            .answered(
                Answer(number: 1, outcomes: [.accepted]), tookMilliseconds: 300))
        #expect(answered.settled == [Flow.settled(2, 2, version: 3)])
    }

    @Test("an urgent stream leaves though the window is full, and takes its events from the feed")
    func urgentJumps() {
        var session = SyncSession.opened()
        var rows = (1...8).map { Flow.row($0) }
        rows[6] = Flow.row(7, stream: 2)
        let sent = session.take(Flow.page(after: 0, rows)).deliveries
        #expect(sent.map(\.positions) == [[1, 2], [3, 4]])
        _ = session.take(.feedGrew)
        // The page of backfill that was under way comes first.
        #expect(session.take(Flow.owed(.backfill)).reads == [.urgent])
        let urgent = session.take(
            Flow.owed(.urgent, [Flow.row(7, stream: 2), Flow.row(9, stream: 2, urgent: true)])
        ).deliveries
        #expect(urgent.map(\.positions) == [[7, 9]])
        #expect(urgent.map(\.lane) == [.urgent])
        #expect(session.inFlightCount == 3)
        let next = session.take(Flow.accept(sent[0])).deliveries
        // Three are on their way: the one more is the urgent lane's.
        #expect(next == [])
        // The streams settle in the order of the deliveries.
        #expect(session.take(Flow.accept(urgent[0])) == [])
        let both = session.take(Flow.accept(sent[1]))
        #expect(both.settled == [Flow.settled(2, 9)])
        #expect(both.deliveries.map(\.positions) == [[5, 6], [8]])
    }

    @Test("what is on its way already does not leave again, and settles only once answered")
    func onItsWay() {
        var session = SyncSession.opened()
        let sent = session.take(Flow.page(after: 0, [Flow.row(1), Flow.row(2)])).deliveries
        _ = session.take(.feedGrew)
        _ = session.take(Flow.owed(.backfill))
        let effects = session.take(Flow.owed(.urgent, [Flow.row(1), Flow.row(2)]))
        #expect(effects.deliveries == [])
        #expect(effects.settled == [])
        #expect(session.take(Flow.accept(sent[0])).settled == [Flow.settled(1, 2)])
    }

    @Test("growth reads urgent and current again, and leaves backfill where it is")
    func backfillGoesOn() {
        var session = SyncSession.opened(events: 1, inFlight: 1, rows: 2)
        #expect(session.take(Flow.page(after: 0, [])).reads == [.backfill])
        let place = OwedPosition(stream: 7, position: 2)
        let first = session.take(
            Flow.owed(.backfill, [Flow.row(1), Flow.row(2)], next: place))
        #expect(first.reads == [.backfill])
        #expect(session.take(.feedGrew).reads == [])
        let rest = session.take(Flow.owed(.backfill, [Flow.row(3, stream: 2)], after: place))
        #expect(rest.reads == [.urgent])
        #expect(session.takeAll(Flow.owed(.urgent)).deliveries == [])
    }

    @Test("backfill that found something is read once more, and once only")
    func backfillAgain() {
        var session = SyncSession.opened()
        _ = session.take(Flow.page(after: 0, []))
        let sent = session.take(Flow.owed(.backfill, [Flow.row(1), Flow.row(2)])).deliveries
        let effects = session.take(Flow.accept(sent[0]))
        #expect(effects.settled == [Flow.settled(1, 2)])
        #expect(effects.reads == [.backfill])
        #expect(session.take(Flow.owed(.backfill)) == [.inStep])
    }

    @Test("no settlement passes an event of its stream that was not answered")
    func settlements() {
        var session = SyncSession.opened(events: 1, inFlight: 5)
        let place = OwedPosition(stream: 7, position: 2)
        _ = session.take(Flow.page(after: 0, []))
        let first = session.take(
            Flow.owed(
                .backfill, [Flow.row(1, stream: 7), Flow.row(2, stream: 7, fromPeer: true)],
                next: place))
        #expect(first.deliveries.map(\.positions) == [[1]])
        // What the peer delivered itself waits for what is in flight before it.
        let rest = session.take(
            Flow.owed(.backfill, [Flow.row(3, stream: 7, fromPeer: true)], after: place))
        #expect(rest.settled == [])
        #expect(
            session.take(Flow.accept(first.deliveries[0])).settled
                == [Flow.settled(7, 2), Flow.settled(7, 3)])
    }

    @Test("an owed stream of which nothing may be sent is settled without a delivery")
    func nothingOfIt() {
        var session = SyncSession.opened()
        _ = session.take(Flow.page(after: 0, []))
        let rows = [Flow.row(4, fromPeer: true), Flow.row(5, author: Flow.peer)]
        let effects = session.take(Flow.owed(.backfill, rows))
        #expect(effects.settled == [Flow.settled(1, 5)])
        #expect(effects.deliveries == [])
    }

    @Test("a changed share set reads every lane, again after the cursor has passed what is older")
    func shareChanged() {
        var session = SyncSession.opened()
        let sent = session.take(Flow.page(after: 0, [Flow.row(1)])).deliveries
        _ = session.take(Flow.owed(.backfill))
        #expect(session.take(.shareChanged).reads == [.urgent])
        #expect(session.take(Flow.owed(.urgent)).reads == [.current])
        #expect(session.take(Flow.owed(.current)).reads == [nil])
        #expect(session.take(Flow.page(after: 1, [])).reads == [.backfill])
        #expect(session.take(Flow.owed(.backfill)).reads == [])
        // The store may owe more of the streams that joined, now that the cursor has moved.
        let moved = session.take(Flow.accept(sent[0]))
        #expect(moved.cursors == [1])
        #expect(moved.reads == [.urgent])
    }

    @Test("what falls due later is waited for, and until then the peer is not in step")
    func due() {
        var session = SyncSession.opened()
        #expect(session.takeAll(Flow.page(after: 0, [])) == [.inStep])
        _ = session.take(.feedGrew)
        _ = session.take(Flow.owed(.urgent, due: Flow.now + 500))
        let effects = session.take(Flow.owed(.current, due: Flow.now + 700))
        #expect(effects.wakes == [])
        #expect(session.takeAll(Flow.page(after: 0, [])) == [])
        #expect(session.take(.tick, at: Flow.now + 499).reads == [])
        let woken = session.take(.tick, at: Flow.now + 500)
        #expect(woken.reads == [.urgent])
        #expect(woken.wakes == [Flow.now + 700])
        #expect(session.takeAll(Flow.owed(.urgent), at: Flow.now + 500) == [])
        #expect(session.takeAll(.tick, at: Flow.now + 700) == [.inStep])
    }

    @Test("a store that says that something is due and does not give it is not asked for ever")
    func neverEndingDue() {
        var session = SyncSession.opened()
        _ = session.take(.feedGrew)
        _ = session.takeAll(Flow.page(after: 0, []))
        _ = session.take(.feedGrew)
        let effects = session.take(Flow.owed(.urgent, due: Flow.now - 50))
        #expect(effects.wakes == [Flow.now + 1])
        #expect(effects.reads == [.current])
    }

    @Test("a feed that grows with each reading keeps nothing from being read")
    func takingTurns() {
        var session = SyncSession(peer: Flow.peer.site)
        var waiting = session.take(.opened(Flow.opening()))
        var reads: [Lane?] = []
        for _ in 0..<14 {
            reads += waiting.reads
            #expect(session.take(.feedGrew).reads == [])
            switch waiting.first {
            case .readFeed(let after, _): waiting = session.take(Flow.page(after: after, []))
            case .readOwed(let lane, _, _, _): waiting = session.take(Flow.owed(lane))
            default: waiting = []
            }
        }
        #expect(
            reads == [
                .urgent, .current, .urgent, nil, .urgent, .backfill, .urgent, .current, .urgent,
                nil, .urgent, .current, .urgent, nil,
            ])
    }

    @Test("a session that is woken too early says again when")
    func earlyTick() {
        var session = SyncSession.opened()
        _ = session.takeAll(Flow.page(after: 0, []))
        _ = session.take(.feedGrew)
        #expect(session.takeAll(Flow.owed(.urgent, due: Flow.now + 500)).wakes == [Flow.now + 500])
        #expect(session.take(.directSites([]), at: Flow.now + 400) == [])
        #expect(session.take(.tick, at: Flow.now + 499).wakes == [Flow.now + 500])
    }
}
