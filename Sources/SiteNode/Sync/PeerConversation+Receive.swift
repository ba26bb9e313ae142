import CareRecord
import Logging
import RecordStore
import Signing
import SyncShell
import WireFormat

extension PeerConversation {
    /// Takes one message that may come either way, and returns what is answered.
    ///
    /// - Parameter gate: orders deliveries of a session that the peer opened; `nil` where they
    ///   come one at a time.
    func receive(
        _ message: SyncMessage, session id: [UInt8], gate: DeliveryGate?
    ) async throws -> [SyncMessage] {
        switch message {
        case .announce(let announce):
            let refusal = try await context.store.receive(announce, from: peer.site)
            announcesToUs =
                try await context.store.marks(of: peer.site).theirShareCount > 0
            noteDirectness()
            return refusal.map { [.refusal($0)] } ?? []
        case .cards(let cards):
            for refused in try await context.store.receive(cards: cards, from: peer.site) {
                context.logger.warning(
                    "a node card was refused",
                    metadata: [
                        "peer": "\(peer.site)", "card": "\(refused.card.card.replica)",
                        "reason": "\(refused.refusal.rawValue)",
                    ])
            }
            try await context.keyring.refresh(from: context.store)
            return []
        case .deliver(let delivery):
            return try await receive(delivery, session: id, gate: gate)
        case .blobRequest(let request):
            let chunk = try await atStore.answer(
                request, bytesMax: SyncLimits.blobChunkBytesMax, session: id)
            return [.blobChunk(chunk)]
        case .refusal(.rewound):
            // The peer did not keep what a served channel announced: the whole set follows.
            if case .served? = channel { announcedVersion = 0 }
            return []
        case .blobChunk(let chunk):
            guard awaitsBlob else { return [] }
            awaitsBlob = false
            try await take(chunk)
            return []
        case .hello, .answer, .wait, .refusal, .unknown:
            return []
        default:
            return try await receiveErrand(message) ?? []
        }
    }

    private func receive(
        _ delivery: Deliver, session id: [UInt8], gate: DeliveryGate?
    ) async throws -> [SyncMessage] {
        guard let peerFeed else { return [.refusal(.noSession)] }
        let events = await Self.examine(delivery.events, keyring: context.keyring)
        if let gate {
            guard await gate.enter(delivery.number) else { return [.refusal(.noSession)] }
        }
        do {
            let outcomes = try await context.store.accept(
                IncomingDelivery(
                    peer: peer.site, session: Hexadecimal.text(id), number: delivery.number,
                    feed: peerFeed, throughPosition: delivery.throughPosition, events: events))
            await gate?.leave(delivery.number)
            tallies.noteReceived(outcomes, by: id)
            if !events.isEmpty { theirQueuedEvents = nil }
            return [.answer(Answer(number: delivery.number, outcomes: outcomes))]
        } catch {
            await gate?.close()
            throw error
        }
    }

    /// Opens and checks every envelope, off the actor, so that the next delivery can be examined
    /// while this one is written.
    @concurrent
    private static func examine(
        _ envelopes: [EventEnvelope], keyring: Keyring
    ) async -> [IncomingEvent] {
        let opener = EventOpener(coder: FrameCoder())
        return envelopes.map { envelope in
            IncomingEvent(
                opener.open(envelope, key: { keyring.key(of: $0) }), envelope: envelope)
        }
    }
}
