import CareRecord
import SyncEngine
import Testing
import WireFormat

@Suite struct SyncSessionTests {
    @Test("a closed session ignores everything but an opening")
    func closed() {
        var session = SyncSession(peer: Flow.peer.site)
        #expect(session.take(.feedGrew) == [])
        #expect(session.take(Flow.owed()) == [])
        #expect(session.take(.permitsChanged) == [])
        #expect(!session.isOpen)
        #expect(
            session.take(.opened(Flow.opening()))
                == [.readOwed(after: nil, rowsMax: session.limits.pageRowsMax)])
        #expect(session.isOpen)
    }

    @Test("an opening is refused without a common version, or from another site")
    func refusedOpenings() {
        var session = SyncSession(peer: Flow.peer.site)
        var opening = Flow.opening()
        opening.peer = Flow.hello(Flow.peer, versions: 2...3)
        #expect(session.take(.opened(opening)) == [.close(.version)])
        opening.peer = Flow.hello(Flow.third)
        #expect(session.take(.opened(opening)) == [.close(.wrongSite)])
        #expect(!session.isOpen)
    }

    @Test("the share set is announced first where the peer holds another version")
    func announces() {
        var session = SyncSession(peer: Flow.peer.site)
        let effects = session.take(.opened(Flow.opening(acknowledged: 0)))
        #expect(effects.first == .announce(fromVersion: 0))
    }

    @Test("deliveries fill the window and no more; the cursor moves in order of the feed")
    func window() {
        var session = SyncSession.opened()
        let first = session.take(Flow.page(after: 0, (1...6).map { Flow.row($0) })).deliveries
        #expect(first.map(\.positions) == [[1, 2], [3, 4]])
        #expect(first.map(\.after) == [0, 2])
        #expect(first.map(\.through) == [2, 4])
        // The second answer comes first: the cursor waits for the first one.
        #expect(session.take(Flow.accept(first[1])).cursors == [])
        let effects = session.take(Flow.accept(first[0]))
        #expect(effects.cursors == [4])
        #expect(effects.deliveries.map(\.positions) == [[5, 6]])
        let last = session.take(Flow.accept(effects.deliveries[0]))
        #expect(last.cursors == [6])
        #expect(last.last == .inStep)
        #expect(session.inFlightCount == 0)
    }

    @Test("a delivery keeps to its bytes, but one event alone may be larger")
    func bytes() {
        var session = SyncSession.opened(events: 10, inFlight: 5)
        let rows = [
            Flow.row(1, bytes: 60), Flow.row(2, bytes: 60), Flow.row(3, bytes: 900),
            Flow.row(4, bytes: 40), Flow.row(5, bytes: 60),
        ]
        let deliveries = session.take(Flow.page(after: 0, rows)).deliveries
        #expect(deliveries.map(\.positions) == [[1], [2], [3], [4, 5]])
    }

    @Test("in step is said once, and again only after something was sent")
    func inStepOnce() {
        var session = SyncSession.opened()
        #expect(session.take(Flow.page(after: 0, [])).contains(.inStep))
        _ = session.take(.feedGrew)
        _ = session.take(Flow.owed())
        #expect(!session.take(Flow.page(after: 0, [])).contains(.inStep))
        _ = session.take(.feedGrew)
        _ = session.take(Flow.owed())
        let sent = session.take(Flow.page(after: 0, [Flow.row(1)])).deliveries
        #expect(session.take(Flow.accept(sent[0])).contains(.inStep))
    }

    @Test("a full peer keeps its cursor, hears nothing more, and is not in step")
    func full() {
        var session = SyncSession.opened()
        let sent = session.take(Flow.page(after: 0, (1...4).map { Flow.row($0) })).deliveries
        let answer = Answer(number: sent[0].number, outcomes: [.accepted, .full])
        #expect(session.take(.answered(answer)) == [])
        #expect(session.take(Flow.accept(sent[1])) == [])
        #expect(session.take(Flow.owed()) == [])
        #expect(session.inFlightCount == 0)
        // It is tried again when something happens.
        #expect(session.take(.feedGrew) == [.readOwed(after: nil, rowsMax: 100)])
        #expect(session.take(Flow.owed()) == [.readFeed(after: 0, rowsMax: 100)])
        let again = session.take(Flow.page(after: 0, (1...4).map { Flow.row($0) })).deliveries
        #expect(again.map(\.positions) == [[1, 2], [3, 4]])
    }

    @Test("a full answer behind others lets those move the cursor, and resends from there")
    func fullInTheMiddle() {
        var session = SyncSession.opened(inFlight: 3)
        let sent = session.take(Flow.page(after: 0, (1...6).map { Flow.row($0) })).deliveries
        _ = session.take(
            .answered(Answer(number: sent[1].number, outcomes: [.full, .full])))
        #expect(session.take(Flow.accept(sent[0])).cursors == [2])
        #expect(session.take(.feedGrew) == [.readOwed(after: nil, rowsMax: 100)])
        #expect(session.take(Flow.owed()) == [.readFeed(after: 2, rowsMax: 100)])
    }

    @Test("an answer of another length does not move the cursor")
    func wrongAnswer() {
        var session = SyncSession.opened()
        let sent = session.take(Flow.page(after: 0, [Flow.row(1), Flow.row(2)])).deliveries
        #expect(
            session.take(.answered(Answer(number: sent[0].number, outcomes: [.accepted]))).cursors
                == [])
        #expect(session.take(.answered(Answer(number: 99, outcomes: []))) == [])
    }

    @Test("after a lost channel everything unanswered is sent again")
    func channelLost() {
        var session = SyncSession.opened()
        let rows = (1...4).map { Flow.row($0) }
        let sent = session.take(Flow.page(after: 0, rows)).deliveries
        #expect(session.take(Flow.accept(sent[0])).cursors == [2])
        #expect(session.take(.channelLost) == [])
        #expect(session.take(Flow.accept(sent[1])) == [])
        _ = session.take(.opened(Flow.opening(cursor: 2, cards: [Flow.own])))
        #expect(session.take(Flow.owed()) == [.readFeed(after: 2, rowsMax: 100)])
        let again = session.take(Flow.page(after: 2, Array(rows[2...]))).deliveries
        #expect(again.map(\.positions) == [[3, 4]])
        #expect(again.map(\.number) == [1])
    }

    @Test("a page that was read for an earlier channel is ignored")
    func stalePage() {
        var session = SyncSession.opened(cursor: 50)
        _ = session.take(.channelLost)
        _ = session.take(.opened(Flow.opening(cursor: 10, cards: [Flow.own])))
        _ = session.take(Flow.owed())
        let stale = session.take(Flow.page(after: 50, [Flow.row(51)]))
        #expect(stale.deliveries == [])
        let sent = session.take(Flow.page(after: 10, [Flow.row(11), Flow.row(51)])).deliveries
        #expect(sent.map(\.positions) == [[11, 51]])
    }

    @Test("changed permits drop what was ordered and read it again")
    func permitsChanged() {
        var session = SyncSession.opened()
        let rows = (1...4).map { Flow.row($0) }
        #expect(session.take(Flow.page(after: 0, rows)).deliveries.count == 2)
        #expect(session.take(.permitsChanged) == [.readOwed(after: nil, rowsMax: 100)])
        #expect(session.take(Flow.owed()) == [.readFeed(after: 0, rowsMax: 100)])
        let again = session.take(
            Flow.page(after: 0, [rows[0], Flow.row(2, permitted: false), rows[2], rows[3]])
        ).deliveries
        #expect(again.map(\.positions) == [[1, 3], [4]])
        _ = session.take(Flow.accept(again[0]))
        #expect(session.take(Flow.accept(again[1])).cursors == [4])
    }

    @Test("growth that is noticed while the feed is read is read afterwards")
    func growthWhileReading() {
        var session = SyncSession.opened()
        #expect(session.take(.feedGrew) == [])
        #expect(session.take(Flow.page(after: 0, [])) == [.readOwed(after: nil, rowsMax: 100)])
        #expect(session.take(Flow.owed()) == [.readFeed(after: 0, rowsMax: 100)])
    }

    @Test("owed streams come first, also those of a grant in the middle of a session")
    func owedFirst() {
        var session = SyncSession.opened()
        _ = session.take(Flow.page(after: 0, []))
        #expect(session.take(.feedGrew) == [.readOwed(after: nil, rowsMax: 100)])
        let owed = Flow.owed([Flow.row(1, stream: 7), Flow.row(2, stream: 7)])
        let sent = session.take(owed).deliveries
        #expect(sent.map(\.isOwed) == [true])
        #expect(
            session.take(Flow.accept(sent[0]))
                == [.settleOwed([OwedSettlement(stream: Flow.stream(7), through: 2)])])
    }

    @Test("no settlement passes an event of its stream that was not answered")
    func settlements() {
        var session = SyncSession.opened(events: 1, inFlight: 5)
        _ = session.take(Flow.page(after: 0, []))
        _ = session.take(.feedGrew)
        let place = OwedPosition(stream: 7, position: 2)
        let first = session.take(
            Flow.owed(
                [Flow.row(1, stream: 7), Flow.row(2, stream: 7, fromPeer: true)], next: place))
        #expect(first.deliveries.map(\.positions) == [[1]])
        #expect(first.last == .readOwed(after: place, rowsMax: 100))
        // What the peer delivered itself waits for what is in flight before it.
        let rest = session.take(
            .owed(
                OwedPage(after: place, rows: [Flow.row(3, stream: 7, fromPeer: true)], next: nil)))
        #expect(rest == [.readFeed(after: 0, rowsMax: 100)])
        let settled = session.take(Flow.accept(first.deliveries[0]))
        #expect(
            settled.prefix(2) == [
                .settleOwed([OwedSettlement(stream: Flow.stream(7), through: 2)]),
                .settleOwed([OwedSettlement(stream: Flow.stream(7), through: 3)]),
            ])
    }

    @Test("an owed stream of which nothing may be sent is settled without a delivery")
    func nothingOfIt() {
        var session = SyncSession.opened()
        _ = session.take(Flow.page(after: 0, []))
        _ = session.take(.feedGrew)
        let rows = [Flow.row(4, fromPeer: true), Flow.row(5, author: Flow.peer)]
        #expect(
            session.take(Flow.owed(rows))
                == [
                    .settleOwed([OwedSettlement(stream: Flow.stream(1), through: 5)]),
                    .readFeed(after: 0, rowsMax: 100),
                ])
    }

    @Test("nothing leaves that is not permitted, or that the peer wrote or delivered")
    func neverSent() {
        var session = SyncSession.opened()
        let rows = [
            Flow.row(1, permitted: false), Flow.row(2, author: Flow.peer),
            Flow.row(3, author: Flow.third, fromPeer: true),
            FeedRow(
                position: 4, stream: .local(Flow.own.site), author: Flow.own, bytes: 1,
                isPermitted: true, cameFromPeer: false),
        ]
        let effects = session.take(Flow.page(after: 0, rows, version: 3))
        #expect(effects == [.moveCursor(4, shareVersion: 3), .inStep])
    }

    @Test("the cursor names the share set of each part of the feed that it passes")
    func shareVersions() {
        var session = SyncSession.opened(events: 10, rows: 2)
        _ = session.take(
            Flow.page(after: 0, [Flow.row(1, permitted: false)], version: 3, hasMore: true))
        let sent = session.take(Flow.page(after: 1, [Flow.row(2)], version: 4)).deliveries
        #expect(sent.map(\.positions) == [[2]])
        #expect(
            session.take(Flow.accept(sent[0])).prefix(1) == [.moveCursor(2, shareVersion: 4)])
    }

    @Test("an author's card goes before its first delivery until it was answered")
    func cards() {
        var session = SyncSession.opened(cards: [])
        let rows = [
            Flow.row(1), Flow.row(2, author: Flow.third), Flow.row(3), Flow.row(4),
        ]
        let sent = session.take(Flow.page(after: 0, rows)).deliveries
        #expect(sent.map(\.cardsOf) == [[Flow.own, Flow.third], []])
        _ = session.take(.permitsChanged)
        _ = session.take(Flow.owed())
        let again = session.take(Flow.page(after: 0, rows)).deliveries
        #expect(again.map(\.cardsOf) == [[Flow.own, Flow.third], []])
        #expect(session.take(Flow.accept(again[0])).first == .noteCards([Flow.own, Flow.third]))
    }

    @Test("a delivery refused for want of an announcement counts as unanswered, and reopens")
    func notAnnounced() {
        var session = SyncSession.opened()
        let sent = session.take(Flow.page(after: 0, [Flow.row(1)])).deliveries
        let answer = Answer(number: sent[0].number, outcomes: [.refused(.notAnnounced)])
        #expect(session.take(.answered(answer)) == [.reopen])
        #expect(session.inFlightCount == 1)
    }

    @Test("a card that an answer still waits for does not count as held")
    func cardThatDidNotArrive() {
        var session = SyncSession.opened(cards: [])
        let sent = session.take(Flow.page(after: 0, [Flow.row(1)])).deliveries
        let answer = Answer(number: sent[0].number, outcomes: [.pending(.card(Flow.own))])
        let effects = session.take(.answered(answer))
        #expect(!effects.contains(.noteCards([Flow.own])))
    }
}
