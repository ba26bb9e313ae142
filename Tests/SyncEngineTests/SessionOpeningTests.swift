import CareRecord
import SyncEngine
import Testing
import WireFormat

/// Where a session goes on after both hellos.
@Suite struct SessionOpeningTests {
    private static let cards = [Flow.own, Flow.third]

    private static func opening(
        echo: Hello.Echo?, answered: UInt64 = 0, shares: UInt64 = 0
    ) -> SessionOpening {
        var peer = Flow.hello(Flow.peer)
        peer.echo = echo
        return SessionOpening(
            own: Flow.hello(Flow.own, shareVersion: 5), peer: peer, storedCursor: 7,
            answeredThrough: answered, shareVersionTaken: shares, cardsAcknowledged: cards)
    }

    private static func echo(
        _ position: UInt64, shares: UInt64 = 5, feed: UInt64 = 4
    ) -> Hello.Echo {
        Hello.Echo(
            feed: FeedID(Bits128(high: feed, low: 4)), position: position, event: nil,
            shareVersion: shares)
    }

    @Test("a peer that lost what it had acknowledged gets it again")
    func lost() {
        let opening = Self.opening(echo: Self.echo(3, shares: 2))
        #expect(opening.cursor == 3)
        #expect(opening.shareAcknowledged == 2)
        #expect(opening.cardsAcknowledged == Self.cards)
    }

    @Test("a peer that says to hold more than it acknowledged is not believed")
    func ahead() {
        let opening = Self.opening(echo: Self.echo(9, shares: 6))
        #expect(opening.cursor == 7)
        #expect(opening.shareAcknowledged == 0)
    }

    @Test("at first contact, and with an echo of another feed, everything starts anew")
    func anew() {
        for echo in [nil, Self.echo(7, feed: 8)] {
            let opening = Self.opening(echo: echo)
            #expect(opening.cursor == 0)
            #expect(opening.shareAcknowledged == 0)
            #expect(opening.cardsAcknowledged == [])
        }
    }

    @Test("what the peer answered since its hello counts as well")
    func since() {
        let opening = Self.opening(echo: nil, answered: 6, shares: 4)
        #expect(opening.cursor == 6)
        #expect(opening.shareAcknowledged == 4)
        #expect(opening.cardsAcknowledged == Self.cards)
        #expect(Self.opening(echo: Self.echo(7), answered: 6, shares: 4).cursor == 7)
    }
}
