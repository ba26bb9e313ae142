import CareRecord
import ControlProtocol
import Logging
import RecordStore
import Signing
import SyncEngine
import SyncShell
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
        /// The number of the last request that was held open.
        var waitNumber: UInt64 = 0
        /// Whether a delivery has had a number of this session.
        var hasDelivered = false
    }

    let peer: EnrolledPeer
    let context: ConversationContext
    /// What only reads and writes the store.
    let atStore: PeerStore
    let coder = FrameCoder()
    var session: SyncSession
    var channel: Channel?
    var served: Served?
    /// Whether an announcement is on its way; the next one starts from where it leads.
    var isAnnouncing = false
    var waitingToAnnounce: [CheckedContinuation<Void, Never>] = []
    /// When the peer last asked for something on a session of its own.
    var lastServed: ContinuousClock.Instant?
    /// Effects that wait for a served channel to carry them.
    var backlog: [SyncEffect] = []
    /// Messages that wait for a served channel to carry them.
    var outbox: [SyncMessage] = []
    /// What of the share sets' changes the channel has followed.
    var seenShareChanges: UInt64 = 0
    /// The place of the last notice that the peer was told of; 0 to tell all that are open.
    var toldNotices: Int64 = 0
    /// How far the peer was asked for blobs, and when it is asked again after it gave none.
    var blobErrand = BlobErrand()
    var nextBlobLook = ContinuousClock.now
    /// Whether a request for a blob left by a served channel and was not answered yet.
    var awaitsBlob = false
    /// What the peer asked for lately, by time since this began.
    var fetchLedger = FetchLedger()
    let began = ContinuousClock.now
    /// What the peer is asked as a witness of this node's log.
    var cosignQuestions = CosignQuestions()
    /// Streams that were offered over a served channel and not answered yet.
    var offeredStreams: [StreamID] = []
    /// When deliveries left over a served channel, by number.
    var sentAt: [UInt64: ContinuousClock.Instant] = [:]
    /// How many events went each way by each session, since that was kept last.
    var tallies = SessionTallies()
    /// When a served session's were kept last.
    var talliesKept = ContinuousClock.now
    /// Whether the dialled session has begun, so that its end has an audit entry.
    var hasBegun = false
    /// Why no session began, as the audit log was told last: what goes on failing is said once.
    var toldFailure: SessionEnding?
    /// The version of our share set that the peer was told of on this channel.
    var announcedVersion: UInt64 = 0
    /// How far the peer answered since its last hello, and the version of our share set that it
    /// took since: its hello may be older than a channel that was open in between.
    var answeredThrough: UInt64 = 0
    var shareVersionTaken: UInt64 = 0
    /// The feed that the peer's deliveries count in.
    var peerFeed: FeedID?
    /// What is allowed to and from the peer, as it was read last.
    var traffic = PeerTrafficRecord()
    /// Whether the peer shares any stream with this node.
    var announcesToUs = false
    /// What the peer last said that it still has for us.
    var theirQueuedEvents: UInt64?
    /// When our queue was last counted for the peer.
    var lastStanding: ContinuousClock.Instant?
    /// When a served channel is to give the engine a tick.
    var wakeAt: ContinuousClock.Instant?
    /// Asks that wait for their answer.
    var asks: [AskID: CheckedContinuation<AskAnswer.Outcome?, Never>] = [:]
    /// Where the dialled session is told what happens; `nil` while there is none.
    var mailbox: AsyncStream<Happening>.Continuation?
    /// Ends the pause between two attempts to dial.
    var pauseEnder: AsyncStream<Void>.Continuation?
    private(set) var state: PeerState = .neverContacted
    /// Whether it is this node's disk that is full, and not the peer's.
    private(set) var isFullHere = false
    private(set) var lastRefusal: String?

    init(peer: EnrolledPeer, context: ConversationContext) {
        self.peer = peer
        self.context = context
        atStore = PeerStore(context.store, peer: peer.site)
        session = SyncSession(peer: peer.site, limits: context.limits)
    }

    /// What `accord status` says of the conversation.
    var report: ConversationReport {
        ConversationReport(
            state: traffic.isPaused ? .paused : state, isFullHere: isFullHere,
            lastRefusal: lastRefusal, isServed: isServed,
            isInStep: session.isInStep && theirQueuedEvents == 0, queue: session.queueReport)
    }

    /// Whether the peer has opened a session of its own and used it lately: it asks again at least
    /// every half minute.
    private var isServed: Bool {
        guard served != nil, let lastServed else { return false }
        return ContinuousClock.now - lastServed < .seconds(60)
    }

    /// Notes that this node has no room for what the peer sends.
    func noteFullDisk() {
        note(.fullDisk, refusal: "disk full here")
        isFullHere = true
    }

    /// Notes how the conversation stands.
    func note(_ state: PeerState, refusal: String? = nil) {
        isFullHere = false
        if self.state != state {
            context.logger.info(
                "conversation state changed",
                metadata: ["peer": "\(peer.site)", "state": "\(state.rawValue)"])
        }
        self.state = state
        noteDirectness()
        if refusal != nil || state == .connected { lastRefusal = refusal }
    }

    /// A site is heard of directly if a session is open and it shares anything with this node.
    func noteDirectness() {
        context.directSites.note(peer.site, isDirect: state == .connected && announcesToUs)
    }

    /// Keeps how many events went each way by a session, and why it ended if it did.
    func keepTally(of session: [UInt8], ending: SessionEnding?) async throws {
        let open = [channel?.session, served?.session].compactMap(\.self)
        try await atStore.keep(
            tallies.take(session, open: open), of: session, ending: ending)
    }

    /// The hybrid time of now, for the engine.
    func now() -> HybridTime {
        HybridTime(milliseconds: UInt64(max(0, context.clock.milliseconds())), counter: 0)
    }

    /// This node's hello to the peer, and what the store knew for it.
    func greeting() async throws -> (hello: Hello, state: GreetingState) {
        try await atStore.greeting(
            HelloFacts(
                protocolRange: context.protocolRange, time: now(),
                sessionToken: RandomBytes.make(16),
                directSites: context.directSites.list(without: peer.site)))
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
}

/// What an operator may know of a conversation at this moment.
struct ConversationReport: Sendable {
    var state: PeerState
    /// Whether it is this node's disk that is full, where one is.
    var isFullHere: Bool
    var lastRefusal: String?
    var isServed: Bool
    /// Whether neither side has anything left for the other.
    var isInStep: Bool
    /// What waits in the open session; `nil` while there is none.
    var queue: QueueReport?
}

/// What happens to a dialled session.
enum Happening: Sendable {
    /// The feed grew, or a share set changed, or something was made owed.
    case feedGrew
    /// The peer answered a delivery that was sent at the given time.
    case answered(Answer, start: ContinuousClock.Instant)
    /// The peer was asked what it holds of these streams.
    case offered([StreamID])
    /// The peer told which sites it hears from directly.
    case directSites([SiteID])
    /// The engine's time has come.
    case tick
    /// A message that is not a delivery is to be posted.
    case post(SyncMessage)
    /// The administrator's limits changed, or a while has passed.
    case lookAround
}

/// Random bytes from the system's cryptographic generator.
enum RandomBytes {
    static func make(_ count: Int) -> [UInt8] {
        var generator = SystemRandomNumberGenerator()
        return (0..<count).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
    }
}
