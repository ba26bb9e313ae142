import CareRecord
import RecordStore
import SyncEngine
import SyncShell
import WireFormat

extension Conversation {
    /// How long a state with a name is left alone before it is tried again, in milliseconds.
    private static let namedStatePause: UInt64 = 300_000

    /// Tries to dial after so many milliseconds, unless an earlier try is due.
    func dial(after milliseconds: UInt64) {
        guard mayDial, dialled == nil else { return }
        let time = world.now + milliseconds
        if let dialAt, dialAt <= time { return }
        dialAt = time
        later(milliseconds) { [self] in
            guard dialAt == time else { return }
            dialAt = nil
            try await dial()
        }
    }

    /// Performs something of a dialled session; what goes wrong ends the session.
    func during(
        _ id: [UInt8], _ body: () async throws -> Void
    ) async throws {
        guard dialled == id else { return }
        do {
            try await body()
        } catch let ending as ConversationEnding {
            try await end(id, ending)
        } catch let failure as StoreFailure where failure.code == .diskFull {
            try await world.checker.didNothing(at: node)
            try await end(id, .fullDisk)
        }
    }

    private func dial() async throws {
        guard dialled == nil else { return }
        let id = world.ids.bytes(16)
        dialled = id
        dialledAt = world.now
        waitNumber = 0
        try await during(id) {
            try await readTraffic()
            _ = followTraffic()
            let shareChanges = store.feedSignal.shareChanges
            let (own, greeted) = try await greeting()
            try await exchange([.hello(own)], session: id) { [self] replies in
                if case .refusal(let refusal)? = replies.first {
                    throw ConversationEnding.refused(refusal)
                }
                guard case .hello(let theirs)? = replies.first else {
                    throw ConversationEnding.broken
                }
                try await open(
                    id, own: own, state: greeted, theirs, shareChanges: shareChanges)
            }
        }
    }

    private func open(
        _ id: [UInt8], own: Hello, state greeted: GreetingState, _ theirs: Hello,
        shareChanges: UInt64
    ) async throws {
        let marks = try await store.marks(of: peer)
        noteHello()
        channel = .dialled(session: id)
        seenShareChanges = shareChanges
        announcesToUs = marks.theirShareCount > 0
        mailbox = []
        isBusy = false
        next = handle(.opened(opening(own: own, state: greeted, peer: theirs)))
        note(.connected)
        try await noteClock(of: theirs)
        try await store.noteContact(with: peer, inStep: false)
        try await store.beginSession(
            id, with: peer, isOurs: true, theirShareVersion: theirs.shareVersion)
        world.goals.reach(.sessionDialled)
        pull(session: id, outgoing: [], restraint: 0)
        isFetchingBlobs = false
        followBlobs(session: id)
        lookAround(session: id)
        try await pump(id)
    }

    /// The session is over: what was in flight is sent again by another.
    private func end(_ id: [UInt8], _ ending: ConversationEnding) async throws {
        guard dialled == id else { return }
        dialled = nil
        world.note("end \(node.index) \(peerIndex) \(ending.name)")
        switch ending {
        case .permitsChanged: world.goals.reach(.withdrawalDuringDelivery)
        case .refused(.version): world.goals.reach(.versionRefused)
        case .refused(.fullDisk): world.goals.reach(.fullDiskRefused)
        default: break
        }
        alarmAt = nil
        isAnnouncing = false
        waitingToAnnounce = []
        if case .dialled? = channel {
            try await keepTally(of: id, ending: SessionEnding(ending.name))
            channel = nil
            _ = handle(.channelLost)
        }
        note(Self.state(after: ending))
        try await rest(after: ending)
    }

    private static func state(after ending: ConversationEnding) -> ConversationState {
        switch ending {
        case .refused(.version), .refused(.revoked), .refused(.fullDisk), .refused(.clock),
            .paused, .fullDisk:
            .named
        case .refused(.unavailable), .unreachable: .unreachable
        default: .refused
        }
    }

    private func rest(after ending: ConversationEnding) async throws {
        if case .permitsChanged = ending {
            pause = 0
        } else if world.now - dialledAt > 60_000 {
            pause = world.timing.retryMin
        }
        let length =
            state == .named
            ? Self.namedStatePause : pause * UInt64(world.chance.number(in: 50...150)) / 100
        pause = min(max(pause * 2, world.timing.retryMin), world.timing.retryMax)
        dial(after: length)
    }
}

