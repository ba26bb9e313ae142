import CareRecord
import ControlProtocol
import Logging
import PeerTransport
import RecordStore
import SyncEngine
import WireFormat

extension PeerConversation {
    /// What happens to a dialled session.
    private enum Happening: Sendable {
        case feedGrew
        case answered(Answer)
    }

    /// Keeps a session open for as long as the node runs; a failure costs a pause.
    func run() async {
        guard let endpoint = peer.endpoint else { return }
        var pause = context.timing.retryMin
        while !Task.isCancelled {
            let started = ContinuousClock.now
            do {
                try await dial(endpoint)
            } catch ConversationFailure.permitsChanged {
                pause = .zero
            } catch {
                noteFailure(error)
            }
            if channel.map({ if case .dialled = $0 { true } else { false } }) ?? false {
                channel = nil
                _ = session.handle(.channelLost, at: now())
            }
            if ContinuousClock.now - started > .seconds(60) { pause = context.timing.retryMin }
            do {
                try await Task.sleep(for: pause * Double.random(in: 0.5...1.5))
            } catch {
                return
            }
            pause = min(max(pause * 2, context.timing.retryMin), context.timing.retryMax)
        }
    }

    private func noteFailure(_ error: any Error) {
        if let failure = error as? StoreFailure {
            context.onStoreFailure(failure)
        }
        if Task.isCancelled || error is CancellationError { return }
        switch error {
        case let failure as PeerFailure:
            note(.unreachable, refusal: failure.code.rawValue)
        case let failure as ConversationFailure:
            note(.refused, refusal: failure.description)
        default:
            note(.unreachable, refusal: "store")
        }
        context.logger.debug(
            "conversation failed", metadata: ["peer": "\(peer.site)", "reason": "\(error)"])
    }

    private func dial(_ endpoint: PeerEndpoint) async throws {
        let id = RandomBytes.make(16)
        let (own, state) = try await greeting()
        if self.state != .unreachable && self.state != .refused { note(.connecting) }
        let replies = try await exchange([.hello(own)], session: id, endpoint)
        if case .refusal(let refusal)? = replies.first {
            throw ConversationFailure.refused(refusal)
        }
        guard case .hello(let theirs)? = replies.first else {
            throw ConversationFailure.protocolBroken("no hello")
        }
        channel = .dialled(session: id)
        let effects = session.handle(
            .opened(opening(own: own, state: state, peer: theirs)), at: now())
        note(.connected)
        try await context.store.noteContact(with: peer.site, inStep: false)
        try await converse(effects, session: id, endpoint)
    }

    private func converse(
        _ effects: [SyncEffect], session id: [UInt8], _ endpoint: PeerEndpoint
    ) async throws {
        let (happenings, mailbox) = AsyncStream.makeStream(of: Happening.self)
        let changes = context.store.feedSignal.changes()
        try await withThrowingDiscardingTaskGroup { group in
            group.addTask {
                for await _ in changes {
                    mailbox.yield(.feedGrew)
                }
                mailbox.finish()
            }
            group.addTask { try await self.pull(session: id, endpoint) }
            var next = effects
            var iterator = happenings.makeAsyncIterator()
            while true {
                while !next.isEmpty {
                    let effect = next.removeFirst()
                    if case .deliver(let delivery) = effect {
                        group.addTask {
                            let answer = try await self.send(delivery, session: id, endpoint)
                            mailbox.yield(.answered(answer))
                        }
                    } else {
                        next += try await self.perform(effect, session: id, endpoint)
                    }
                }
                guard let happening = await iterator.next() else { break }
                next = self.take(happening)
            }
            group.cancelAll()
        }
    }

    private func take(_ happening: Happening) -> [SyncEffect] {
        switch happening {
        case .feedGrew: session.handle(.feedGrew, at: now())
        case .answered(let answer): session.handle(.answered(answer), at: now())
        }
    }

