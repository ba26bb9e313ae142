import AuditTrail
import CareRecord
import ControlProtocol
import Logging
import RecordStore
import SyncEngine
import SyncShell
import WireFormat

extension PeerConversation {
    /// Answers one packet that the peer posted.
    ///
    /// - Throws: `StoreFailure`; whatever else goes wrong ends the session, and the peer opens a
    ///   new one.
    func serve(_ packet: Packet) async throws -> Packet {
        lastServed = .now
        do {
            if traffic.isPaused {
                return Packet(session: packet.session, messages: [.refusal(.paused)])
            }
            return try await answer(packet)
        } catch ConversationFailure.paused {
            note(.paused)
            await endServed(ending: SessionEnding("paused"))
            return Packet(session: packet.session, messages: [.refusal(.paused)])
        } catch let failure as StoreFailure where failure.code == .diskFull {
            noteFullDisk()
            return Packet(session: packet.session, messages: [.refusal(.fullDisk)])
        } catch let failure as ConversationFailure {
            context.logger.info(
                "served session ended",
                metadata: ["peer": "\(peer.site)", "reason": "\(failure)"])
            await endServed(ending: failure.ending)
            return Packet(session: packet.session, messages: [.refusal(.noSession)])
        }
    }

    /// Ends the session that the peer opened, if there is one, and keeps how far it came.
    func endServed(ending: SessionEnding) async {
        guard let ended = served else { return }
        await ended.gate.close()
        served = nil
        if case .served? = channel {
            channel = nil
            _ = handle(.channelLost)
        }
        guard !context.store.isStopped else { return }
        do {
            try await keepTally(of: ended.session, ending: ending)
        } catch {
            context.logger.warning(
                "a session's end was not kept", metadata: ["peer": "\(peer.site)"])
        }
    }

    /// Writes into the audit log why no session began, unless it says so already.
    func tellOfFailure(_ ending: SessionEnding) async {
        guard toldFailure != ending, !context.store.isStopped else { return }
        toldFailure = ending
        do {
            try await context.store.recordSession(with: peer.site, ending)
        } catch {
            context.logger.warning(
                "a failed session was not recorded", metadata: ["peer": "\(peer.site)"])
        }
    }

    /// Ends whatever waits, because the node stops.
    func stop() async {
        await endServed(ending: SessionEnding("stopped"))
        for waiter in asks.values { waiter.resume(returning: nil) }
        asks = [:]
    }

