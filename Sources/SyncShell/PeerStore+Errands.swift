package import CareRecord
import RecordStore
package import Signing
package import WireFormat

/// What is said beside deliveries.
extension PeerStore {
    /// Messages that wait for a peer which only dials in, at most: it must not fill the memory,
    /// and what is lost is said again.
    package static let outboxMax = 256
    /// How often the queue of a busy peer is counted at most, in milliseconds.
    package static let standingPauseMilliseconds: UInt64 = 10_000
    /// Packets of fetches that are sent in one go, at most.
    package static let fetchRoundsMax = 32
    /// Fetches in one packet.
    private static let fetchesMax = 16
    /// Notices in one packet.
    private static let noticesMax = 8

    /// The next open notices of withdrawals, as many as a request may carry, with the cards that
    /// they need before them.
    ///
    /// - Parameter place: of the last notice that the peer was told of; 0 for the oldest.
    /// - Returns: them, and the place of the last of them.
    package func notices(
        after place: Int64
    ) async throws -> (messages: [SyncMessage], last: Int64) {
        let open = try await store.openNotices(
            for: peer, after: place, countMax: Self.noticesMax)
        guard !open.notices.isEmpty else { return ([], place) }
        return ([.cards(open.cards)] + open.notices.map { .notice($0) }, open.last)
    }

    /// What this node wants of the peer.
    package func fetches() async throws -> [SyncMessage] {
        try await store.wanted(from: peer, countMax: Self.fetchesMax).map { .fetch($0) }
    }

    /// What the peer is told when nothing is left for it.
    ///
    /// - Parameter theirQueuedEvents: what the peer last said that it still has for this node;
    ///   `nil` if it did not say.
    package func standingInStep(theirQueuedEvents: UInt64?) async throws -> SyncMessage {
        let marks = try await store.marks(of: peer)
        if let theirQueuedEvents {
            try await store.noteStanding(
                of: peer, queuedEvents: theirQueuedEvents, oursIsEmpty: true)
        }
        return .standing(
            Standing(
                feedHead: marks.cursor, queuedEvents: 0, queuedBytes: 0, oldestMilliseconds: 0))
    }

    /// What the peer is told while something is left for it; `nil` if nothing is queued.
    ///
    /// - Parameter now: this node's clock, in milliseconds since 1970 UTC.
    package func standingBehind(now: Int64) async throws -> SyncMessage? {
        let backlog = try await store.backlog(for: peer)
        guard backlog.events > 0 else { return nil }
        let marks = try await store.marks(of: peer)
        let age = backlog.oldestMilliseconds.map { now - $0 } ?? 0
        return .standing(
            Standing(
                feedHead: marks.cursor, queuedEvents: UInt64(backlog.events),
                queuedBytes: UInt64(backlog.bytes), oldestMilliseconds: UInt64(max(0, age))))
    }

    /// Takes what the peer still has for this node.
    ///
    /// - Parameter oursIsEmpty: whether nothing is left for the peer here.
    package func take(_ standing: Standing, oursIsEmpty: Bool) async throws {
        try await store.noteStanding(
            of: peer, queuedEvents: standing.queuedEvents,
            holdsThrough: standing.queuedEvents == 0 ? standing.feedHead : nil,
            oursIsEmpty: oursIsEmpty)
    }

    /// Obeys a notice of a withdrawal, and answers it.
    package func obey(_ notice: SignedWithdrawalNotice) async throws -> NoticeAnswer {
        NoticeAnswer(
            id: notice.notice.id, outcome: try await store.obey(notice, from: peer))
    }

    /// Answers a question for what is held here; empty if nothing is.
    package func answer(_ vectors: StreamVectors) async throws -> [SyncMessage] {
        try await store.settle(vectors.entries, heldBy: peer)
        let own = try await store.vectors(answering: vectors.entries, for: peer)
        return own.isEmpty ? [] : [.vectors(StreamVectors(asks: false, entries: own))]
    }

    /// Takes the answer to such a question.
    ///
    /// - Parameter offered: the streams that it was about.
    package func settle(_ vectors: StreamVectors, offered: [StreamID]) async throws {
        try await store.settle(vectors.entries, heldBy: peer)
        try await store.noteOffered(offered, to: peer)
    }

    /// The question to the peer what it holds of streams; `nil` if nothing of them is held here.
    package func question(about streams: [StreamID]) async throws -> SyncMessage? {
        let own = try await store.vectors(of: streams, for: peer)
        return own.isEmpty ? nil : .vectors(StreamVectors(asks: true, entries: own))
    }
}
