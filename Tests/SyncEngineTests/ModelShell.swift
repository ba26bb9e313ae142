import CareRecord
import SyncEngine
import Testing
import WireFormat

/// SplitMix64 (Steele, Lea & Flood, OOPSLA 2014): the same numbers for the same seed everywhere.
struct SeededNumbers: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}

/// A shell with a model of a store behind it and an ideal peer before it.
///
/// Effects of a session are performed in order; between two of them anything may happen: answers
/// come late or never, the channel is lost, the feed grows, streams join and leave the share set.
struct ModelShell {
    struct Entry {
        let stream: UInt64
        let author: Replica
        let cameFromPeer: Bool
    }

    var numbers: SeededNumbers
    var session = SyncSession(
        peer: Flow.peer.site,
        limits: DeliveryLimits(
            deliveryBytesMax: 35, deliveryEventsMax: 3, inFlightMax: 2, pageRowsMax: 4))
    // The model of the store.
    var feed: [Entry] = []
    var shares: [UInt64: UInt64] = [:]
    var version: UInt64 = 1
    var owed: [UInt64: (after: UInt64, through: UInt64)] = [:]
    var cursor: UInt64 = 0
    var cards: Set<Replica> = []
    // The peer, and what is on its way to it.
    var held: Set<UInt64> = []
    var peerCards: Set<Replica> = []
    var sent: [OutgoingDelivery] = []
    var effects: [SyncEffect] = []
    var deliveries = 0
    var isInStep = false

    init(seed: UInt64) { numbers = SeededNumbers(seed: seed) }

    mutating func chance(_ one: Int) -> Bool { Int.random(in: 0..<one, using: &numbers) == 0 }

    func row(_ position: UInt64) -> FeedRow {
        let entry = feed[Int(position) - 1]
        return Flow.row(
            position, stream: entry.stream, author: entry.author,
            permitted: shares[entry.stream] != nil, fromPeer: entry.cameFromPeer)
    }

    func isDue(_ position: UInt64) -> Bool {
        let row = row(position)
        return row.isPermitted && !row.cameFromPeer && row.author.site != Flow.peer.site
    }

    /// What must never be false.
    func check() {
        for position in 1..<(cursor + 1) where isDue(position) && !held.contains(position) {
            let range = owed[feed[Int(position) - 1].stream]
            #expect(range.map { $0.after < position && position <= $0.through } == true)
        }
    }

    // MARK: What the administrator and the importer do

    mutating func grow() {
        let stream = UInt64.random(in: 0..<6, using: &numbers)
        let author = [Flow.own, Flow.own, Flow.third, Flow.peer].randomElement(using: &numbers)
        let entry = Entry(
            stream: stream, author: author ?? Flow.own,
            cameFromPeer: author == Flow.peer || (author == Flow.third && chance(2)))
        feed.append(entry)
        feedGrew()
    }

    mutating func grant() {
        let stream = UInt64.random(in: 0..<6, using: &numbers)
        guard shares[stream] == nil else { return }
        version += 1
        shares[stream] = version
        if feed.prefix(Int(cursor)).contains(where: { $0.stream == stream }) {
            owed[stream] = (0, cursor)
        }
        feedGrew()
    }

    mutating func withdraw() {
        let stream = UInt64.random(in: 0..<6, using: &numbers)
        guard shares.removeValue(forKey: stream) != nil else { return }
        version += 1
        owed[stream] = nil
        feedGrew()
    }

    mutating func feedGrew() {
        isInStep = false
        guard session.isOpen else { return }
        effects += session.take(.feedGrew)
    }

    // MARK: The channel

    mutating func open() {
        sent = []
        effects = session.take(
            .opened(Flow.opening(cursor: cursor, cards: cards.sorted())))
    }

    mutating func lose() {
        _ = session.take(.channelLost)
        // Some of what was on its way arrives, but no answer does.
        for delivery in sent.prefix(Int.random(in: 0...sent.count, using: &numbers)) {
            arrive(delivery)
        }
        sent = []
        effects = []
    }

    mutating func arrive(_ delivery: OutgoingDelivery) {
        peerCards.formUnion(delivery.cardsOf)
        for position in delivery.positions {
            #expect(peerCards.contains(feed[Int(position) - 1].author))
            held.insert(position)
        }
    }