    private func answer(_ packet: Packet) async throws -> Packet {
        guard RequestBounds.hold(for: packet.messages) else {
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
                    // No wait between: another channel may take over while this one waits.
                    let isFirst = session.expects(answer)
                    backlog += take(
                        answer, by: served.session,
                        after: sentAt.removeValue(forKey: answer.number))
                    if isFirst { try await atStore.countRefusals(in: answer) }
                } else {
                    try await repeatStanding()
                }
            default:
                replies += try await receive(
                    message, session: packet.session, gate: served.gate)
            }
        }
        return Packet(session: packet.session, messages: replies)
    }

    private func greet(_ theirs: Hello, session id: [UInt8]) async throws -> [SyncMessage] {
        guard theirs.replica.site == peer.site else {
            await tellOfFailure(SessionEnding("\(SyncRefusal.wrongSite)", .refused))
            return [.refusal(.wrongSite)]
        }
        let (own, _) = try await greeting()
        guard own.protocolRange.common(with: theirs.protocolRange) != nil else {
            await tellOfFailure(SessionEnding("\(SyncRefusal.version)", .refused))
            return [.refusal(.version)]
        }
        await endServed(ending: SessionEnding("the peer opened another"))
        noteHello()
        served = Served(session: id, own: own, peer: theirs, gate: DeliveryGate())
        // What it said over a channel that is open still holds, unless it lost its feed meanwhile.
        if channel == nil || peerFeed != theirs.feed { theirQueuedEvents = nil }
        peerFeed = theirs.feed
        backlog = []
        outbox = []
        awaitsBlob = false
        announcesToUs = try await context.store.marks(of: peer.site).theirShareCount > 0
        try await atStore.noteClock(of: theirs, now: context.clock.milliseconds())
        try await context.store.noteContact(with: peer.site, inStep: false)
        try await context.store.beginSession(
            id, with: peer.site, isOurs: false, theirShareVersion: theirs.shareVersion)
        toldFailure = nil
        try await repeatStanding()
        return [.hello(own)]
    }

    /// Holds a request until there is something to send by it, or its time is up.
    ///
    /// - Throws: `ConversationFailure.requestLost` if it is not the next one: what left by an earlier
    ///   response never arrived.
    private func answer(_ wait: Wait, _ served: Served) async throws -> [SyncMessage] {
        guard wait.number == served.waitNumber + 1 else { throw ConversationFailure.requestLost }
        self.served?.waitNumber = wait.number
        let deadline = ContinuousClock.now + .milliseconds(Int64(wait.milliseconds))
        let own = Channel.served(session: served.session)
        if case .dialled? = channel {
            mailbox?.yield(.directSites(wait.directSites))
        } else {
            backlog += handle(.directSites(wait.directSites))
        }
        // Whatever happened between two requests woke nobody.
        try await followChanges(on: own, isGrowth: true)
        var nextLook = ContinuousClock.now
        while !Task.isCancelled {
            // Made before the queue is looked at, so that nothing is missed between look and wait.
            let changes = context.store.feedSignal.changes()
            guard self.served?.session == served.session else { return [.refusal(.noSession)] }
            if ContinuousClock.now >= nextLook {
                try await lookAround(served)
                nextLook = .now + .seconds(15)
            }
            guard !traffic.isPaused else { throw ConversationFailure.paused }
            let messages = try await outgoing(served)
            let isOver = ContinuousClock.now >= deadline || context.store.feedSignal.isFinished
            if !messages.isEmpty || isOver { return messages }
            let blobLook = channel == own ? blobLookWhileResting : nil
            let hasChanged = await ChangeWait.signalled(
                by: changes,
                until: min(deadline, nextLook, wakeAt ?? deadline, blobLook ?? deadline))
            if let time = wakeAt, time <= .now { wakeAt = nil }
            try await followChanges(on: own, isGrowth: hasChanged)
        }
        return []
    }

    /// Tells the engine what changed since it was last told, if the served channel is the one that
    /// deliveries leave by.
    private func followChanges(on own: Channel, isGrowth: Bool) async throws {
        guard channel == own else { return }
        let present = context.store.feedSignal.shareChanges
        guard present != seenShareChanges else {
            backlog += handle(isGrowth ? .feedGrew : .tick)
            return
        }
        seenShareChanges = present
        backlog += handle(.shareChanged)
        try await gatherErrands()
    }

    /// Follows the administrator's limits and gathers errands; a dialled channel does so itself.
    private func lookAround(_ served: Served) async throws {
        if ContinuousClock.now - talliesKept >= .seconds(15) {
            talliesKept = .now
            try await keepTally(of: served.session, ending: nil)
        }
        if case .dialled? = channel { return }
        try await readTraffic()
        // A dialled channel may have taken over meanwhile; its effects would get lost here.
        if case .dialled? = channel { return }
        backlog += followTraffic()
        guard channel == .served(session: served.session) else { return }
        toldNotices = 0
        try await gatherErrands()
    }

    /// What leaves as an answer: only while this node has no dialled channel of its own.
    private func outgoing(_ served: Served) async throws -> [SyncMessage] {
        if channel == nil {
            // The engine numbers from 1 again, and a session never gives a number twice.
            guard self.served?.hasDelivered == false else { throw ConversationFailure.displaced }
            let (hello, state) = try await greeting()
            guard channel == nil, self.served?.session == served.session else { return [] }
            channel = .served(session: served.session)
            note(.connected)
            seenShareChanges = context.store.feedSignal.shareChanges
            backlog = handle(.opened(opening(own: hello, state: state, peer: served.peer)))
            try await gatherErrands()
        }
        let own = Channel.served(session: served.session)
        var messages: [SyncMessage] = []
        var questions = 0
        while channel == own, !backlog.isEmpty {
            let effect = backlog.removeFirst()
            switch effect {
            case .announce:
                let version = try await context.store.marks(of: peer.site).shareVersion
                messages += try await announcement(to: version, served)
            case .deliver(let delivery):
                self.served?.hasDelivered = true
                let ready = try await disclosed(delivery, session: served.session)
                let announcement = try await announcement(to: ready.shareVersion, served)
                if channel == own {
                    messages += announcement + ready.messages
                    sentAt[delivery.number] = .now
                }
                // A response has a largest size: what else is ready goes with the next one.
                if delivery.bytes > 1 << 20 { return messages }
            case .offer(let streams):
                let question = try await atStore.question(about: streams)
                if question == nil {
                    try await context.store.noteOffered(streams, to: peer.site)
                }
                guard channel == own else { return messages }
                if let question {
                    offeredStreams += streams
                    messages.append(question)
                    questions += 1
                } else {
                    backlog += handle(.offered(streams))
                }
                // The rest is asked with the next response.
                if questions == RequestBounds.vectorsMax { return messages }
            case .wakeAt(let milliseconds):
                let pause = Int64(clamping: milliseconds) - context.clock.milliseconds()
                wakeAt = .now + .milliseconds(max(0, pause))
            default:
                backlog += try await performAtStore(effect, on: own)
            }
        }
        guard channel == own else { return messages }
        let version = try await context.store.marks(of: peer.site).shareVersion
        messages += try await announcement(to: version, served)
        // A notice goes after the announcement of what it withdraws.
        guard announcedVersion >= version else { return messages }
        if hasNewHead { try await gatherHead() }
        guard channel == own else { return messages }
        if !awaitsBlob, let request = try await nextBlobRequest() {
            guard channel == own else { return messages }
            awaitsBlob = true
            messages.append(request)
        }
        let room = max(0, SyncLimits.packetMessagesMax - messages.count - 1)
        messages += outbox.prefix(room)
        outbox.removeFirst(min(room, outbox.count))
        return messages
    }
}
