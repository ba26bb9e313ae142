import CareRecord
import SyncEngine
import TestSupport
import WireFormat

/// Three nodes that each share everything with the two others, in virtual time: what one accepts
/// goes to both, and both hold it back for a while before they pass it on.
struct MeshModel {
    /// An event's name: its author's node and the author's number for it.
    struct Event: Hashable {
        let author: Int
        let number: Int
    }

    /// What one node keeps for another.
    struct Link {
        var session: SyncSession
        var store: ModelStore
        /// When the last delivery on its way arrives; the next one does not overtake it.
        var arrivesAt: UInt64 = 0
    }

    struct Node {
        var feed: [Event] = []
        var held: Set<Event> = []
        var links: [Link?]
    }

    enum Happening {
        case write(Int, stream: UInt64, isUrgent: Bool)
        case input(Int, Int, SyncInput)
        case arrival(Int, Int, OutgoingDelivery, sentAt: UInt64)
        case offer(Int, Int, [StreamID])
        case offered(Int, Int, [StreamID])
        case cut(Int, Int, isTold: Bool)
    }

    static let replicas = [Flow.own, Flow.peer, Flow.third]

    var numbers: SeededGenerator
    var now = Flow.now
    var nodes: [Node]
    /// How often an event reached a node that held it already.
    private(set) var sentTwice = 0
    private(set) var delivered = 0
    /// The longest that an event took to a node, in milliseconds.
    private(set) var slowest: UInt64 = 0
    private var writtenAt: [Event: UInt64] = [:]
    private var isCut: Set<Int> = []
    private var timeline: [(at: UInt64, order: Int, what: Happening)] = []
    private var scheduled = 0

    init(seed: UInt64, streams: UInt64) {
        numbers = SeededGenerator(seed: seed)
        nodes = (0..<3).map { node in
            Node(
                links: (0..<3).map { peer in
                    guard peer != node else { return nil }
                    let site = Self.replicas[peer].site
                    var store = ModelStore(peer: site)
                    for stream in 0..<streams { store.shares[stream] = 1 }
                    return Link(session: SyncSession(peer: site), store: store)
                })
        }
        for (node, peer) in Self.pairs {
            take(
                .opened(
                    Flow.opening(
                        own: Self.replicas[node], peer: Self.replicas[peer],
                        cards: Self.replicas, directSites: directSites(of: peer))),
                from: node, to: peer)
        }
    }

    static let pairs = [(0, 1), (0, 2), (1, 0), (1, 2), (2, 0), (2, 1)]

    mutating func schedule(_ what: Happening, at time: UInt64) {
        scheduled += 1
        let entry = (at: time, order: scheduled, what: what)
        let place = timeline.firstIndex { ($0.at, $0.order) > (time, scheduled) }
        timeline.insert(entry, at: place ?? timeline.count)
    }

    /// Runs until nothing happens any more; returns whether it came to rest.
    mutating func run() -> Bool {
        for _ in 0..<50_000 {
            guard !timeline.isEmpty else { return true }
            let next = timeline.removeFirst()
            now = max(now, next.at)
            happen(next.what)
        }
        return false
    }

    /// The sites whose events a node receives from their authors.
    private func directSites(of node: Int) -> [SiteID] {
        (0..<3).filter { $0 != node && !isCut.contains(Self.pair(node, $0)) }
            .map { Self.replicas[$0].site }
    }

    private static func pair(_ one: Int, _ other: Int) -> Int { one + other }

    private mutating func latency() -> UInt64 { UInt64.random(in: 5..<80, using: &numbers) }
}

// MARK: - What happens

