import CareRecord
import WireFormat

/// The half of a session that sends: from the feed and the owed lanes to answered deliveries.
struct OutgoingFlow: Sendable {
    /// What was asked of the shell and has not come yet; anything else that comes is from before.
    enum Reading: Sendable, Equatable {
        case feed(after: UInt64)
        case owed(Lane, after: OwedPosition?, dueBy: UInt64)
    }

    /// What there is to read, in the order in which it is.
    enum Turn: Sendable, CaseIterable {
        case urgent
        case current
        case feed
        case backfill

        /// The lane to read; `nil` for the feed.
        var lane: Lane? {
            switch self {
            case .urgent: .urgent
            case .current: .current
            case .feed: nil
            case .backfill: .backfill
            }
        }
    }

    /// A part of the feed that was read, and the share set that its permits came from.
    struct Segment: Sendable {
        var through: UInt64
        var shareVersion: UInt64
        /// Whether the share set changed since: once the cursor passes it, more may be owed.
        var mayOwe: Bool
    }

    let peer: SiteID
    let ownSite: SiteID
    let limits: DeliveryLimits
    /// Sites whose events the peer receives directly.
    private(set) var directSites: Set<SiteID>
    /// Writers whose card the peer has acknowledged.
    var cardsHeld: [Replica]

    // Reading.
    var reading: Reading?
    /// What had its turn to be read and waits for the others.
    var turns: [Turn] = []
    /// Everything up to here is answered, owed, or need not be sent.
    var cursor: UInt64
    /// What was read past the cursor, ascending.
    var segments: [Segment] = []
    /// Events of the feed that are to be sent, ascending.
    var queue: [FeedRow] = []
    /// What is owed, the most urgent lane first.
    var lanes: [OwedLane] = Lane.allCases.map(OwedLane.init)
    var mayHaveMore = true
    /// Whether the feed grew after the shell was asked to read it.
    var hasGrownMeanwhile = false
    /// Whether the share set changed after the shell was asked to read the feed.
    var hasSharedMeanwhile = false

    // Sending.
    /// Deliveries that wait for an answer, or for that of an earlier one; ascending by number.
    var inFlight: [SentDelivery] = []
    var nextNumber: UInt64 = 1
    var pacing: Pacing
    var size: DeliverySize
    var roomWait: RoomWait
    /// When the bandwidth cap lets the next delivery leave, if something waits for it.
    var tokensAt: UInt64?
    /// When nothing leaves before, because the peer has no room.
    var pausedUntil: UInt64?
    /// Whether nothing has come to be sent since the session was last in step.
    var wasInStep = false
    /// The time that the shell was told to wake the session at.
    private var wakesAt: UInt64?

    init(_ opening: SessionOpening, peer: SiteID, limits: DeliveryLimits, pacing: Pacing) {
        self.peer = peer
        self.limits = limits
        self.pacing = pacing
        ownSite = opening.own.replica.site
        directSites = Set(opening.peer.directSites)
        cardsHeld = opening.cardsAcknowledged
        cursor = opening.cursor
        size = DeliverySize(limits)
        roomWait = RoomWait(limits)
    }

    /// Everything up to here was read from the feed.
    var readPosition: UInt64 { segments.last?.through ?? cursor }

    /// What waits now, for operators.
    var report: QueueReport {
        QueueReport(
            inFlight: inFlight.count { !$0.isAnswered },
            deliveryBytesTarget: pacing.deliveryBytes(target: size.target),
            isPausedByPeer: pausedUntil != nil, waitsForTokens: tokensAt != nil,
            bulkNotAllowed: !pacing.policy.allowsBulk)
    }

    /// The feed grew. Backfill is left to its pass: a feed that grows all the time must not make
    /// it start again and again.
    mutating func grow() {
        mayHaveMore = true
        if case .feed = reading { hasGrownMeanwhile = true }
        for index in lanes.indices where lanes[index].lane != .backfill {
            lanes[index].askForPass()
        }
    }

    /// Streams joined the share set, left it, or are owed anew.
    mutating func changeShares() {
        grow()
        if case .feed = reading { hasSharedMeanwhile = true }
        for index in segments.indices { segments[index].mayOwe = true }
        askForPasses()
    }

    /// Reads every lane from its start.
    mutating func askForPasses() {
        for index in lanes.indices { lanes[index].askForPass() }
    }

    /// The peer says whose events it receives directly now.
    mutating func take(directSites: [SiteID]) { self.directSites = Set(directSites) }

    /// The shell woke the session, if not at the right time: it is told again.
    mutating func tick() { wakesAt = nil }

    /// Everything that may happen now: deliveries, what is settled without one, what to read next,
    /// and when to look again. Times are in milliseconds since 1970 UTC.
    mutating func proceed(at now: UInt64) -> [SyncEffect] {
        for index in lanes.indices { lanes[index].notice(now) }
        pausedUntil = roomWait.pauseEnd(at: now)
        var effects: [SyncEffect] = []
        if pausedUntil == nil {
            effects += deliveries(at: now)
            effects += settleUnsent()
            effects += passUnsent()
            effects += nextRead(at: now)
        }
        return effects + wake(at: now)
    }

    /// An order to wake the session when the first thing that waits for a time may go on.
    private mutating func wake(at now: UInt64) -> [SyncEffect] {
        if let known = wakesAt, known <= now { wakesAt = nil }
        let times = [pausedUntil, tokensAt].compactMap(\.self) + lanes.compactMap(\.nextDue)
        guard let next = times.filter({ $0 > now }).min(), next != wakesAt else { return [] }
        wakesAt = next
        return [.wakeAt(milliseconds: next)]
    }
}
