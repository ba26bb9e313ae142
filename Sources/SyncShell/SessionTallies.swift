import RecordStore

/// How many events went each way by each session, since that was kept last.
package struct SessionTallies: Sendable {
    /// What went by one session.
    package struct Tally: Sendable, Hashable {
        /// Events that left.
        package var sent = 0
        /// Events that came.
        package var received = 0
    }

    private var tallies: [[UInt8]: Tally] = [:]

    /// Nothing went yet.
    package init() {}

    /// Events left by a session.
    package mutating func noteSent(_ count: Int, by session: [UInt8]) {
        tallies[session, default: Tally()].sent += count
    }

    /// Events came by a session.
    package mutating func noteReceived(_ count: Int, by session: [UInt8]) {
        tallies[session, default: Tally()].received += count
    }

    /// Takes what went by a session since this was asked last.
    ///
    /// - Parameter open: the sessions that are open; what another one still answered is forgotten.
    package mutating func take(_ session: [UInt8], open: [[UInt8]]) -> Tally {
        let tally = tallies.removeValue(forKey: session) ?? Tally()
        tallies = tallies.filter { open.contains($0.key) }
        return tally
    }
}

extension PeerStore {
    /// Keeps what went by a session, and why it ended if it did.
    ///
    /// - Parameter ending: a code, never content; `nil` while it goes on.
    package func keep(
        _ tally: SessionTallies.Tally, of session: [UInt8], ending: String?
    ) async throws {
        try await store.noteSession(
            session, with: peer, sent: tally.sent, received: tally.received, ending: ending)
    }
}
