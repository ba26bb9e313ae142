import CareRecord
import SyncEngine
import Testing
import WireFormat

@Suite struct SyncSessionTests {
    @Test("a closed session ignores everything but an opening")
    func closed() {
        var session = SyncSession(peer: Flow.peer.site)
        #expect(session.take(.feedGrew) == [])
        #expect(session.take(Flow.owed(.urgent)) == [])
        #expect(session.take(.permitsChanged) == [])
        #expect(session.take(.tick) == [])
        #expect(!session.isOpen && !session.isInStep)
        #expect(session.queueReport == nil)
        #expect(
            session.take(.opened(Flow.opening()))
                == [.readOwed(lane: .urgent, after: nil, dueBy: Flow.now, rowsMax: 4_096)])
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
        #expect(first.map(\.lane) == [.current, .current])
        #expect(first.map(\.bytes) == [20, 20])
        // The second answer comes first: the cursor waits for the first one.
        #expect(session.take(Flow.accept(first[1])).cursors == [])
        let effects = session.take(Flow.accept(first[0]))
        #expect(effects.cursors == [4])
        #expect(effects.deliveries.map(\.positions) == [[5, 6]])
        let last = session.takeAll(Flow.accept(effects.deliveries[0]))
        #expect(last.cursors == [6])
        #expect(session.takeAll(Flow.owed(.backfill)).last == .inStep)
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
        #expect(session.takeAll(Flow.page(after: 0, [])) == [.inStep])
        #expect(session.takeAll(.feedGrew) == [])
        _ = session.take(.feedGrew)
        _ = session.take(Flow.owed(.urgent))
        _ = session.take(Flow.owed(.current))
        let sent = session.take(Flow.page(after: 0, [Flow.row(1)])).deliveries
        #expect(session.takeAll(Flow.accept(sent[0])).last == .inStep)
    }

    @Test("an answer of another length ends the session without moving the cursor")
    func wrongAnswer() {
        var session = SyncSession.opened()
        let sent = session.take(Flow.page(after: 0, [Flow.row(1), Flow.row(2)])).deliveries
        #expect(
            session.take(.answered(Answer(number: 99, outcomes: []), tookMilliseconds: 1)) == [])
        #expect(session.take(Flow.answer(sent[0], [.accepted])) == [.reopen])
        #expect(!session.isOpen)
    }

    @Test("an answer that comes twice counts once")
    func answerTwice() {
        var session = SyncSession.opened()
        let sent = session.take(Flow.page(after: 0, (1...4).map { Flow.row($0) })).deliveries
        let answers = sent.map { Answer(number: $0.number, outcomes: [.accepted, .accepted]) }
        #expect(answers.allSatisfy(session.expects))
        #expect(!session.expects(Answer(number: answers[0].number, outcomes: [.accepted])))
        #expect(session.take(Flow.accept(sent[1])) == [])
        #expect(!session.expects(answers[1]))
        #expect(session.take(Flow.answer(sent[1], [])) == [])
        #expect(session.expects(answers[0]))
        #expect(session.take(Flow.accept(sent[0])).cursors == [4])
        #expect(!answers.contains(where: session.expects))
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
        _ = session.take(Flow.owed(.urgent))
        #expect(session.take(Flow.owed(.current)) == [.readFeed(after: 2, rowsMax: 100)])
        let again = session.take(Flow.page(after: 2, Array(rows[2...]))).deliveries
        #expect(again.map(\.positions) == [[3, 4]])
        #expect(again.map(\.number) == [1])
    }

    @Test("a page that was read for an earlier channel is ignored")
    func stalePage() {
        var session = SyncSession.opened(cursor: 50)
        _ = session.take(.channelLost)
        _ = session.take(.opened(Flow.opening(cursor: 10, cards: [Flow.own])))
        _ = session.take(Flow.owed(.urgent))
        _ = session.take(Flow.owed(.current))
        let stale = session.take(Flow.page(after: 50, [Flow.row(51)]))
        #expect(stale.deliveries == [])
        let sent = session.take(Flow.page(after: 10, [Flow.row(11), Flow.row(51)])).deliveries
        #expect(sent.map(\.positions) == [[11, 51]])
    }

    @Test("changed permits end the session: a delivery that was numbered never left")
    func permitsChanged() {
        var session = SyncSession.opened()
        _ = session.take(Flow.page(after: 0, (1...4).map { Flow.row($0) }))
        #expect(session.take(.permitsChanged) == [.reopen])
        #expect(!session.isOpen)
    }

    @Test("growth that is noticed while the feed is read is read afterwards")
    func growthWhileReading() {
        var session = SyncSession.opened()
        #expect(session.take(.feedGrew) == [])
        #expect(session.take(Flow.page(after: 0, [])).reads == [.urgent])
        // Backfill has not had its turn.
        #expect(session.take(Flow.owed(.urgent)).reads == [.backfill])
        #expect(session.take(Flow.owed(.backfill)).reads == [.current])
        #expect(session.take(Flow.owed(.current)) == [.readFeed(after: 0, rowsMax: 100)])
    }

    @Test("nothing leaves that is not permitted, or that the peer wrote or delivered")
    func neverSent() {
        var session = SyncSession.opened()
        let rows = [
            Flow.row(1, permitted: false), Flow.row(2, author: Flow.peer),
            Flow.row(3, author: Flow.third, fromPeer: true), Flow.row(4, owed: true),
            FeedRow(
                position: 5, stream: .local(Flow.own.site), author: Flow.own, bytes: 1,
                isPermitted: true, cameFromPeer: false, isOwed: false, acceptedMilliseconds: 0,
                isUrgent: false),
        ]
        let effects = session.takeAll(Flow.page(after: 0, rows, version: 3))
        #expect(effects == [.moveCursor(5, shareVersion: 3), .inStep])
    }

    @Test("the cursor names the share set of each part of the feed that it passes")
    func shareVersions() {
        var session = SyncSession.opened(events: 10, rows: 2)
        _ = session.take(
            Flow.page(after: 0, [Flow.row(1, permitted: false)], version: 3, hasMore: true))
        _ = session.take(Flow.owed(.backfill))
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
        #expect(session.take(Flow.accept(sent[0])).first == .noteCards([Flow.own, Flow.third]))
    }

    @Test("a delivery refused for want of an announcement counts as unanswered, and reopens")
    func notAnnounced() {
        var session = SyncSession.opened()
        let sent = session.take(Flow.page(after: 0, [Flow.row(1)])).deliveries
        #expect(session.take(Flow.answer(sent[0], [.refused(.notAnnounced)])) == [.reopen])
        #expect(!session.isOpen)
    }

    @Test("a card that an answer still waits for does not count as held")
    func cardThatDidNotArrive() {
        var session = SyncSession.opened(cards: [])
        let rows = [Flow.row(1), Flow.row(2, author: Flow.third)]
        let sent = session.take(Flow.page(after: 0, rows)).deliveries
        let effects = session.take(Flow.answer(sent[0], [.pending(.card(Flow.own)), .full]))
        #expect(!effects.contains { if case .noteCards = $0 { true } else { false } })
    }
}
