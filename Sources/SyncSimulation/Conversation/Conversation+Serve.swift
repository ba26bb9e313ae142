import CareRecord
import RecordStore
import SyncEngine
import SyncShell
import WireFormat

extension Conversation {
    /// Goes on with what is answered.
    typealias Reply = ([SyncMessage]) async throws -> Void

    /// Answers one packet that the peer posted.
    func serve(_ packet: Packet, _ reply: @escaping Reply) async throws {
        guard !traffic.isPaused else { return try await reply([.refusal(.paused)]) }
        try await serving(reply) {
            guard world.bounds(packet.messages) else {
                return try await reply([.refusal(.badMessage)])
            }
            try await answer(packet.messages[...], packet.session, replies: [], reply)
        }
    }

    /// Performs something for a request; what goes wrong ends the served session.
    private func serving(_ reply: @escaping Reply, _ body: () async throws -> Void) async throws {
        do {
            try await body()
        } catch let ending as ConversationEnding {
            world.note("end-served \(node.index) \(peerIndex) \(ending.name)")
            if case .permitsChanged = ending { world.goals.reach(.withdrawalDuringDelivery) }
            try await endServed(ending: SessionEnding(ending.name))
            if case .paused = ending {
                note(.named)
                try await reply([.refusal(.paused)])
            } else {
                try await reply([.refusal(.noSession)])
            }
        } catch let failure as StoreFailure where failure.code == .diskFull {
            try await world.checker.didNothing(at: node)
            held = nil
            note(.named)
            try await reply([.refusal(.fullDisk)])
        }
    }

    /// Ends the session that the peer opened, if there is one, and keeps how far it came.
    func endServed(ending: SessionEnding) async throws {
        guard let ended = served else { return }
        served = nil
        try await ended.gate.close()
        if case .served? = channel {
            channel = nil
            _ = handle(.channelLost)
        }
        if let held {
            self.held = nil
            try await held.reply([.refusal(.noSession)])
        }
        try await keepTally(of: ended.session, ending: ending)
    }

    private func answer(
        _ messages: ArraySlice<SyncMessage>, _ id: [UInt8], replies: [SyncMessage],
        _ reply: @escaping Reply
    ) async throws {
        var replies = replies
        var rest = messages
        while let message = rest.popFirst() {
            if case .hello(let hello) = message {
                replies += try await greet(hello, session: id)
                continue
            }
            guard let served, served.session == id else {
                replies.append(.refusal(.noSession))
                break
            }
            switch message {
            case .wait(let wait):
                return try await hold(wait, served, replies: replies, reply)
            case .answer(let answer):
                if channel == .served(session: served.session) {
                    let isFirst = session.expects(answer)
                    backlog += take(
                        answer, by: served.session,
                        after: sentAt.removeValue(forKey: answer.number))
                    if isFirst { try await atStore.countRefusals(in: answer) }
                } else {
                    try await repeatStanding()
                }
            case .deliver(let delivery):
                return try await served.gate.enter(delivery.number) {
                    [self, rest, replies] isOpen in
                    try await serving(reply) {
                        guard isOpen else {
                            return try await reply(replies + [.refusal(.noSession)])
                        }
                        let answered = try await apply(delivery, session: id)
                        try await answer(rest, id, replies: replies + answered, reply)
                    }
                    if isOpen { try await served.gate.leave(delivery.number) }
                }
            default:
                replies += try await receive(message, session: id)
            }
        }
        try await reply(replies)
    }

    private func greet(_ theirs: Hello, session id: [UInt8]) async throws -> [SyncMessage] {
        guard theirs.replica.site == peer else { return [.refusal(.wrongSite)] }
        let (own, _) = try await greeting()
        guard own.protocolRange.common(with: theirs.protocolRange) != nil else {
            return [.refusal(.version)]
        }
        try await endServed(ending: SessionEnding("the peer opened another"))
        noteHello()
        served = Served(session: id, own: own, peer: theirs, gate: DeliveryGate())
        if channel == nil || peerFeed != theirs.feed { theirQueuedEvents = nil }
        peerFeed = theirs.feed
        backlog = []
        outbox = []
        awaitsBlob = false
        announcesToUs = try await store.marks(of: peer).theirShareCount > 0
        try await noteClock(of: theirs)
        try await store.noteContact(with: peer, inStep: false)
        try await store.beginSession(
            id, with: peer, isOurs: false, theirShareVersion: theirs.shareVersion)
        try await repeatStanding()
        return [.hello(own)]
    }
}

// MARK: - Requests that are held open

extension Conversation {
    /// Holds a request until there is something to send by it, or its time is up.
    private func hold(
        _ wait: Wait, _ served: Served, replies: [SyncMessage], _ reply: @escaping Reply
    ) async throws {
        guard wait.number == served.waitNumber + 1 else { throw ConversationEnding.requestLost }
        self.served?.waitNumber = wait.number
        if case .dialled(let id)? = channel {
            try await tell(.directSites(wait.directSites), session: id)
        } else {
            backlog += handle(.directSites(wait.directSites))
        }
        try await followChanges(served, isGrowth: true)
        if let earlier = held {
            held = nil
            try await earlier.reply([])
        }
        let deadline = world.now + UInt64(wait.milliseconds)
        let number = world.nextNumber()
        held = HeldRequest(
            number: number, session: served.session, deadline: deadline, nextLook: world.now
        ) { messages in try await reply(replies + messages) }
        later(UInt64(wait.milliseconds)) { [self] in try await lookAtHeld(number) }
        try await lookAtHeld(number)
    }