extension MeshModel {
    private mutating func happen(_ what: Happening) {
        switch what {
        case .write(let node, let stream, let isUrgent):
            let number = nodes[node].feed.count { $0.author == node } + 1
            let event = Event(author: node, number: number)
            writtenAt[event] = now
            accept([(event, stream, isUrgent)], at: node, from: nil)
        case .input(let node, let peer, let input):
            take(input, from: node, to: peer)
        case .arrival(let node, let peer, let delivery, let sentAt):
            arrive(delivery, from: node, to: peer, sentAt: sentAt)
        case .offer(let node, let peer, let streams):
            guard !isCut.contains(Self.pair(node, peer)) else { return }
            let held = nodes[peer].held
            let feed = nodes[node].feed
            let at = now + latency()
            for stream in streams {
                nodes[node].links[peer]?.store.noteOffered(stream, at: now) {
                    held.contains(feed[Int($0) - 1])
                }
            }
            schedule(.offered(node, peer, streams), at: at)
        case .offered(let node, let peer, let streams):
            take(.offered(streams), from: node, to: peer)
        case .cut(let one, let other, let isTold):
            cut(one, other, isTold: isTold)
        }
    }

    private mutating func accept(
        _ events: [(event: Event, stream: UInt64, isUrgent: Bool)], at node: Int, from peer: Int?
    ) {
        for (event, stream, isUrgent) in events {
            nodes[node].feed.append(event)
            nodes[node].held.insert(event)
            slowest = max(slowest, now - (writtenAt[event] ?? now))
            for other in 0..<3 where other != node {
                nodes[node].links[other]?.store.append(
                    ModelStore.Entry(
                        stream: stream, author: Self.replicas[event.author], accepted: now,
                        cameFromPeer: other == peer, isUrgent: isUrgent))
            }
        }
        for other in 0..<3 where other != node { take(.feedGrew, from: node, to: other) }
    }

    private mutating func arrive(
        _ delivery: OutgoingDelivery, from node: Int, to peer: Int, sentAt: UInt64
    ) {
        guard !isCut.contains(Self.pair(node, peer)) else { return }
        var news: [(event: Event, stream: UInt64, isUrgent: Bool)] = []
        for position in delivery.positions {
            let event = nodes[node].feed[Int(position) - 1]
            guard !nodes[peer].held.contains(event),
                let entry = nodes[node].links[peer]?.store.entry(position)
            else {
                sentTwice += 1
                continue
            }
            delivered += 1
            news.append((event, entry.stream, entry.isUrgent))
        }
        if !news.isEmpty { accept(news, at: peer, from: node) }
        let back = now + latency()
        schedule(
            .input(node, peer, Flow.accept(delivery, took: back - sentAt)), at: back)
    }

    /// The line between two nodes breaks; what is on its way is lost.
    private mutating func cut(_ one: Int, _ other: Int, isTold: Bool) {
        isCut.insert(Self.pair(one, other))
        take(.channelLost, from: one, to: other)
        take(.channelLost, from: other, to: one)
        guard isTold else { return }
        let third = 3 - one - other
        for node in [one, other] {
            schedule(
                .input(third, node, .directSites(directSites(of: node))), at: now + latency())
        }
    }
}

// MARK: - Effects

extension MeshModel {
    /// Gives an input to a session and performs what follows, at once but for what travels.
    private mutating func take(_ input: SyncInput, from node: Int, to peer: Int) {
        guard var link = nodes[node].links[peer] else { return }
        var effects = link.session.take(input, at: now)
        while !effects.isEmpty {
            let effect = effects.removeFirst()
            switch effect {
            case .readFeed(let after, let rowsMax):
                effects += link.session.take(
                    .feed(link.store.feedPage(after: after, rowsMax)), at: now)
            case .readOwed(let lane, let place, let dueBy, let rowsMax):
                let page = link.store.owedPage(lane, after: place, dueBy: dueBy, rowsMax)
                effects += link.session.take(.owed(page), at: now)
            case .owe(let orders):
                for order in orders { link.store.owe(order) }
            case .offer(let streams):
                schedule(.offer(node, peer, streams), at: now + latency())
            case .deliver(let delivery):
                link.arrivesAt = max(link.arrivesAt, now + latency())
                schedule(.arrival(node, peer, delivery, sentAt: now), at: link.arrivesAt)
            case .moveCursor(let position, let shareVersion):
                link.store.moveCursor(to: position, shareVersion: shareVersion)
            case .settleOwed(let settlements):
                for item in settlements { link.store.settle(item) }
            case .wakeAt(let time):
                schedule(.input(node, peer, .tick), at: time)
            case .noteCards, .inStep, .announce, .reopen, .close:
                break
            }
        }
        nodes[node].links[peer] = link
    }
}
