import CareRecord
import Logging
import RecordStore
import Signing
import SyncEngine
import WireFormat

extension PeerConversation {
    /// Streams that are asked for at once.
    private static let fetchesMax = 16
    /// Notices in one packet.
    private static let noticesMax = 8
    /// Messages that wait for a peer which only dials in.
    private static let outboxMax = 256
    /// How often the queue of a busy peer is counted at most.
    private static let standingPause: Duration = .seconds(10)

    /// Has a message carried to the peer by whichever channel is open.
    func post(_ message: SyncMessage) {
        if case .dialled? = channel, let mailbox {
            mailbox.yield(.post(message))
        } else {
            // A peer that never asks must not fill the memory; what is lost is said again.
            if outbox.count >= Self.outboxMax { outbox.removeFirst() }
            outbox.append(message)
            context.store.feedSignal.wake()
        }
    }

    /// The next open notices of withdrawals, as many as a request may carry; each is told once in
    /// a session, and those that are open still once more whenever `toldNotices` starts anew.
    func nextNotices() async throws -> [SyncMessage] {
        let open = try await context.store.openNotices(
            for: peer.site, after: toldNotices, countMax: Self.noticesMax)
        toldNotices = open.last
        return open.notices.isEmpty
            ? [] : [.cards(open.cards)] + open.notices.map { .notice($0) }
    }

    /// What is to be asked for beside deliveries: what is wanted.
    func nextFetches() async throws -> [SyncMessage] {
        try await context.store.wanted(from: peer.site, countMax: Self.fetchesMax)
            .map { .fetch($0) }
    }

    /// Adds what is to be said beside deliveries to what waits for the peer's next request.
    func gatherErrands() async throws {
        while outbox.count < Self.outboxMax / 2 {
            let notices = try await nextNotices()
            guard !notices.isEmpty else { break }
            outbox += notices
        }
        outbox += try await nextFetches()
    }

    /// Tells the peer what is left for it: at once when that is nothing, seldom while it is busy.
    func tellStanding() async throws {
        if isOursEmpty {
            let marks = try await context.store.marks(of: peer.site)
            post(
                .standing(
                    Standing(
                        feedHead: marks.cursor, queuedEvents: 0, queuedBytes: 0,
                        oldestMilliseconds: 0)))
            if let theirQueuedEvents {
                try await context.store.noteStanding(
                    of: peer.site, queuedEvents: theirQueuedEvents, oursIsEmpty: true)
            }
            return
        }
        let isRecent = lastStanding.map { ContinuousClock.now - $0 < Self.standingPause } ?? false
        guard !isRecent else { return }
        lastStanding = .now
        let backlog = try await context.store.backlog(for: peer.site)
        guard backlog.events > 0 else { return }
        let marks = try await context.store.marks(of: peer.site)
        let age = backlog.oldestMilliseconds.map { context.clock.milliseconds() - $0 } ?? 0
        post(
            .standing(
                Standing(
                    feedHead: marks.cursor, queuedEvents: UInt64(backlog.events),
                    queuedBytes: UInt64(backlog.bytes), oldestMilliseconds: UInt64(max(0, age)))))
    }

    /// Takes a message that is not about deliveries; `nil` if it is another.
    func receiveErrand(_ message: SyncMessage) async throws -> [SyncMessage]? {
        switch message {
        case .notice(let notice):
            let outcome = try await context.store.obey(notice, from: peer.site)
            return [.noticeAnswer(NoticeAnswer(id: notice.notice.id, outcome: outcome))]
        case .noticeAnswer(let answer):
            try await context.store.noteAnswer(
                answer.outcome, ofNotice: answer.id, by: peer.site,
                announcedThrough: announcedVersion)
            return []
        case .fetch(let fetch):
            try await context.store.owe(fetch, to: peer.site)
            return []
        case .standing(let standing):
            theirQueuedEvents = standing.queuedEvents
            try await context.store.noteStanding(
                of: peer.site, queuedEvents: standing.queuedEvents,
                holdsThrough: standing.queuedEvents == 0 ? standing.feedHead : nil,
                oursIsEmpty: isOursEmpty)
            return []
        case .vectors(let vectors):
            return try await receive(vectors)
        case .ask(let ask):
            return [.askAnswer(try await context.store.decide(ask, from: peer.site))]
        case .askAnswer(let answer):
            asks.removeValue(forKey: answer.id)?.resume(returning: answer.outcome)
            return []
        default:
            return nil
        }
    }

    /// Settles what the peer holds; answers with what is held here if it asks.
    private func receive(_ vectors: StreamVectors) async throws -> [SyncMessage] {
        try await context.store.settle(vectors.entries, heldBy: peer.site)
        guard vectors.asks else {
            let offered = offeredStreams
            offeredStreams = []
            try await context.store.noteOffered(offered, to: peer.site)
            if case .served? = channel { backlog += handle(.offered(offered)) }
            return []
        }
        let own = try await context.store.vectors(answering: vectors.entries, for: peer.site)
        return own.isEmpty ? [] : [.vectors(StreamVectors(asks: false, entries: own))]
    }

    /// Asks the peer what it holds of streams whose events were held back, over a dialled channel.
    func offer(
        _ streams: [StreamID], _ exchange: (SyncMessage) async throws -> [SyncMessage]
    ) async throws {
        let own = try await context.store.vectors(of: streams, for: peer.site)
        if !own.isEmpty {
            for reply in try await exchange(.vectors(StreamVectors(asks: true, entries: own))) {
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
