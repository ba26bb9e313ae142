import CareRecord
import RecordStore
import WireFormat

extension PeerConversation {
    /// Brings the peer's knowledge of our share set to a version, over the given exchange.
    func announce(
        atLeast version: UInt64, _ exchange: (SyncMessage) async throws -> [SyncMessage]
    ) async throws {
        while isAnnouncing {
            await withCheckedContinuation { waitingToAnnounce.append($0) }
        }
        isAnnouncing = true
        defer {
            isAnnouncing = false
            let waiters = waitingToAnnounce
            waitingToAnnounce = []
            for waiter in waiters { waiter.resume() }
        }
        while announcedVersion < version {
            let announce = try await context.store.announcement(
                to: peer.site, fromVersion: announcedVersion)
            let replies = try await exchange(.announce(announce))
            if replies.contains(.refusal(.rewound)), announce.fromVersion > 0 {
                announcedVersion = 0
                continue
            }
            if case .refusal(let refusal)? = replies.first {
                throw ConversationFailure.refused(refusal)
            }
            announcedVersion = announce.toVersion
            shareVersionTaken = announce.toVersion
            try await context.store.acknowledgeShare(announce.toVersion, by: peer.site)
        }
    }

    /// The next part of what a served channel must announce, if it lags behind a version.
    func announcement(
        to version: UInt64, _ served: Served
    ) async throws -> [SyncMessage] {
        var messages: [SyncMessage] = []
        while announcedVersion < version, messages.count < 8 {
            // Whether it was kept shows in the next hello's echo: nothing answers an answer.
            let announce = try await context.store.announcement(
                to: peer.site, fromVersion: announcedVersion)
            // Meanwhile a dialled channel may have taken over, which announces for itself.
            guard channel == .served(session: served.session) else { return [] }
            announcedVersion = announce.toVersion
            messages.append(.announce(announce))
        }
        return messages
    }
}
