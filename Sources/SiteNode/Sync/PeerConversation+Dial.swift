import AuditTrail
import CareRecord
import ControlProtocol
import Logging
import PeerTransport
import RecordStore
import SyncEngine
import SyncShell
import WireFormat

extension PeerConversation {
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
                await tellOfFailure(error)
            }
            if channel.map({ if case .dialled = $0 { true } else { false } }) ?? false {
                channel = nil
                _ = handle(.channelLost)
            }
            if ContinuousClock.now - started > .seconds(60) { pause = context.timing.retryMin }
            do {
                try await rest(for: pause)
            } catch {
                return
            }
            pause = min(max(pause * 2, context.timing.retryMin), context.timing.retryMax)
        }
    }

    /// Pauses with jitter; a state with a name is left alone for the longest pause, or until the
    /// administrator changes something: it is no retry loop.
    private func rest(for pause: Duration) async throws {
        let length =
            isNamedState ? context.timing.retryMax : pause * Double.random(in: 0.5...1.5)
        let (endings, ender) = AsyncStream.makeStream(of: Void.self)
        pauseEnder = ender
        defer { pauseEnder = nil }
        _ = await ChangeWait.signalled(by: endings, until: .now + length)
        try Task.checkCancellation()
    }

    /// Whether trying again soon cannot help.
    private var isNamedState: Bool {
        switch state {
        case .paused, .revoked, .version, .clock, .certExpired, .fullDisk: true
        default: false
        }
    }

    private func noteFailure(_ error: any Error) {
        if Task.isCancelled || error is CancellationError { return }
        switch error {
        case let failure as PeerFailure:
            note(
                failure.code == .certificateExpired ? .certExpired : .unreachable,
                refusal: failure.code.rawValue)
        case ConversationFailure.paused:
            note(.paused)
        case let failure as ConversationFailure:
            note(failure.state, refusal: failure.description)
        case let failure as StoreFailure where failure.code == .diskFull:
            noteFullDisk()
        default:
            note(.unreachable, refusal: "store")
        }
        context.logger.debug(
            "conversation failed", metadata: ["peer": "\(peer.site)", "reason": "\(error)"])
    }

    private func dial(_ endpoint: PeerEndpoint) async throws {
        try await readTraffic()
        _ = followTraffic()
        let id = RandomBytes.make(16)
        hasBegun = false
        let shareChanges = context.store.feedSignal.shareChanges
        let (own, state) = try await greeting()
        if !isNamedState, self.state != .unreachable, self.state != .refused { note(.connecting) }
        let replies = try await exchange([.hello(own)], session: id, endpoint)
        if case .refusal(let refusal)? = replies.first {
            throw ConversationFailure.refused(refusal)
        }
        guard case .hello(let theirs)? = replies.first else {
            throw ConversationFailure.protocolBroken("no hello")
        }
        let marks = try await context.store.marks(of: peer.site)
        noteHello()
        channel = .dialled(session: id)
        seenShareChanges = shareChanges
        announcesToUs = marks.theirShareCount > 0
        let effects = handle(.opened(opening(own: own, state: state, peer: theirs)))
        note(.connected)
        try await atStore.noteClock(of: theirs, now: context.clock.milliseconds())
        try await context.store.noteContact(with: peer.site, inStep: false)
        try await context.store.beginSession(
            id, with: peer.site, isOurs: true, theirShareVersion: theirs.shareVersion)
        (hasBegun, toldFailure) = (true, nil)
        do {
            try await converse(effects, session: id, endpoint)
            try await noteEnd(of: id, ending: SessionEnding("stopped"))
        } catch {
            try await noteEnd(of: id, ending: Self.ending(of: error))
            throw error
        }
    }

    private static func ending(of error: any Error) -> SessionEnding {
        switch error {
        case let failure as PeerFailure: SessionEnding(failure.code.rawValue, .failed)
        case let failure as ConversationFailure: failure.ending
        case is CancellationError: SessionEnding("stopped")
        default: SessionEnding("store", .failed)
        }
    }

    /// Writes into the audit log why no session began, unless it says so already.
    private func tellOfFailure(_ error: any Error) async {
        guard !hasBegun, !Task.isCancelled, !(error is CancellationError) else { return }
        await tellOfFailure(Self.ending(of: error))
    }

    private func noteEnd(of session: [UInt8], ending: SessionEnding) async throws {
        guard !context.store.isStopped else { return }
        try await keepTally(of: session, ending: ending)
    }

    private func converse(
        _ effects: [SyncEffect], session id: [UInt8], _ endpoint: PeerEndpoint
    ) async throws {
        let (happenings, mailbox) = AsyncStream.makeStream(of: Happening.self)
        let (growthsTaken, growthTaken) = AsyncStream.makeStream(of: Void.self)
        let changes = context.store.feedSignal.changes()
        let alarm = WakeAlarm()
        self.mailbox = mailbox
        defer { self.mailbox = nil }
        try await withThrowingDiscardingTaskGroup { group in
            group.addTask {
                // Also when another task has failed: the loop below waits for the mailbox alone.
                defer { mailbox.finish() }
                // One at a time: a site that imports a file signals faster than its feed is read.
                var taken = growthsTaken.makeAsyncIterator()
                for await _ in changes {
                    mailbox.yield(.feedGrew)
                    guard await taken.next() != nil else { return }
                }
            }
            group.addTask { try await self.pull(session: id, endpoint) }
            group.addTask { try await self.followBlobs(session: id, endpoint) }
            group.addTask { await alarm.run { mailbox.yield(.tick) } }
            group.addTask {
                while !Task.isCancelled {
                    mailbox.yield(.lookAround)
                    do { try await Task.sleep(for: .seconds(15)) } catch { return }
                }
            }
            var next = effects
            var iterator = happenings.makeAsyncIterator()
            while true {
                while !next.isEmpty {
                    let effect = next.removeFirst()
                    switch effect {
                    case .deliver(let delivery):
                        group.addTask {
                            let start = ContinuousClock.now
                            let answer = try await self.send(delivery, session: id, endpoint)
                            mailbox.yield(.answered(answer, start: start))
                        }
                    case .offer(let streams):
                        group.addTask {
                            try await self.offer(streams) { message in
                                try await self.exchange([message], session: id, endpoint)
                            }
                            mailbox.yield(.offered(streams))
                        }
                    case .wakeAt(let milliseconds):
                        alarm.set(
                            after: .milliseconds(
                                Int64(clamping: milliseconds) - context.clock.milliseconds()))
                    case .announce:
                        try await announceAll(session: id, endpoint)
                    default:
                        next += try await performAtStore(effect, on: .dialled(session: id))
                    }
                }
                guard let happening = await iterator.next() else { break }
                if case .feedGrew = happening { growthTaken.yield() }
                next = try await take(happening, session: id, endpoint)
            }
            group.cancelAll()
        }
    }

    private func take(
        _ happening: Happening, session id: [UInt8], _ endpoint: PeerEndpoint
    ) async throws -> [SyncEffect] {
        switch happening {
        case .feedGrew:
            let present = context.store.feedSignal.shareChanges
            guard present != seenShareChanges else {
                if hasNewHead { try await carry(try await nextCosign(), session: id, endpoint) }
                return handle(.feedGrew)
            }
            seenShareChanges = present
            try await runErrands(session: id, endpoint)
            return handle(.shareChanged)
        case .answered(let answer, let start):
            let isFirst = session.expects(answer)
            let effects = take(answer, by: id, after: start)
            if isFirst { try await atStore.countRefusals(in: answer) }
            if !session.isInStep { try await tellStanding() }
            return effects
        case .offered(let streams): return handle(.offered(streams))
        case .directSites(let sites): return handle(.directSites(sites))
        case .tick: return handle(.tick)
        case .post(let message):
            try await carry([message], session: id, endpoint)
            return []
        case .lookAround:
            try await readTraffic()
            let effects = followTraffic()
            toldNotices = 0
            try await runErrands(session: id, endpoint)
            try await keepTally(of: id, ending: nil)
            return effects
        }
    }

    /// What left the share set is announced as well, though nothing of it is sent: before the
    /// notice of it, or the peer would hold that it is still entitled.
    private func runErrands(session id: [UInt8], _ endpoint: PeerEndpoint) async throws {
        while true {
            let notices = try await nextNotices()
            try await announceAll(session: id, endpoint)
            guard !notices.isEmpty else { break }
            try await carry(notices, session: id, endpoint)
        }
        for _ in 0..<PeerStore.fetchRoundsMax {
            let fetches = try await atStore.fetches()
            guard !fetches.isEmpty else { break }
            try await carry(fetches, session: id, endpoint)
        }
        try await carry(try await nextCosign(), session: id, endpoint)
    }

    /// Posts messages that are not deliveries, and takes what comes back.
    private func carry(
        _ messages: [SyncMessage], session id: [UInt8], _ endpoint: PeerEndpoint
    ) async throws {
        guard !messages.isEmpty else { return }
        for reply in try await exchange(messages, session: id, endpoint) {
            if case .refusal(let refusal) = reply { throw ConversationFailure.refused(refusal) }
            _ = try await receive(reply, session: id, gate: nil)
        }
    }

    private func announceAll(session id: [UInt8], _ endpoint: PeerEndpoint) async throws {
        let version = try await context.store.marks(of: peer.site).shareVersion
        try await announce(atLeast: version) { message in
            try await self.exchange([message], session: id, endpoint)
        }
    }

    private func send(
        _ delivery: OutgoingDelivery, session id: [UInt8], _ endpoint: PeerEndpoint
    ) async throws -> Answer {
        let ready = try await disclosed(delivery, session: id)
        if ready.shareVersion > announcedVersion {
            try await announce(atLeast: ready.shareVersion) { message in
                try await self.exchange([message], session: id, endpoint)
            }
        }
        let replies = try await exchange(ready.messages, session: id, endpoint)
        for reply in replies {
            if case .answer(let answer) = reply, answer.number == delivery.number { return answer }
            if case .refusal(let refusal) = reply { throw ConversationFailure.refused(refusal) }
        }
        throw ConversationFailure.protocolBroken("a delivery without an answer")
    }

    /// Fetches what the peer has for this node and cannot post itself.
    private func pull(session id: [UInt8], _ endpoint: PeerEndpoint) async throws {
        var outgoing: [SyncMessage] = []
        var restraint = Duration.zero
        var number: UInt64 = 0
        while !Task.isCancelled {
            number += 1
            let start = ContinuousClock.now
            let wait = Wait(
                milliseconds: min(
                    SyncLimits.waitMillisecondsMax,
                    UInt32(clamping: context.timing.wait.milliseconds)),
                directSites: context.directSites.list(without: peer.site), number: number)
            let messages = try await exchange(outgoing + [.wait(wait)], session: id, endpoint)
            outgoing = []
            // A peer that answers at once with nothing, again and again, is asked less often.
            let isHasty = messages.isEmpty && ContinuousClock.now - start < context.timing.wait / 2
            restraint =
                isHasty ? min(max(restraint * 2, .milliseconds(50)), .seconds(5)) : .zero
            try await Task.sleep(for: restraint)
            for message in PeerStore.answerable(messages) {
                if case .refusal(let refusal) = message {
                    throw ConversationFailure.refused(refusal)
                }
                outgoing += try await receive(message, session: id, gate: nil)
            }
        }
    }

    /// Asks for blobs beside all else, whenever one may be on its way.
    private func followBlobs(session id: [UInt8], _ endpoint: PeerEndpoint) async throws {
        while !Task.isCancelled, !context.store.feedSignal.isFinished {
            // Made before the look, so that nothing is missed.
            let changes = context.store.feedSignal.changes()
            while let request = try await nextBlobRequest() {
                let replies = try await exchange([request], session: id, endpoint)
                guard case .blobChunk(let chunk)? = replies.first else {
                    try await take(nil)
                    continue
                }
                try await take(chunk)
            }
            let next = blobLookWhileResting ?? (.now + context.timing.wait)
            _ = await ChangeWait.signalled(by: changes, until: next)
            // A feed that grows all the time is not looked at all the time.
            try await Task.sleep(for: .milliseconds(200))
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
                responseBytesMax: SyncLimits.packetBytesMax + 1_024,
                proxy: traffic.proxy.flatMap { PeerEndpoint(text: $0) }))
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
