import CareRecord
import RecordStore
import Signing
import SyncEngine
import WireFormat

extension Conversation {
    /// Streams that are asked for at once.
    private static let fetchesMax = 16
    /// Notices in one packet.
    private static let noticesMax = 8
    /// Messages that wait for a peer which only dials in.
    private static let outboxMax = 256
    /// How often the queue of a busy peer is counted at most, in milliseconds.
    private static let standingPause: UInt64 = 10_000

    /// Has a message carried to the peer by whichever channel is open.
    func post(_ message: SyncMessage) {
        if case .dialled? = channel {
            mailbox.append(.post(message))
        } else {
            if outbox.count >= Self.outboxMax { outbox.removeFirst() }
            outbox.append(message)
            store.feedSignal.wake()
        }
    }

    /// What is to be said beside deliveries: open notices of withdrawals, and what is wanted.
    func pendingErrands() async throws -> [SyncMessage] {
        let open = try await store.openNotices(for: peer, countMax: Self.noticesMax)
        var messages: [SyncMessage] = []
        if !open.notices.isEmpty {
            world.goals.reach(.noticeSent)
            messages.append(.cards(open.cards))
            messages += open.notices.map { .notice($0) }
        }
        let wanted = try await store.wanted(from: peer, countMax: Self.fetchesMax)
        if !wanted.isEmpty { world.goals.reach(.fetched) }
        return messages + wanted.map { .fetch($0) }
    }

    /// Tells the peer what is left for it: at once when that is nothing, seldom while it is busy.
    func tellStanding() async throws {
        if isOursEmpty {
            let marks = try await store.marks(of: peer)
            post(
                .standing(
                    Standing(
                        feedHead: marks.cursor, queuedEvents: 0, queuedBytes: 0,
                        oldestMilliseconds: 0)))
            if let theirQueuedEvents {
                try await store.noteStanding(
                    of: peer, queuedEvents: theirQueuedEvents, oursIsEmpty: true)
            }
            return
        }
        if let lastStanding, world.now - lastStanding < Self.standingPause { return }
        lastStanding = world.now
        let waiting = try await store.backlog(for: peer)
        guard waiting.events > 0 else { return }
        let marks = try await store.marks(of: peer)
        let age = waiting.oldestMilliseconds.map { node.clock.milliseconds() - $0 } ?? 0
        post(
            .standing(
                Standing(
                    feedHead: marks.cursor, queuedEvents: UInt64(waiting.events),
                    queuedBytes: UInt64(waiting.bytes), oldestMilliseconds: UInt64(max(0, age)))))
    }

    /// Takes one message that may come either way, and returns what is answered.
    func receive(_ message: SyncMessage, session id: [UInt8]) async throws -> [SyncMessage] {
        switch message {
        case .announce(let announce):
            let isKept = try await store.receive(announce, from: peer)
            announcesToUs = try await store.marks(of: peer).theirShareCount > 0
            noteDirectness()
            return isKept ? [] : [.refusal(.rewound)]
        case .cards(let cards):
            _ = try await store.receive(cards: cards, from: peer)
            try await node.refreshKeys()
            return []
        case .deliver(let delivery):
            return try await apply(delivery, session: id)
        case .refusal(.rewound):
            if case .served? = channel { announcedVersion = 0 }
            return []
        case .hello, .answer, .wait, .blobRequest, .blobChunk, .refusal, .unknown:
            return []
        default:
            return try await receiveErrand(message)
        }
    }

    /// Stores a delivery whose turn it is.
    func apply(_ delivery: Deliver, session id: [UInt8]) async throws -> [SyncMessage] {
        guard let peerFeed else { return [.refusal(.noSession)] }
        let opener = EventOpener(coder: coder)
        let isFull = delivery.events.map { _ in world.buggify.isFull() }
        let events = zip(delivery.events, isFull).compactMap { envelope, isFull in
            isFull
                ? nil
                : IncomingEvent(
                    opener.open(envelope, key: { [node] in node.keys[$0] }), envelope: envelope)
        }
        let incoming = IncomingDelivery(
            peer: peer, session: Hexadecimal.text(id), number: delivery.number, feed: peerFeed,
            throughPosition: delivery.throughPosition, events: events)
        let kept = try await store.accept(incoming)
        try await world.checker.didAccept(incoming, kept, at: node)
        var rest = kept[...]
        let outcomes = isFull.map { $0 ? EventOutcome.full : rest.removeFirst() }
        if isFull.contains(true) { world.goals.reach(.answeredFull) }
        receivedEvents += delivery.events.count
        if !delivery.events.isEmpty { theirQueuedEvents = nil }
        return [.answer(Answer(number: delivery.number, outcomes: outcomes))]
    }

    private func receiveErrand(_ message: SyncMessage) async throws -> [SyncMessage] {
        switch message {
        case .notice(let notice):
            let outcome = try await store.obey(notice, from: peer)
            world.goals.reach(outcome == .done ? .noticeObeyed : .noticeIgnored)
            return [.noticeAnswer(NoticeAnswer(id: notice.notice.id, outcome: outcome))]
        case .noticeAnswer(let answer):
            try await store.noteAnswer(
                answer.outcome, ofNotice: answer.id, by: peer, announcedThrough: announcedVersion)
        case .fetch(let fetch):
            try await store.owe(fetch, to: peer)
        case .standing(let standing):
            theirQueuedEvents = standing.queuedEvents
            try await store.noteStanding(
                of: peer, queuedEvents: standing.queuedEvents,
                holdsThrough: standing.queuedEvents == 0 ? standing.feedHead : nil,
                oursIsEmpty: isOursEmpty)
        case .vectors(let vectors):
            return try await receive(vectors)
        case .ask(let ask):
            let answer = try await store.decide(ask, from: peer)
            try await world.checker.didDecide(ask, answer, at: node, from: peer)
            return [.askAnswer(answer)]
        case .askAnswer(let answer):
            if case .granted = answer.outcome { world.goals.reach(.askGranted) }
        default:
            break
        }
        return []
    }

    /// Settles what the peer holds; answers with what is held here if it asks.
    private func receive(_ vectors: StreamVectors) async throws -> [SyncMessage] {
        try await store.settle(vectors.entries, heldBy: peer)
        guard vectors.asks else {
            let offered = offeredStreams
            offeredStreams = []
            try await store.noteOffered(offered, to: peer)
            if case .served? = channel { backlog += handle(.offered(offered)) }
            return []
        }
        let own = try await store.vectors(answering: vectors.entries, for: peer)
        return own.isEmpty ? [] : [.vectors(StreamVectors(asks: false, entries: own))]
    }
}