    mutating func answer() {
        guard !sent.isEmpty else { return }
        // Deliveries arrive in order; their answers may come back in any.
        let index = Int.random(in: 0..<sent.count, using: &numbers)
        for earlier in sent[..<index] { arrive(earlier) }
        let delivery = sent.remove(at: index)
        if chance(8) {
            peerCards.formUnion(delivery.cardsOf)
            var outcomes = delivery.positions.map { _ in EventOutcome.accepted }
            outcomes[outcomes.count - 1] = .full
            effects += session.take(
                .answered(Answer(number: delivery.number, outcomes: outcomes)))
            return
        }
        arrive(delivery)
        effects += session.take(Flow.accept(delivery))
    }

    // MARK: Effects

    mutating func perform() {
        guard !effects.isEmpty else { return }
        let effect = effects.removeFirst()
        switch effect {
        case .readFeed(let after, let rowsMax):
            let rows = (after..<UInt64(feed.count)).prefix(rowsMax).map { row($0 + 1) }
            let through = rows.count < rowsMax ? UInt64(feed.count) : rows.last?.position ?? after
            effects += session.take(
                Flow.page(
                    after: after, rows, through: through, version: version,
                    hasMore: rows.count == rowsMax))
        case .readOwed(let place, let rowsMax):
            effects += session.take(.owed(owedPage(after: place, rowsMax)))
        case .deliver(let delivery):
            deliver(delivery)
        case .moveCursor(let position, let shareVersion):
            owe(through: position, joinedAfter: shareVersion)
            #expect(position > cursor)
            cursor = max(cursor, position)
        case .settleOwed(let settlements):
            for item in settlements { settle(item.stream, through: item.through) }
        case .noteCards(let replicas):
            cards.formUnion(replicas)
        case .inStep:
            isInStep = true
        case .announce, .reopen, .close:
            Issue.record("nothing of this was asked for")
        }
        check()
    }

    private func owedPage(after place: OwedPosition?, _ rowsMax: Int) -> OwedPage {
        var rows: [FeedRow] = []
        for (stream, range) in owed.sorted(by: { $0.key < $1.key }) {
            let isBefore = place.map { Int64(stream) < $0.stream } ?? false
            let start = place.map { Int64(stream) == $0.stream ? UInt64($0.position) : 0 } ?? 0
            let after = max(range.after, start)
            guard !isBefore, after < range.through else { continue }
            rows += (after..<range.through).map { $0 + 1 }
                .filter { feed[Int($0) - 1].stream == stream }.map { row($0) }
        }
        let page = Array(rows.prefix(rowsMax))
        let last = page.count == rowsMax ? page.last : nil
        return OwedPage(
            after: place, rows: page,
            next: last.map {
                OwedPosition(
                    stream: Int64(feed[Int($0.position) - 1].stream), position: Int64($0.position))
            })
    }

    private mutating func deliver(_ delivery: OutgoingDelivery) {
        guard delivery.positions.allSatisfy({ shares[feed[Int($0) - 1].stream] != nil }) else {
            effects = []
            effects = session.take(.permitsChanged)
            return
        }
        deliveries += 1
        for position in delivery.positions { #expect(isDue(position)) }
        sent.append(delivery)
    }

    private mutating func owe(through position: UInt64, joinedAfter: UInt64) {
        for (stream, version) in shares where version > joinedAfter {
            let passed = feed[Int(cursor)..<Int(max(cursor, position))]
            guard passed.contains(where: { $0.stream == stream }) else { continue }
            let known = owed[stream]
            owed[stream] = (known?.after ?? cursor, max(known?.through ?? 0, position))
        }
    }

    private mutating func settle(_ name: StreamID, through: UInt64) {
        guard let stream = owed.keys.first(where: { Flow.stream($0) == name }),
            var range = owed[stream]
        else { return }
        range.after = max(range.after, through)
        let isLeft =
            range.after < range.through
            && feed[Int(range.after)..<Int(range.through)].contains { $0.stream == stream }
        owed[stream] = isLeft ? range : nil
    }
}
