package import RecordStore
package import WireFormat

/// What went by each session, since that was kept last.
package struct SessionTallies: Sendable {
    private var tallies: [[UInt8]: SessionCounts] = [:]

    /// Nothing went yet.
    package init() {}

    /// Events left by a session.
    package mutating func noteSent(_ count: Int, by session: [UInt8]) {
        tallies[session, default: SessionCounts()].sent += count
    }

    /// Events came by a session, and this became of them.
    package mutating func noteReceived(_ outcomes: [EventOutcome], by session: [UInt8]) {
        tallies[session, default: SessionCounts()].received += outcomes.count
        tallies[session, default: SessionCounts()].refusedHere += outcomes.count(where: \.isLoss)
    }

    /// The peer answered what left by a session.
    package mutating func noteAnswered(_ answer: Answer, by session: [UInt8]) {
        tallies[session, default: SessionCounts()].answered += answer.outcomes.count
        tallies[session, default: SessionCounts()].refusedThere +=
            answer.outcomes.count(where: \.isLoss)
    }

    /// Takes what went by a session since this was asked last.
    ///
    /// - Parameter open: the sessions that are open; what another one still answered is forgotten.
    package mutating func take(_ session: [UInt8], open: [[UInt8]]) -> SessionCounts {
        let counts = tallies.removeValue(forKey: session) ?? SessionCounts()
        tallies = tallies.filter { open.contains($0.key) }
        return counts
    }
}

extension EventOutcome {
    /// Whether the event was not kept.
    fileprivate var isLoss: Bool {
        switch self {
        case .refused, .full: true
        case .accepted, .duplicate, .pending: false
        }
    }
}

extension PeerStore {
    /// Keeps what went by a session, and why it ended if it did.
    ///
    /// - Parameter ending: `nil` while it goes on.
    package func keep(
        _ counts: SessionCounts, of session: [UInt8], ending: SessionEnding?
    ) async throws {
        try await store.noteSession(session, with: peer, counts, ending: ending)
    }
}
