import CareRecord
import RecordStore
import Testing
import WireFormat

/// How far each side has come in the other's feed.
@Suite struct CursorTests {
    @Test("an order that comes late does not set a cursor back")
    func forward() async throws {
        let (practice, hospital) = try await Exchange.pair()
        for position: UInt64 in [2, 5, 3] {
            try await practice.store.moveCursor(
                of: hospital.site, to: position, shareVersion: 0)
        }
        #expect(try await practice.store.greeting(for: hospital.site).cursor == 5)
    }

    @Test("a position counts in the feed that it was heard of, and only rises in it")
    func feeds() async throws {
        let (practice, hospital) = try await Exchange.pair()
        let first = try await practice.store.greeting(for: hospital.site).feed
        let second = try await hospital.store.greeting(for: practice.site).feed
        for (feed, through, expected) in [(first, 9, 9), (first, 4, 9), (second, 3, 3)] {
            _ = try await hospital.store.accept(
                IncomingDelivery(
                    peer: practice.site, session: "00", number: 1, feed: feed,
                    throughPosition: UInt64(through), events: []))
            let echo = try await hospital.store.greeting(for: practice.site).echo
            #expect(echo?.feed == feed)
            #expect(echo?.position == UInt64(expected))
        }
    }
}