    private func perform(
        _ effect: SyncEffect, session id: [UInt8], _ endpoint: PeerEndpoint
    ) async throws -> [SyncEffect] {
        guard case .announce = effect else {
            return try await performAtStore(effect, on: .dialled(session: id))
        }
        let version = try await context.store.greeting(for: peer.site).shareVersion
        try await announce(atLeast: version) { message in
            try await self.exchange([message], session: id, endpoint)
        }
        return []
    }

    private func send(
        _ delivery: OutgoingDelivery, session id: [UInt8], _ endpoint: PeerEndpoint
    ) async throws -> Answer {
        let (messages, shareVersion) = try await messages(for: delivery, session: id)
        if shareVersion > announcedVersion {
            try await announce(atLeast: shareVersion) { message in
                try await self.exchange([message], session: id, endpoint)
            }
        }
        let replies = try await exchange(messages, session: id, endpoint)
        for reply in replies {
            if case .answer(let answer) = reply, answer.number == delivery.number { return answer }
            if case .refusal(let refusal) = reply { throw ConversationFailure.refused(refusal) }
        }
        throw ConversationFailure.protocolBroken("a delivery without an answer")
    }

    /// Fetches what the peer has for this node and cannot post itself.
    private func pull(session id: [UInt8], _ endpoint: PeerEndpoint) async throws {
        var outgoing: [SyncMessage] = []
        while !Task.isCancelled {
            try await fetchBlobs(session: id, endpoint)
            let (seconds, attoseconds) = context.timing.wait.components
            let milliseconds = seconds * 1_000 + attoseconds / 1_000_000_000_000_000
            let wait = Wait(
                milliseconds: min(SyncLimits.waitMillisecondsMax, UInt32(clamping: milliseconds)),
                directSites: [])
            let messages = try await exchange(outgoing + [.wait(wait)], session: id, endpoint)
            outgoing = []
            for message in messages {
                if case .refusal(let refusal) = message {
                    throw ConversationFailure.refused(refusal)
                }
                outgoing += try await receive(message, session: id, gate: nil)
            }
        }
    }

    private func fetchBlobs(session id: [UInt8], _ endpoint: PeerEndpoint) async throws {
        for blob in try await context.store.missingBlobs(from: peer.site, countMax: 16) {
            var content: [UInt8] = []
            while content.count < blob.length {
                let request = BlobRequest(
                    sha256: blob.sha256, offset: UInt64(content.count), stream: blob.stream)
                let replies = try await exchange([.blobRequest(request)], session: id, endpoint)
                guard case .blobChunk(let chunk)? = replies.first, !chunk.content.isEmpty,
                    chunk.totalBytes == blob.length
                else { break }
                content += chunk.content
            }
            guard content.count == blob.length else { continue }
            if try await !context.store.storeBlob(content, named: blob.sha256) {
                context.logger.warning(
                    "a blob's bytes are not the ones that were named",
                    metadata: ["peer": "\(peer.site)"])
            }
        }
    }

    /// One request and its response.
    func exchange(
        _ messages: [SyncMessage], session id: [UInt8], _ endpoint: PeerEndpoint
    ) async throws -> [SyncMessage] {
        let packet = Packet(session: id, messages: messages)
        let response = try await context.client.send(
            PeerClientRequest(
                endpoint: endpoint, method: .post, path: SyncPaths.session,
                body: packet.encoded(coder: coder), pin: peer.fingerprint,
                headers: [("Content-Type", SyncPaths.packetType)],
                timeout: context.timing.wait + .seconds(30),
                responseBytesMax: SyncLimits.packetBytesMax + 1_024))
        guard response.status == 200 else { throw ConversationFailure.status(response.status) }
        do {
            let reply = try Packet(encoded: response.body, coder: coder)
            guard reply.session == id else {
                throw ConversationFailure.protocolBroken("another session")
            }
            return reply.messages
        } catch let refusal as SyncRefusal {
            throw ConversationFailure.protocolBroken("a packet that cannot be read (\(refusal))")
        }
    }
}

/// Paths and types of the peer port (`sync-v1.md`, *HTTP*).
enum SyncPaths {
    static let session = "/accord/v1/session"
    static let card = "/accord/v1/card"
    static let packetType = "application/vnd.accord.packet"
    static let cardType = "application/vnd.accord.card"
}
