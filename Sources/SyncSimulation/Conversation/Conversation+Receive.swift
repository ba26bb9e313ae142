import CareRecord
import RecordStore
import Signing
import SyncEngine
import SyncShell
import WireFormat

extension Conversation {
    /// Has a message carried to the peer by whichever channel is open.
    func post(_ message: SyncMessage) {
        if case .dialled? = channel {
            mailbox.append(.post(message))
        } else {
            if outbox.count >= PeerStore.outboxMax { outbox.removeFirst() }
            outbox.append(message)
            store.feedSignal.wake()
        }
    }

    /// The next notices that the peer was not told of in this session.
    func nextNotices() async throws -> [SyncMessage] {
        let (messages, last) = try await atStore.notices(after: toldNotices)
        toldNotices = last
        if !messages.isEmpty { world.goals.reach(.noticeSent) }
        return messages
    }

    /// What this node wants of the peer.
    func nextFetches() async throws -> [SyncMessage] {
        let fetches = try await atStore.fetches()
        if !fetches.isEmpty { world.goals.reach(.fetched) }
        return fetches
    }

    /// Adds what is to be said beside deliveries to what waits for the peer's next request.
    func gatherErrands() async throws {
        while outbox.count < PeerStore.outboxMax / 2 {
            let notices = try await nextNotices()
            guard !notices.isEmpty else { break }
            outbox += notices
        }
        while outbox.count < PeerStore.outboxMax / 2 {
            let fetches = try await nextFetches()
            guard !fetches.isEmpty else { break }
            outbox += fetches
        }
        try await gatherHead()
    }

    /// The next piece of a blob to ask the peer for; `nil` while there is none, or no use in it.
    func nextBlobRequest() async throws -> SyncMessage? {
        guard world.now >= nextBlobLook else { return nil }
        let (errand, request) = try await atStore.nextBlobRequest(blobErrand)
        blobErrand = errand
        if request == nil { nextBlobLook = world.now + errand.restMilliseconds }
        return request
    }

    /// Takes the answer to it.
    func take(_ chunk: BlobChunk?) async throws {
        let (errand, isHonest) = try await atStore.take(chunk, blobErrand)
        blobErrand = errand
        if isHonest, chunk?.content.isEmpty == false { world.goals.reach(.blobPieceKept) }
    }

    /// Adds the newest signed head to what waits for the peer's next request, in the place of an
    /// earlier one.
    func gatherHead() async throws {
        let messages = try await nextCosign()
        outbox.removeAll { if case .cosign = $0 { true } else { false } }
        outbox += messages
    }

    /// This node's newest signed head, if the peer has not cosigned it.
    func nextCosign() async throws -> [SyncMessage] {
        cosignQuestions.look(at: atStore.signedSize)
        let request = try await atStore.witnessRequest()
        return request.map { [cosignQuestions.ask($0)] } ?? []
    }

    /// Whether the audit log was signed since the peer was last asked to cosign it.
    var hasNewHead: Bool { atStore.signedSize != cosignQuestions.seenSize }

    /// Tells the peer what is left for it: at once when that is nothing, seldom while it is busy.
    func tellStanding() async throws {
        if session.isInStep {
            return post(try await atStore.standingInStep(theirQueuedEvents: theirQueuedEvents))
        }
        let pause = PeerStore.standingPauseMilliseconds
        if let lastStanding, world.now - lastStanding < pause { return }
        lastStanding = world.now
        let now = node.clock.milliseconds()
        if let standing = try await atStore.standingBehind(now: now) { post(standing) }
    }

    /// Tells the peer once more that nothing is left for it. What it was told no longer counts with
    /// it once a delivery by a channel that is over reached it late.
    func repeatStanding() async throws {
        guard case .dialled? = channel, session.isInStep else { return }
        try await tellStanding()
    }