// MARK: - The loop of a dialled session

extension Conversation {
    /// Performs effects and takes what happened, until something has to be waited for.
    func pump(_ id: [UInt8]) async throws {
        try await during(id) {
            while dialled == id, channel == .dialled(session: id), !isBusy {
                if !next.isEmpty {
                    try await perform(next.removeFirst(), session: id)
                } else if !mailbox.isEmpty {
                    try await take(mailbox.removeFirst(), session: id)
                } else {
                    return
                }
            }
        }
    }

    /// Tells the dialled session what happened.
    func tell(_ happening: Happening, session id: [UInt8]) async throws {
        guard dialled == id, channel == .dialled(session: id) else { return }
        mailbox.append(happening)
        try await pump(id)
    }

    /// Lets the loop stand still for a while, so that anything may happen meanwhile.
    private func linger(_ milliseconds: UInt64, session id: [UInt8]) {
        isBusy = true
        later(milliseconds) { [self] in
            guard dialled == id else { return }
            isBusy = false
            try await pump(id)
        }
    }

    private func perform(_ effect: SyncEffect, session id: [UInt8]) async throws {
        switch effect {
        case .deliver(let delivery):
            later(world.buggify.storePause()) { [self] in
                try await during(id) { try await send(delivery, session: id) }
            }
        case .offer(let streams):
            later(world.buggify.storePause()) { [self] in
                try await during(id) { try await offer(streams, session: id) }
            }
        case .wakeAt(let milliseconds):
            setAlarm(milliseconds, session: id)
        case .announce:
            try await waitFor(session: id) { done in
                try await announceAll(session: id, done)
            }
        default:
            next += try await performAtStore(effect, on: .dialled(session: id))
            let pause = world.buggify.effectPause()
            if pause > 0 { linger(pause, session: id) }
        }
    }

    private func setAlarm(_ milliseconds: UInt64, session id: [UInt8]) {
        let pause = max(0, Int64(clamping: milliseconds) - node.clock.milliseconds())
        let time = world.now + UInt64(pause)
        alarmAt = time
        later(UInt64(pause)) { [self] in
            guard alarmAt == time else { return }
            alarmAt = nil
            try await tell(.tick, session: id)
        }
    }

    /// Lets the loop wait until something is done.
    private func waitFor(
        session id: [UInt8], _ body: (@escaping () async throws -> Void) async throws -> Void
    ) async throws {
        isBusy = true
        try await body { [self] in
            isBusy = false
            try await pump(id)
        }
    }

    private func take(_ happening: Happening, session id: [UInt8]) async throws {
        switch happening {
        case .feedGrew(let sharesToo):
            followBlobs(session: id)
            guard sharesToo else {
                guard hasNewHead else {
                    next = handle(.feedGrew)
                    return
                }
                let question = try await nextCosign()
                return try await waitFor(session: id) { done in
                    try await carry(question, session: id) { [self] in
                        next = handle(.feedGrew)
                        try await done()
                    }
                }
            }
            try await waitFor(session: id) { done in
                try await runErrands(session: id) { [self] in
                    next = handle(.shareChanged)
                    try await done()
                }
            }
        case .answered(let answer, let start):
            let isFirst = session.expects(answer)
            next = take(answer, by: id, after: start)
            if isFirst { try await atStore.countRefusals(in: answer) }
            if !session.isInStep { try await tellStanding() }
        case .offered(let streams): next = handle(.offered(streams))
        case .directSites(let sites): next = handle(.directSites(sites))
        case .tick: next = handle(.tick)
        case .post(let message):
            try await waitFor(session: id) { done in
                try await carry([message], session: id, done)
            }
        case .lookAround:
            try await readTraffic()
            next = followTraffic()
            toldNotices = 0
            try await waitFor(session: id) { done in
                try await runErrands(session: id) { [self] in
                    try await keepTally(of: id, ending: nil)
                    try await done()
                }
            }
        }
    }

    private func lookAround(session id: [UInt8]) {
        later(0) { [self] in
            guard dialled == id else { return }
            try await tell(.lookAround, session: id)
            later(world.timing.look) { [self] in
                guard dialled == id else { return }
                lookAround(session: id)
            }
        }
    }
}
