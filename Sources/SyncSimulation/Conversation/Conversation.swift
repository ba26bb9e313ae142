import CareRecord
import RecordStore
import SyncEngine
import WireFormat

/// The shell around one peer's `SyncSession` in virtual time: what `PeerConversation` is in a node.
///
/// It follows `PeerConversation` step by step, with the same rules about channels, announcements,
/// errands and deliveries. Where that awaits an answer of the peer, this one is called back by the
/// timeline of the world; nothing runs beside anything else.
final class Conversation {
    /// The channel that deliveries leave by.
    enum Channel: Equatable {
        case dialled(session: [UInt8])
        case served(session: [UInt8])
    }

    /// A session that the peer opened.
    struct Served {
        let session: [UInt8]
        let own: Hello
        let peer: Hello
        let gate: DeliveryGate
    }

    /// A request of the peer that is held open.
    struct HeldRequest {
        let number: UInt64
        let session: [UInt8]
        let deadline: UInt64
        var nextLook: UInt64
        let reply: ([SyncMessage]) async throws -> Void
    }

    unowned let world: World
    unowned let node: SimulatedNode
    let peer: SiteID
    /// The peer's place among the nodes.
    let peerIndex: Int
    /// Whether this node may dial the peer.
    let mayDial: Bool
    let coder = FrameCoder()
    var session: SyncSession
    var channel: Channel?
    var served: Served?
    /// Whether the node was restarted: nothing that was put on the timeline counts any more.
    var isOver = false

    // Dialling.
    var state = ConversationState.idle
    var pause: UInt64
    /// The session that is being opened or is open; what belongs to another is passed over.
    var dialled: [UInt8]?
    var dialledAt: UInt64 = 0
    var dialAt: UInt64?
    /// Effects that the dialled loop performs next.
    var next: [SyncEffect] = []
    var mailbox: [Happening] = []
    /// Whether the dialled loop waits for something.
    var isBusy = false
    /// When the engine asked to be woken.
    var alarmAt: UInt64?

    // Announcing.
    var isAnnouncing = false
    var waitingToAnnounce: [() async throws -> Void] = []
    var announcedVersion: UInt64 = 0

    // Serving.
    var backlog: [SyncEffect] = []
    var outbox: [SyncMessage] = []
    var seenShareChanges: UInt64 = 0
    var offeredStreams: [StreamID] = []
    var sentAt: [UInt64: UInt64] = [:]
    var held: HeldRequest?

    // What is known of the peer.
    var sentEvents = 0
    var receivedEvents = 0
    var answeredThrough: UInt64 = 0
    var shareVersionTaken: UInt64 = 0
    var peerFeed: FeedID?
    var traffic = PeerTrafficRecord()
    var announcesToUs = false
    var isOursEmpty = false
    var theirQueuedEvents: UInt64?
    var lastStanding: UInt64?

    init(world: World, node: SimulatedNode, peer: SiteID, peerIndex: Int, mayDial: Bool) {
        self.world = world
        self.node = node
        self.peer = peer
        self.peerIndex = peerIndex
        self.mayDial = mayDial
        pause = world.timing.retryMin
        session = SyncSession(peer: peer, limits: world.limits)
    }

    var store: SiteStore { node.store }

    /// Whether neither side has anything left for the other.
    var isInStep: Bool { isOursEmpty && theirQueuedEvents == 0 }

    /// How it stands, for people.
    var situation: String {
        let line =
            switch channel {
            case .dialled: "dialled"
            case .served: "served"
            case nil: "closed"
            }
        return "\(line), busy \(isBusy), effects \(next.count) and \(backlog.count), "
            + "happenings \(mailbox.count), in flight \(session.inFlightCount)"
    }

    /// The hybrid time of now, for the engine.
    func now() -> HybridTime {
        HybridTime(milliseconds: UInt64(max(0, node.clock.milliseconds())), counter: 0)
    }

    /// Gives the engine an input and notes what its effects mean for the queue.
    func handle(_ input: SyncInput) -> [SyncEffect] {
        let effects = session.handle(input, at: now())
        for effect in effects {
            switch effect {
            case .deliver, .owe, .offer: isOursEmpty = false
            case .inStep: isOursEmpty = true
            default: break
            }
        }
        return effects
    }

    /// Notes how the conversation stands.
    func note(_ state: ConversationState) {
        self.state = state
        noteDirectness()
    }

    /// A site is heard of directly if a session is open and it shares anything with this node.
    func noteDirectness() {
        node.noteDirectness(of: peer, isDirect: state == .connected && announcesToUs)
    }

    /// The node stops: nothing counts any more, and nobody is answered.
    func finish() {
        isOver = true
        held = nil
        served = nil
        waitingToAnnounce = []
    }

    /// Puts something on the timeline that is passed over once the node was restarted.
    func later(_ milliseconds: UInt64, _ body: @escaping () async throws -> Void) {
        world.schedule(after: milliseconds) { [weak self] in
            guard let self, !self.isOver else { return }
            try await body()
            self.node.followSignal()
        }
    }
}

// MARK: - Hellos

extension Conversation {
    /// This node's hello to the peer, and what the store knew for it.
    func greeting() async throws -> (hello: Hello, state: GreetingState) {
        let state = try await store.greeting(for: peer)
        let range = node.protocolRange
        let hello = Hello(
            protocolMin: range.min, protocolMax: range.max, replica: store.replica,
            feed: state.feed, feedHead: state.head, feedHeadEvent: state.headEvent,
            shareVersion: state.shareVersion, shareDigest: state.shareDigest, time: now(),
            echo: world.buggify.forgetful(state.echo), sessionToken: world.ids.bytes(16),
            directSites: node.directSites(without: peer),
            codecs: FrameCodec.allCases.map { UInt32($0.rawValue) })
        return (hello, state)
    }

    /// What both hellos mean for the session: a peer that lost what it had acknowledged gets it
    /// again.
    func opening(own: Hello, state: GreetingState, peer theirs: Hello) -> SessionOpening {
        let opening = SessionOpening(
            own: own, peer: theirs, storedCursor: state.cursor, answeredThrough: answeredThrough,
            shareVersionTaken: shareVersionTaken, cardsAcknowledged: state.cardsAcknowledged)
        announcedVersion = opening.shareAcknowledged
        peerFeed = theirs.feed
        isOursEmpty = false
        lastStanding = nil
        sentAt = [:]
        return opening
    }

    /// The peer said anew what it holds.
    func noteHello() {
        answeredThrough = 0
        shareVersionTaken = 0
    }

    /// Keeps how far ahead the peer's clock is.
    func noteClock(of hello: Hello) async throws {
        let lead = Int64(clamping: hello.time.milliseconds) - node.clock.milliseconds()
        let isSuspect = lead > Int64(HybridClock.remoteLeadMaxMilliseconds)
        if isSuspect { world.goals.reach(.peerClockSuspect) }
        try await store.noteClock(of: peer, aheadMilliseconds: isSuspect ? lead : nil)
    }
}