    /// Takes one message that may come either way, and returns what is answered.
    func receive(_ message: SyncMessage, session id: [UInt8]) async throws -> [SyncMessage] {
        switch message {
        case .announce(let announce):
            let refusal = try await store.receive(announce, from: peer)
            announcesToUs = try await store.marks(of: peer).theirShareCount > 0
            noteDirectness()
            return refusal.map { [.refusal($0)] } ?? []
        case .cards(let cards):
            _ = try await store.receive(cards: cards, from: peer)
            try await node.refreshKeys()
            return []
        case .deliver(let delivery):
            return try await apply(delivery, session: id)
        case .refusal(.rewound):
            if case .served? = channel { announcedVersion = 0 }
            return []
        case .blobRequest(let request):
            let bytesMax = world.buggify.pieceBytes()
            return [
                .blobChunk(
                    try await atStore.answer(request, bytesMax: bytesMax, session: id))
            ]
        case .blobChunk(let chunk):
            guard awaitsBlob else { return [] }
            awaitsBlob = false
            world.goals.reach(.blobServed)
            try await take(chunk)
            return []
        case .hello, .answer, .wait, .refusal, .unknown:
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
        world.checker.willDo(.delivery(incoming), at: node)
        let kept = try await store.accept(incoming)
        try await world.checker.didAccept(incoming, kept, at: node)
        var rest = kept[...]
        let outcomes = isFull.map { $0 ? EventOutcome.full : rest.removeFirst() }
        if isFull.contains(true) {
            world.goals.reach(.answeredFull)
            world.checker.didTurnAway(bySession: id)
        }
        tallies.noteReceived(outcomes, by: id)
        if !delivery.events.isEmpty { theirQueuedEvents = nil }
        return [.answer(Answer(number: delivery.number, outcomes: outcomes))]
    }

    private func receiveErrand(_ message: SyncMessage) async throws -> [SyncMessage] {
        switch message {
        case .notice(let notice):
            world.checker.willDo(.notice(notice.notice), at: node)
            let answer = try await atStore.obey(notice)
            try await world.checker.didObey(notice.notice, at: node)
            world.goals.reach(answer.outcome == .done ? .noticeObeyed : .noticeIgnored)
            return [.noticeAnswer(answer)]
        case .noticeAnswer(let answer):
            try await store.noteAnswer(
                answer.outcome, ofNotice: answer.id, by: peer, announcedThrough: announcedVersion)
        case .fetch(let fetch):
            if fetchLedger.admit(fetch, at: world.now) { try await store.owe(fetch, to: peer) }
        case .standing(let standing):
            theirQueuedEvents = standing.queuedEvents
            try await atStore.take(standing, oursIsEmpty: session.isInStep)
        case .vectors(let vectors):
            return try await receive(vectors)
        case .ask(let ask):
            world.checker.willDo(.ask(ask, from: peer), at: node)
            let answer = try await store.decide(ask, from: peer)
            try await world.checker.didDecide(ask, answer, at: node, from: peer)
            return [.askAnswer(answer)]
        case .askAnswer(let answer):
            if case .granted = answer.outcome { world.goals.reach(.askGranted) }
        case .cosign(let cosign):
            world.checker.willDo(.cosign(cosign), at: node)
            let answer = try await atStore.cosign(cosign)
            try world.checker.didCosign(cosign, answer, at: node, from: peer)
            return [.cosignAnswer(answer)]
        case .cosignAnswer(let answer):
            if let request = cosignQuestions.take(answer) {
                try await atStore.take(answer, to: request)
                try await world.checker.didTake(answer, at: node)
            }
        default:
            break
        }
        return []
    }

    /// Settles what the peer holds; answers with what is held here if it asks.
    private func receive(_ vectors: StreamVectors) async throws -> [SyncMessage] {
        if vectors.asks { return try await atStore.answer(vectors) }
        let offered = offeredStreams
        offeredStreams = []
        try await atStore.settle(vectors, offered: offered)
        if case .served? = channel { backlog += handle(.offered(offered)) }
        return []
    }
}
