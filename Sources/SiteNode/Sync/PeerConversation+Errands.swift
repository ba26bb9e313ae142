import CareRecord
import Logging
import RecordStore
import Signing
import SyncEngine
import SyncShell
import WireFormat

extension PeerConversation {
    /// Has a message carried to the peer by whichever channel is open.
    func post(_ message: SyncMessage) {
        if case .dialled? = channel, let mailbox {
            mailbox.yield(.post(message))
        } else {
            // A peer that never asks must not fill the memory; what is lost is said again.
            if outbox.count >= PeerStore.outboxMax { outbox.removeFirst() }
            outbox.append(message)
            context.store.feedSignal.wake()
        }
    }

    /// The next notices that the peer was not told of in this session.
    func nextNotices() async throws -> [SyncMessage] {
        let (messages, last) = try await atStore.notices(after: toldNotices)
        toldNotices = last
        return messages
    }

    /// Adds what is to be said beside deliveries to what waits for the peer's next request. Each
    /// notice is told once in a session, and those that are open still once more whenever
    /// `toldNotices` starts anew.
    func gatherErrands() async throws {
        while outbox.count < PeerStore.outboxMax / 2 {
            let notices = try await nextNotices()
            guard !notices.isEmpty else { break }
            outbox += notices
        }
        while outbox.count < PeerStore.outboxMax / 2 {
            let fetches = try await atStore.fetches()
            guard !fetches.isEmpty else { break }
            outbox += fetches
        }
        try await gatherHead()
    }

    /// The next piece of a blob to ask the peer for; `nil` while there is none, or no use in it.
    func nextBlobRequest() async throws -> SyncMessage? {
        guard ContinuousClock.now >= nextBlobLook else { return nil }
        let (errand, request) = try await atStore.nextBlobRequest(blobErrand)
        blobErrand = errand
        if request == nil { nextBlobLook = .now + .milliseconds(errand.restMilliseconds) }
        return request
    }

    /// When the peer is asked for blobs again that it could not give; `nil` if there are none.
    var blobLookWhileResting: ContinuousClock.Instant? {
        guard blobErrand.restMilliseconds > 0, !awaitsBlob else { return nil }
        return max(nextBlobLook, .now + .milliseconds(100))
    }

    /// Takes the answer to it.
    func take(_ chunk: BlobChunk?) async throws {
        let (errand, isHonest) = try await atStore.take(chunk, blobErrand)
        blobErrand = errand
        if !isHonest {
            context.logger.warning(
                "a blob's bytes are not the ones that were named",
                metadata: ["peer": "\(peer.site)"])
        }
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
        let pause = Duration.milliseconds(PeerStore.standingPauseMilliseconds)
        if let lastStanding, ContinuousClock.now - lastStanding < pause { return }
        lastStanding = .now
        let now = context.clock.milliseconds()
        if let standing = try await atStore.standingBehind(now: now) { post(standing) }
    }

    /// Tells the peer once more that nothing is left for it. What it was told no longer counts with
    /// it once a delivery by a channel that is over reached it late.
    func repeatStanding() async throws {
        guard case .dialled? = channel, session.isInStep else { return }
        try await tellStanding()
    }

    /// Takes a message that is not about deliveries; `nil` if it is another.
    func receiveErrand(_ message: SyncMessage) async throws -> [SyncMessage]? {
        switch message {
        case .notice(let notice):
            return [.noticeAnswer(try await atStore.obey(notice))]
        case .noticeAnswer(let answer):
            try await context.store.noteAnswer(
                answer.outcome, ofNotice: answer.id, by: peer.site,
                announcedThrough: announcedVersion)
            return []
        case .fetch(let fetch):
            let uptime = (ContinuousClock.now - began).milliseconds
            if fetchLedger.admit(fetch, at: UInt64(clamping: uptime)) {
                try await context.store.owe(fetch, to: peer.site)
            }
            return []
        case .standing(let standing):
            theirQueuedEvents = standing.queuedEvents
            try await atStore.take(standing, oursIsEmpty: session.isInStep)
            return []
        case .vectors(let vectors):
            return try await receive(vectors)
        case .ask(let ask):
            return [.askAnswer(try await decide(ask))]
        case .askAnswer(let answer):
            asks.removeValue(forKey: answer.id)?.resume(returning: answer.outcome)
            return []
        case .cosign(let cosign):
            return [.cosignAnswer(try await atStore.cosign(cosign))]
        case .cosignAnswer(let answer):
            if let request = cosignQuestions.take(answer) {
                try await atStore.take(answer, to: request)
            }
            return []
        default:
            return nil
        }
    }

    /// Answers an ask, at a time that tells nothing of what was found.
    private func decide(_ ask: Ask) async throws -> AskAnswer {
        let asked = ContinuousClock.now
        let answer = try await context.store.decide(ask, from: peer.site)
        try await ContinuousClock().sleep(
            until: AskPace.answerTime(asked: asked, decided: .now))
        return answer
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

    /// Asks the peer what it holds of streams whose events were held back, over a dialled channel.
    func offer(
        _ streams: [StreamID], _ exchange: (SyncMessage) async throws -> [SyncMessage]
    ) async throws {
        if let question = try await atStore.question(about: streams) {
            for reply in try await exchange(question) {
                if case .vectors(let theirs) = reply {
                    try await context.store.settle(theirs.entries, heldBy: peer.site)
                }
                if case .refusal(let refusal) = reply {
                    throw ConversationFailure.refused(refusal)
                }
            }
        }
        try await context.store.noteOffered(streams, to: peer.site)
    }

    /// Asks the peer for a patient who is being treated here now; `nil` if no answer came in time.
    func ask(_ ask: Ask, timeout: Duration) async -> AskAnswer.Outcome? {
        await withDiscardingTaskGroup { group in
            group.addTask {
                do {
                    try await Task.sleep(for: timeout)
                } catch {
                    return
                }
                await self.giveUp(ask.id)
            }
            let outcome = await withCheckedContinuation { waiter in
                asks[ask.id] = waiter
                post(.ask(ask))
            }
            group.cancelAll()
            return outcome
        }
    }

    private func giveUp(_ ask: AskID) {
        asks.removeValue(forKey: ask)?.resume(returning: nil)
    }
}
