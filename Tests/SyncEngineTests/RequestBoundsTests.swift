import CareRecord
import SyncEngine
import Testing
import WireFormat

@Suite("Bounds of one request")
struct RequestBoundsTests {
    private static let stream = StreamID.directory(SiteID(Bits128(high: 1, low: 2)))

    /// A message with the most of its kind that one request may carry.
    private static let bounds: [(message: SyncMessage, most: Int)] = [
        (
            .deliver(
                Deliver(
                    number: 1, afterPosition: 0, throughPosition: 0, lane: .current, events: [])), 1
        ),
        (
            .blobRequest(
                BlobRequest(sha256: [UInt8](repeating: 0, count: 32), offset: 0, stream: stream)), 1
        ),
        (.vectors(StreamVectors(asks: true, entries: [])), 2),
        (.cards([]), 4),
        (
            .announce(
                Announce(fromVersion: 0, toVersion: 1, added: [], removed: [], digest: [])), 4
        ),
        (
            .fetch(
                Fetch(
                    stream: stream,
                    replica: Replica(
                        site: SiteID(Bits128(high: 1, low: 2)), incarnation: Incarnation(1)),
                    counters: 1...1)), 16
        ),
        (.cosign(Cosign(number: 1, request: [1])), 1),
        (.cosignAnswer(CosignAnswer(number: 1, status: 400, answer: [], head: [])), 1),
    ]

    @Test("the most of each kind is served, and one more is refused", arguments: bounds.indices)
    func mostOfEach(index: Int) {
        let (message, most) = Self.bounds[index]
        #expect(RequestBounds.hold(for: Array(repeating: message, count: most)))
        #expect(!RequestBounds.hold(for: Array(repeating: message, count: most + 1)))
    }

    @Test("announcements and cards count together, other kinds apart")
    func together() {
        let cards = Array(repeating: SyncMessage.cards([]), count: 3)
        let announce = Self.bounds[4].message
        #expect(RequestBounds.hold(for: cards + [announce]))
        #expect(!RequestBounds.hold(for: cards + [announce, announce]))
        #expect(RequestBounds.hold(for: Self.bounds.map(\.message)))
    }

    @Test("a wait stands last or not at all")
    func waitIsLast() {
        let wait = SyncMessage.wait(Wait(milliseconds: 1, directSites: [], number: 1))
        #expect(RequestBounds.hold(for: [.cards([]), wait]))
        #expect(!RequestBounds.hold(for: [wait, .cards([])]))
        #expect(!RequestBounds.hold(for: [wait, wait]))
    }
}
