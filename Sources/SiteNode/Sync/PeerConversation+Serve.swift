import CareRecord
import ControlProtocol
import Logging
import RecordStore
import SyncEngine
import WireFormat

extension PeerConversation {
    /// Answers one packet that the peer posted.
    ///
    /// - Throws: `StoreFailure`; whatever else goes wrong ends the session, and the peer opens a
    ///   new one.
    func serve(_ packet: Packet) async throws -> Packet {
        lastServed = .now
        do {
            return try await answer(packet)
        } catch let failure as ConversationFailure {
            context.logger.info(
                "served session ended",
                metadata: ["peer": "\(peer.site)", "reason": "\(failure)"])
            await endServed()
            return Packet(session: packet.session, messages: [.refusal(.noSession)])
        }
    }

    private func endServed() async {
        await served?.gate.close()
        served = nil
        guard case .served? = channel else { return }
        channel = nil
        _ = session.handle(.channelLost, at: now())
    }

    /// Ends whatever waits, because the node stops.
    func stop() async {
        await endServed()
    }

    /// A request carries at most one delivery, one question for a blob, and one `wait` as its last
    /// message: what one packet costs is bounded.
    private static func isInOrder(_ messages: [SyncMessage]) -> Bool {
        var deliveries = 0
        var questions = 0
        for (index, message) in messages.enumerated() {
            switch message {
            case .deliver: deliveries += 1
            case .blobRequest: questions += 1
            case .wait where index < messages.count - 1: return false
            default: break
            }
        }
        return deliveries <= 1 && questions <= 1
    }

    private func answer(_ packet: Packet) async throws -> Packet {
        guard Self.isInOrder(packet.messages) else {
            return Packet(session: packet.session, messages: [.refusal(.badMessage)])
        }
        var replies: [SyncMessage] = []
        for message in packet.messages {
            if case .hello(let hello) = message {
                replies += try await greet(hello, session: packet.session)
                continue
            }
            guard let served, served.session == packet.session else {
                replies.append(.refusal(.noSession))
                break
            }
            switch message {
            case .wait(let wait):
                replies += try await answer(wait, served)
            case .answer(let answer):
                if channel == .served(session: served.session) {
                    backlog += session.handle(.answered(answer), at: now())
                }
            default:
                replies += try await receive(
                    message, session: packet.session, gate: served.gate)
            }
        }
        return Packet(session: packet.session, messages: replies)
    }

    private func greet(_ theirs: Hello, session id: [UInt8]) async throws -> [SyncMessage] {
        guard theirs.replica.site == peer.site else { return [.refusal(.wrongSite)] }
        let (own, _) = try await greeting()
        guard SyncSession.commonVersion(own, theirs) != nil else { return [.refusal(.version)] }
        await endServed()
        served = Served(session: id, own: own, peer: theirs, gate: DeliveryGate())
        peerFeed = theirs.feed
        backlog = []
        try await context.store.noteContact(with: peer.site, inStep: false)
        return [.hello(own)]
    }

    /// Holds a request until there is something to send by it, or its time is up.
    private func answer(_ wait: Wait, _ served: Served) async throws -> [SyncMessage] {
        let deadline = ContinuousClock.now + .milliseconds(Int64(wait.milliseconds))
        let changes = context.store.feedSignal.changes()
        while !Task.isCancelled {
            guard self.served?.session == served.session else { return [.refusal(.noSession)] }
            let messages = try await outgoing(served)
            let isOver = ContinuousClock.now >= deadline || context.store.feedSignal.isFinished
            if !messages.isEmpty || isOver { return messages }
            await Self.waitForChange(changes, until: deadline)
            if channel == .served(session: served.session) {
                backlog += session.handle(.feedGrew, at: now())
            }
        }
        return []
    }

    /// What leaves as an answer: only while this node has no dialled channel of its own.
    private func outgoing(_ served: Served) async throws -> [SyncMessage] {
        if channel == nil {
            let (hello, state) = try await greeting()
            guard channel == nil, self.served?.session == served.session else { return [] }
            channel = .served(session: served.session)
            note(.connected)
            backlog = session.handle(
                .opened(opening(own: hello, state: state, peer: served.peer)), at: now())
        }
        let own = Channel.served(session: served.session)
        var messages: [SyncMessage] = []
        while channel == own, !backlog.isEmpty {
            let effect = backlog.removeFirst()
            switch effect {
            case .announce:
                let version = try await context.store.greeting(for: peer.site).shareVersion
                messages += try await announcement(to: version, served)
            case .deliver(let delivery):
                let ready = try await self.messages(for: delivery, session: served.session)
                let announcement = try await announcement(to: ready.shareVersion, served)
                if channel == own { messages += announcement + ready.messages }
            default:
                backlog += try await performAtStore(effect, on: own)
            }
        }
        return messages
    }

    private func announcement(
        to version: UInt64, _ served: Served
    ) async throws -> [SyncMessage] {
        guard announcedVersion < version else { return [] }
        // Whether it was kept shows in the next hello's echo, since nothing answers an answer.
        let announce = try await context.store.announcement(
            to: peer.site, fromVersion: announcedVersion)
        // Meanwhile a dialled channel may have taken over, which announces for itself.
        guard channel == .served(session: served.session) else { return [] }
        announcedVersion = announce.toVersion
        return [.announce(announce)]
    }

    @concurrent
    private static func waitForChange(
        _ changes: AsyncStream<Void>, until deadline: ContinuousClock.Instant
    ) async {
        await withTaskGroup { group in
            group.addTask {
                for await _ in changes { return }
            }
            group.addTask {
                do {
                    try await Task.sleep(until: deadline, clock: .continuous)
                } catch {
                    return
                }
            }
            await group.next()
            group.cancelAll()
        }
    }
}
