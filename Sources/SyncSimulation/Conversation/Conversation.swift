import CareRecord
import RecordStore
import SyncEngine
import SyncShell
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

        var session: [UInt8] {
            switch self {
            case .dialled(let session), .served(let session): session
            }
        }
    }

    /// A session that the peer opened.
    struct Served {
        let session: [UInt8]
        let own: Hello
        let peer: Hello
        let gate: DeliveryGate
        /// The number of the last request that was held open.
        var waitNumber: UInt64 = 0
        /// Whether a delivery has had a number of this session.
        var hasDelivered = false
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
    /// The number of the dialled session's last wait.
    var waitNumber: UInt64 = 0
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
    var toldNotices: Int64 = 0
    /// How far the peer was asked for blobs, and when it is asked again after it gave none.
    var blobErrand = BlobErrand()
    var nextBlobLook: UInt64 = 0
    /// Whether a request for a blob left by a served channel and was not answered yet.
    var awaitsBlob = false
    /// Whether the dialled session asks for blobs just now.
    var isFetchingBlobs = false
    /// What the peer asked for lately.
    var fetchLedger = FetchLedger()
    var seenShareChanges: UInt64 = 0
    var cosignQuestions = CosignQuestions()
    var offeredStreams: [StreamID] = []
    var sentAt: [UInt64: UInt64] = [:]
    var held: HeldRequest?

    // What is known of the peer.
    var tallies = SessionTallies()
    var answeredThrough: UInt64 = 0
    var shareVersionTaken: UInt64 = 0
    var peerFeed: FeedID?
    var traffic = PeerTrafficRecord()
    var announcesToUs = false
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

    /// What only reads and writes the store.
    var atStore: PeerStore { PeerStore(node.store, peer: peer) }

    /// Whether neither side has anything left for the other.
    var isInStep: Bool { session.isInStep && theirQueuedEvents == 0 }

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

    /// Gives the engine an input.
    func handle(_ input: SyncInput) -> [SyncEffect] { session.handle(input, at: now()) }

    /// Keeps how many events went each way by a session, and why it ended if it did.
    func keepTally(of session: [UInt8], ending: SessionEnding?) async throws {
        let open = [channel?.session, served?.session].compactMap(\.self)
        do {
            try await atStore.keep(
                tallies.take(session, open: open), of: session, ending: ending)
        } catch let failure as StoreFailure where failure.code == .diskFull && ending != nil {
            // The end of a session must not wait for room on the disk.
            return
        }
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
        var (hello, state) = try await atStore.greeting(
            HelloFacts(
                protocolRange: node.protocolRange, time: now(), sessionToken: world.ids.bytes(16),
                directSites: node.directSites(without: peer)))
        hello.echo = world.buggify.forgetful(hello.echo)
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
        lastStanding = nil
        sentAt = [:]
        toldNotices = 0
        return opening
    }

    /// The peer said anew what it holds.
    func noteHello() {
        answeredThrough = 0
        shareVersionTaken = 0
    }

    /// Keeps how far ahead the peer's clock is.
    func noteClock(of hello: Hello) async throws {
        let isSuspect = try await atStore.noteClock(of: hello, now: node.clock.milliseconds())
        if isSuspect { world.goals.reach(.peerClockSuspect) }
    }
}
