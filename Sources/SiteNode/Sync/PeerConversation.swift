import CareRecord
import ControlProtocol
import Logging
import PeerTransport
import RecordStore
import Signing
import SyncEngine
import WireFormat

/// The shell around one peer's `SyncSession`: performs its effects over whichever channel is open.
///
/// Two channels exist. *Dialled*: this node reached the peer and posts its deliveries. *Served*:
/// only the peer can dial; deliveries leave as answers to its `wait`. A dialled channel wins.
actor PeerConversation {
    /// The channel that deliveries leave by.
    enum Channel: Sendable, Equatable {
        case dialled(session: [UInt8])
        case served(session: [UInt8])

        var session: [UInt8] {
            switch self {
            case .dialled(let session), .served(let session): session
            }
        }
    }

    /// A session that the peer opened.
    struct Served: Sendable {
        let session: [UInt8]
        let own: Hello
        let peer: Hello
        let gate: DeliveryGate
    }

    let peer: EnrolledPeer
    let context: ConversationContext
    let coder = FrameCoder()
    var session: SyncSession
    var channel: Channel?
    var served: Served?
    /// Whether an announcement is on its way; the next one starts from where it leads.
    private var isAnnouncing = false
    private var waitingToAnnounce: [CheckedContinuation<Void, Never>] = []
    /// When the peer last asked for something on a session of its own.
    var lastServed: ContinuousClock.Instant?
    /// Effects that wait for a served channel to carry them.
    var backlog: [SyncEffect] = []
    /// The version of our share set that the peer was told of on this channel.
    var announcedVersion: UInt64 = 0
    /// The feed that the peer's deliveries count in.
    var peerFeed: FeedID?
    private(set) var state: PeerState = .neverContacted
    private(set) var lastRefusal: String?

    init(peer: EnrolledPeer, context: ConversationContext) {
        self.peer = peer
        self.context = context
        session = SyncSession(peer: peer.site, limits: context.limits)
    }

    /// What `accord status` says of the conversation.
    var report: (state: PeerState, lastRefusal: String?, isServed: Bool) {
        (state, lastRefusal, isServed)
    }

    /// Whether the peer has opened a session of its own and used it lately: it asks again at least
    /// every half minute.
    private var isServed: Bool {
        guard served != nil, let lastServed else { return false }
        return ContinuousClock.now - lastServed < .seconds(60)
    }

    /// Notes how the conversation stands.
    func note(_ state: PeerState, refusal: String? = nil) {
        if self.state != state {
            context.logger.info(
                "conversation state changed",
                metadata: ["peer": "\(peer.site)", "state": "\(state.rawValue)"])
        }
        self.state = state
        if refusal != nil || state == .connected { lastRefusal = refusal }
    }

    /// The hybrid time of now, for the engine.
    func now() -> HybridTime {
        HybridTime(milliseconds: UInt64(max(0, WallTime.milliseconds())), counter: 0)
    }

    /// This node's hello to the peer, and what the store knew for it.
    func greeting() async throws -> (hello: Hello, state: GreetingState) {
        let state = try await context.store.greeting(for: peer.site)
        let hello = Hello(
            protocolMin: SyncLimits.protocolVersion, protocolMax: SyncLimits.protocolVersion,
            replica: context.store.replica, feed: state.feed, feedHead: state.head,
            feedHeadEvent: state.headEvent, shareVersion: state.shareVersion,
            shareDigest: state.shareDigest, time: now(), echo: state.echo,
            sessionToken: RandomBytes.make(16), directSites: [],
            codecs: FrameCodec.allCases.map { UInt32($0.rawValue) })
        return (hello, state)
    }

    /// What both hellos mean for the session: a peer that lost what it had acknowledged gets it
    /// again.
    func opening(own: Hello, state: GreetingState, peer theirs: Hello) -> SessionOpening {
        let echo = theirs.echo.flatMap { $0.feed == own.feed ? $0 : nil }
        let acknowledged = echo?.shareVersion ?? 0
        announcedVersion = acknowledged <= own.shareVersion ? acknowledged : 0
        peerFeed = theirs.feed
        return SessionOpening(
            own: own, peer: theirs, cursor: min(state.cursor, echo?.position ?? 0),
            shareAcknowledged: announcedVersion,
            cardsAcknowledged: echo == nil ? [] : state.cardsAcknowledged)
    }

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
            try await context.store.acknowledgeShare(announce.toVersion, by: peer.site)
        }
    }

    /// Performs an effect that only reads or writes the store, and returns what follows from it.
    ///
    /// While the store is read another channel may take over and start the session anew: what was
    /// read for the channel before must not reach it, or its deliveries would leave by the wrong
    /// one and never be answered.
    func performAtStore(
        _ effect: SyncEffect, on expected: Channel
    ) async throws -> [SyncEffect] {
        switch effect {
        case .readFeed(let after, let rowsMax):
            let page = try await context.store.feedRows(
                for: peer.site, after: after, rowsMax: rowsMax)
            guard channel == expected else { return [] }
            return session.handle(
                .feed(
                    FeedPage(
                        after: after, rows: page.rows.map(FeedRow.init), through: page.through,
                        shareVersion: page.shareVersion, hasMore: page.rows.count == rowsMax)),
                at: now())
        case .readOwed(let place, let rowsMax):
            let owed = try await context.store.owedRows(
                for: peer.site, after: place.map { ($0.stream, $0.position) }, rowsMax: rowsMax)
            guard channel == expected else { return [] }
            return session.handle(
                .owed(
                    OwedPage(
                        after: place, rows: owed.rows.map(FeedRow.init),
                        next: owed.next.map(OwedPosition.init))), at: now())
        case .moveCursor(let position, let shareVersion):
            try await context.store.moveCursor(
                of: peer.site, to: position, shareVersion: shareVersion)
        case .settleOwed(let settled):
            try await context.store.settleOwed(
                settled.map { ($0.stream, $0.through) }, of: peer.site)
        case .noteCards(let replicas):
            try await context.store.noteCards(replicas, heldBy: peer.site)
        case .inStep:
            try await context.store.noteContact(with: peer.site, inStep: true)
        case .reopen:
            throw ConversationFailure.announcementLost
        case .close(let refusal):
            throw ConversationFailure.refused(refusal)
        case .announce, .deliver:
            preconditionFailure("these effects need a channel")
        }
        return []
    }

    /// The messages of one delivery, once its disclosure is durable.
    func messages(
        for delivery: OutgoingDelivery, session: [UInt8]
    ) async throws -> (messages: [SyncMessage], shareVersion: UInt64) {
        let disclosure = try await context.store.disclose(
            positions: delivery.positions, to: peer.site, session: Hexadecimal.text(session),
            delivery: delivery.number)
        guard let disclosure else { throw ConversationFailure.permitsChanged }
        var messages: [SyncMessage] = []
        if !delivery.cardsOf.isEmpty {
            messages.append(.cards(try await context.store.cards(of: delivery.cardsOf)))
        }
        messages.append(
            .deliver(
                Deliver(
                    number: delivery.number, afterPosition: delivery.after,
                    throughPosition: delivery.through, events: disclosure.envelopes)))
        return (messages, disclosure.shareVersion)
    }
}

extension FeedRow {
    init(_ row: OutgoingRow) {
        self.init(
            position: row.position, stream: row.stream, author: row.author, bytes: row.bytes,
            isPermitted: row.isPermitted, cameFromPeer: row.cameFromPeer)
    }
}

/// Random bytes from the system's cryptographic generator.
enum RandomBytes {
    static func make(_ count: Int) -> [UInt8] {
        var generator = SystemRandomNumberGenerator()
        return (0..<count).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
    }
}
