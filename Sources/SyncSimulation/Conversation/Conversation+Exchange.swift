import CareRecord
import RecordStore
import SyncEngine
import SyncShell
import WireFormat

extension Conversation {
    /// Posts messages of a dialled session, and goes on with the answer; what cannot be read, or
    /// does not come, ends the session.
    func exchange(
        _ messages: [SyncMessage], session id: [UInt8],
        _ then: @escaping ([SyncMessage]) async throws -> Void
    ) async throws {
        let bytes = Packet(session: id, messages: messages).encoded(coder: coder)
        world.note("post \(node.index) \(peerIndex) \(Self.kinds(of: messages))")
        world.network.post(bytes, from: node.index, to: peerIndex) { [weak self] answer in
            guard let self, !self.isOver else { return }
            try await self.during(id) {
                guard let answer else { throw ConversationEnding.unreachable }
                let reply: Packet
                do {
                    reply = try Packet(encoded: answer, coder: self.coder)
                } catch {
                    throw ConversationEnding.broken
                }
                guard reply.session == id else { throw ConversationEnding.broken }
                self.world.note(
                    "reply \(self.node.index) \(self.peerIndex) \(Self.kinds(of: reply.messages))")
                if self.world.buggify.endsSession() { throw ConversationEnding.unreachable }
                try await then(reply.messages)
            }
            self.node.followSignal()
        }
    }

    /// Messages as the trace names them.
    static func kinds(of messages: [SyncMessage]) -> String {
        messages.map { message in
            switch message {
            case .hello: "hello"
            case .announce(let announce):
                "announce:\(announce.toVersion):\(announce.added.count)-\(announce.removed.count)"
            case .cards(let cards): "cards:\(cards.count)"
            case .deliver(let delivery):
                "deliver:\(delivery.number):\(delivery.lane):\(delivery.events.count)"
            case .answer(let answer): "answer:\(answer.number):\(outcomes(answer.outcomes))"
            case .wait: "wait"
            case .notice: "notice"
            case .noticeAnswer(let answer): "notice-answer:\(answer.outcome)"
            case .fetch(let fetch): "fetch:\(fetch.counters)"
            case .vectors(let vectors): "vectors:\(vectors.entries.count)"
            case .standing(let standing): "standing:\(standing.queuedEvents)"
            case .ask: "ask"
            case .askAnswer: "ask-answer"
            case .cosign(let cosign): "cosign:\(cosign.number)"
            case .cosignAnswer(let answer): "cosign-answer:\(answer.number):\(answer.status)"
            case .refusal(let refusal): "refusal:\(refusal.rawValue)"
            case .blobRequest, .blobChunk: "blob"
            case .unknown: "unknown"
            }
        }.joined(separator: ",")
    }

    private static func outcomes(_ outcomes: [EventOutcome]) -> String {
        String(
            outcomes.map { outcome -> Character in
                switch outcome {
                case .accepted: "a"
                case .duplicate: "d"
                case .pending: "p"
                case .refused: "r"
                case .full: "f"
                }
            })
    }

    /// Brings the peer's knowledge of our share set to a version, then goes on.
    func announce(
        atLeast version: UInt64, session id: [UInt8], _ then: @escaping () async throws -> Void
    ) async throws {
        guard announcedVersion < version else { return try await then() }
        guard !isAnnouncing else {
            waitingToAnnounce.append { [self] in
                try await during(id) {
                    try await announce(atLeast: version, session: id, then)
                }
            }
            return
        }
        isAnnouncing = true
        let part = try await store.announcement(to: peer, fromVersion: announcedVersion)
        try await exchange([.announce(part)], session: id) { [self] replies in
            isAnnouncing = false
            if replies.contains(.refusal(.rewound)), part.fromVersion > 0 {
                world.goals.reach(.announcementRewound)
                announcedVersion = 0
            } else {
                if case .refusal(let refusal)? = replies.first {
                    throw ConversationEnding.refused(refusal)
                }
                announcedVersion = part.toVersion
                shareVersionTaken = part.toVersion
                try await store.acknowledgeShare(part.toVersion, by: peer)
            }
            try await announce(atLeast: version, session: id, then)
            let waiters = waitingToAnnounce
            if !isAnnouncing {
                waitingToAnnounce = []
                for waiter in waiters { try await waiter() }
            }
        }
    }

    /// Announces everything, then goes on.
    func announceAll(
        session id: [UInt8], _ then: @escaping () async throws -> Void
    ) async throws {
        let version = try await store.marks(of: peer).shareVersion
        try await announce(atLeast: version, session: id, then)
    }

    /// What left the share set is announced before the notice of it.
    func runErrands(
        session id: [UInt8], _ then: @escaping () async throws -> Void
    ) async throws {
        let notices = try await nextNotices()
        try await announceAll(session: id) { [self] in
            guard notices.isEmpty else {
                return try await carry(notices, session: id) { [self] in
                    try await runErrands(session: id, then)
                }
            }
            try await fetch(rounds: PeerStore.fetchRoundsMax, session: id, then)
        }
    }

