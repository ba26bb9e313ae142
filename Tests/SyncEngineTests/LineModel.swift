import CareRecord
import SyncEngine
import TestSupport
import WireFormat

/// One session over one slow line, in virtual time, with a store that answers at once.
struct LineModel {
    /// A delivery, when it left.
    struct Departure {
        let at: UInt64
        let delivery: OutgoingDelivery
    }

    enum Happening {
        case write(isUrgent: Bool)
        case input(SyncInput)
    }

    var numbers: SeededGenerator
    var now = Flow.now
    var session = SyncSession(peer: Flow.peer.site)
    var store = ModelStore(peer: Flow.peer.site)
    var departures: [Departure] = []
    private var timeline: [(at: UInt64, what: Happening)] = []

    /// A peer that lacks so many events of so many bytes, under a policy.
    init(seed: UInt64, backlog: Int, bytes: Range<Int>, policy: TrafficPolicy) {
        numbers = SeededGenerator(seed: seed)
        for stream in 0..<40 as Range<UInt64> { store.shares[stream] = 1 }
        for _ in 0..<backlog { append(bytes: bytes, isUrgent: false) }
        take(.traffic(policy))
        take(.opened(Flow.opening(cards: [Flow.own])))
    }

    mutating func schedule(_ what: Happening, at time: UInt64) {
        let place = timeline.firstIndex { $0.at > time }
        timeline.insert((time, what), at: place ?? timeline.count)
    }

    /// Runs until nothing happens any more.
    mutating func run() {
        while !timeline.isEmpty {
            let next = timeline.removeFirst()
            now = max(now, next.at)
            switch next.what {
            case .write(let isUrgent):
                append(bytes: 100..<2_000, isUrgent: isUrgent)
                take(.feedGrew)
            case .input(let input):
                take(input)
            }
        }
    }

    private mutating func append(bytes: Range<Int>, isUrgent: Bool) {
        store.append(
            ModelStore.Entry(
                stream: UInt64.random(in: 0..<40, using: &numbers), author: Flow.own,
                accepted: now, isUrgent: isUrgent,
                bytes: Int.random(in: bytes, using: &numbers)))
    }

    private mutating func take(_ input: SyncInput) {
        var effects = session.take(input, at: now)
        while !effects.isEmpty {
            switch effects.removeFirst() {
            case .readFeed(let after, let rowsMax):
                effects += session.take(.feed(store.feedPage(after: after, rowsMax)), at: now)
            case .readOwed(let lane, let place, let dueBy, let rowsMax):
                let page = store.owedPage(lane, after: place, dueBy: dueBy, rowsMax)
                effects += session.take(.owed(page), at: now)
            case .owe(let orders):
                for order in orders { store.owe(order) }
            case .deliver(let delivery):
                departures.append(Departure(at: now, delivery: delivery))
                let took = UInt64.random(in: 20..<700, using: &numbers)
                schedule(.input(Flow.accept(delivery, took: took)), at: now + took)
            case .moveCursor(let position, let shareVersion):
                store.moveCursor(to: position, shareVersion: shareVersion)
            case .settleOwed(let settlements):
                for item in settlements { store.settle(item) }
            case .wakeAt(let time):
                schedule(.input(.tick), at: time)
            case .offer, .noteCards, .inStep, .announce, .reopen, .close:
                break
            }
        }
    }
}