    /// Answers the held request if there is something to answer.
    private func lookAtHeld(_ number: UInt64) async throws {
        guard let held, held.number == number else { return }
        guard let served, served.session == held.session else {
            self.held = nil
            return try await held.reply([.refusal(.noSession)])
        }
        // Out of reach while it is looked at: whatever ends the session answers it here.
        self.held = nil
        try await serving(held.reply) {
            var held = held
            if world.now >= held.nextLook {
                held.nextLook = world.now + world.timing.look
                later(world.timing.look) { [self] in try await lookAtHeld(number) }
                try await lookAround(served)
            }
            guard !traffic.isPaused else { throw ConversationEnding.paused }
            let messages = try await outgoing(served)
            guard messages.isEmpty, world.now < held.deadline else {
                return try await held.reply(messages)
            }
            self.held = held
        }
    }

    /// Something changed at the node, or the engine's time has come.
    func noticeChange(isGrowth: Bool) async throws {
        guard let held, let served, served.session == held.session else { return }
        try await serving(held.reply) { try await followChanges(served, isGrowth: isGrowth) }
        try await lookAtHeld(held.number)
    }

    /// Tells the engine what changed since it was last told, if the served channel is the one that
    /// deliveries leave by.
    private func followChanges(_ served: Served, isGrowth: Bool) async throws {
        guard channel == .served(session: served.session) else { return }
        let present = store.feedSignal.shareChanges
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
        if case .dialled? = channel { return }
        try await readTraffic()
        backlog += followTraffic()
        guard channel == .served(session: served.session) else { return }
        toldNotices = 0
        try await gatherErrands()
    }

    /// What leaves as an answer: only while this node has no dialled channel of its own.
    private func outgoing(_ served: Served) async throws -> [SyncMessage] {
        if channel == nil {
            guard self.served?.hasDelivered == false else { throw ConversationEnding.displaced }
            let (hello, greeted) = try await greeting()
            channel = .served(session: served.session)
            world.goals.reach(.sessionServed)
            note(.connected)
            seenShareChanges = store.feedSignal.shareChanges
            backlog = handle(.opened(opening(own: hello, state: greeted, peer: served.peer)))
            try await gatherErrands()
        }
        let own = Channel.served(session: served.session)
        var messages: [SyncMessage] = []
        while channel == own, !backlog.isEmpty {
            let effect = backlog.removeFirst()
            guard try await perform(effect, served, &messages) else { return messages }
        }
        guard channel == own else { return messages }
        let version = try await store.marks(of: peer).shareVersion
        messages += try await announcement(to: version)
        guard announcedVersion >= version else { return messages }
        if hasNewHead { try await gatherHead() }
        if !awaitsBlob, let request = try await nextBlobRequest() {
            awaitsBlob = true
            messages.append(request)
        }
        let room = max(0, SyncLimits.packetMessagesMax - messages.count - 1)
        messages += outbox.prefix(room)
        outbox.removeFirst(min(room, outbox.count))
        return messages
    }

    /// Performs one effect of the served channel; `false` if the response is to leave now.
    private func perform(
        _ effect: SyncEffect, _ served: Served, _ messages: inout [SyncMessage]
    ) async throws -> Bool {
        switch effect {
        case .announce:
            let version = try await store.marks(of: peer).shareVersion
            messages += try await announcement(to: version)
        case .deliver(let delivery):
            self.served?.hasDelivered = true
            let ready = try await disclosed(delivery, session: served.session)
            messages += try await announcement(to: ready.shareVersion) + ready.messages
            sentAt[delivery.number] = world.now
            if delivery.bytes > 1 << 20 || world.buggify.flushesEarly() { return false }
        case .offer(let streams):
            if let question = try await atStore.question(about: streams) {
                offeredStreams += streams
                messages.append(question)
            } else {
                try await store.noteOffered(streams, to: peer)
                backlog += handle(.offered(streams))
            }
            let questions = messages.count { if case .vectors = $0 { true } else { false } }
            if questions == RequestBounds.vectorsMax { return false }
        case .wakeAt(let milliseconds):
            let pause = max(0, Int64(clamping: milliseconds) - node.clock.milliseconds())
            later(UInt64(pause)) { [self] in try await noticeChange(isGrowth: false) }
        default:
            backlog += try await performAtStore(effect, on: .served(session: served.session))
        }
        return true
    }

    /// The next part of what a served channel must announce, if it lags behind a version.
    private func announcement(to version: UInt64) async throws -> [SyncMessage] {
        var messages: [SyncMessage] = []
        while announcedVersion < version, messages.count < 8 {
            let announce = try await store.announcement(to: peer, fromVersion: announcedVersion)
            announcedVersion = announce.toVersion
            messages.append(.announce(announce))
        }
        return messages
    }
}