    /// Asks for what this node wants of the peer.
    private func fetch(
        rounds: Int, session id: [UInt8], _ then: @escaping () async throws -> Void
    ) async throws {
        let fetches = try await nextFetches()
        guard !fetches.isEmpty, rounds > 0 else {
            return try await carry(try await nextCosign(), session: id, then)
        }
        try await carry(fetches, session: id) { [self] in
            try await fetch(rounds: rounds - 1, session: id, then)
        }
    }

    /// Posts messages that are not deliveries, takes what comes back, then goes on.
    func carry(
        _ messages: [SyncMessage], session id: [UInt8], _ then: @escaping () async throws -> Void
    ) async throws {
        guard !messages.isEmpty else { return try await then() }
        try await exchange(messages, session: id) { [self] replies in
            for reply in replies {
                if case .refusal(let refusal) = reply { throw ConversationEnding.refused(refusal) }
                _ = try await receive(reply, session: id)
            }
            try await then()
        }
    }

    /// Sends one delivery, once its disclosure is durable and what it needs is announced.
    func send(_ delivery: OutgoingDelivery, session id: [UInt8]) async throws {
        let start = world.now
        let ready = try await disclosed(delivery, session: id)
        try await announce(atLeast: ready.shareVersion, session: id) { [self] in
            try await exchange(ready.messages, session: id) { [self] replies in
                for reply in replies {
                    if case .answer(let answer) = reply, answer.number == delivery.number {
                        return try await tell(.answered(answer, start: start), session: id)
                    }
                    if case .refusal(let refusal) = reply {
                        throw ConversationEnding.refused(refusal)
                    }
                }
                throw ConversationEnding.broken
            }
        }
    }

    /// Asks the peer what it holds of streams whose events were held back.
    func offer(_ streams: [StreamID], session id: [UInt8]) async throws {
        world.goals.reach(.heldBackOffered)
        guard let question = try await atStore.question(about: streams) else {
            return try await finishOffer(streams, session: id)
        }
        try await exchange([question], session: id) { [self] replies in
            for reply in replies {
                if case .vectors(let theirs) = reply {
                    try await store.settle(theirs.entries, heldBy: peer)
                }
                if case .refusal(let refusal) = reply { throw ConversationEnding.refused(refusal) }
            }
            try await finishOffer(streams, session: id)
        }
    }

    private func finishOffer(_ streams: [StreamID], session id: [UInt8]) async throws {
        try await store.noteOffered(streams, to: peer)
        try await tell(.offered(streams), session: id)
    }

    /// Fetches what the peer has for this node and cannot post itself, again and again.
    func pull(session id: [UInt8], outgoing: [SyncMessage], restraint: UInt64) {
        later(0) { [self] in
            try await during(id) {
                let start = world.now
                waitNumber += 1
                let wait = Wait(
                    milliseconds: UInt32(clamping: world.timing.wait),
                    directSites: node.directSites(without: peer), number: waitNumber)
                try await exchange(outgoing + [.wait(wait)], session: id) { [self] messages in
                    let isHasty = messages.isEmpty && world.now - start < world.timing.wait / 2
                    let pause = isHasty ? min(max(restraint * 2, 50), 5_000) : 0
                    later(pause) { [self] in
                        try await during(id) {
                            try await takePulled(messages, session: id, restraint: pause)
                        }
                    }
                }
            }
        }
    }

    /// Asks for blobs beside all else, until there are none.
    func followBlobs(session id: [UInt8]) {
        guard !isFetchingBlobs else { return }
        isFetchingBlobs = true
        later(0) { [self] in
            try await during(id) { try await fetchBlob(session: id) }
        }
    }

    private func fetchBlob(session id: [UInt8]) async throws {
        guard let request = try await nextBlobRequest() else {
            isFetchingBlobs = false
            let rest = blobErrand.restMilliseconds
            guard rest > 0 else { return }
            return later(rest) { [self] in
                guard dialled == id else { return }
                followBlobs(session: id)
            }
        }
        try await exchange([request], session: id) { [self] replies in
            if case .blobChunk(let chunk)? = replies.first {
                try await take(chunk)
            } else {
                try await take(nil)
            }
            try await fetchBlob(session: id)
        }
    }

    private func takePulled(
        _ messages: [SyncMessage], session id: [UInt8], restraint: UInt64
    ) async throws {
        var outgoing: [SyncMessage] = []
        for message in PeerStore.answerable(messages) {
            if case .refusal(let refusal) = message { throw ConversationEnding.refused(refusal) }
            outgoing += try await receive(message, session: id)
        }
        pull(session: id, outgoing: outgoing, restraint: restraint)
    }
}
