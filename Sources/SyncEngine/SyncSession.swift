public import CareRecord
public import WireFormat

/// One conversation with one peer, as a value: what to send next, and what an answer means.
///
/// It never blocks, throws, logs or looks at a clock; its shell feeds it inputs and performs its
/// effects in order. Correctness never depends on it: version vectors deduplicate at the receiver,
/// so whatever it forgets is merely sent again.
///
/// States and their inputs:
/// - **closed**: `.opened`, and `.traffic`, which is kept. Everything else is ignored.
/// - **open**: everything. `.opened` starts again on a new channel.
public struct SyncSession: Sendable {
    /// The site at the other end.
    public let peer: SiteID
    /// What the session keeps to.
    public let limits: DeliveryLimits

    /// Whether nothing is left to send, in any lane, as far as the engine has looked; false from
    /// `.opened` on until it says `.inStep`, as soon as something is owed, offered, sent or waits to
    /// be, and while closed, when it does not look.
    public var isInStep: Bool { flow?.wasInStep ?? false }

    private var flow: OutgoingFlow?
    /// While closed; the flow has its own while open.
    private var pacing = Pacing()

    /// A session that is closed.
    public init(peer: SiteID, limits: DeliveryLimits = DeliveryLimits()) {
        self.peer = peer
        self.limits = limits
    }

    /// Whether a channel is open.
    public var isOpen: Bool { flow != nil }

    /// How many deliveries wait for an answer.
    public var inFlightCount: Int { flow?.inFlight.count ?? 0 }

    /// Whether this is the first answer to a delivery of this channel, and tells of each of its
    /// events. Answers come twice where a request did; what such a one counts was counted.
    public func expects(_ answer: Answer) -> Bool {
        guard let flow else { return false }
        return flow.inFlight.contains {
            $0.delivery.number == answer.number && !$0.isAnswered
                && $0.rows.count == answer.outcomes.count
        }
    }

    /// What waits now, for operators; `nil` while closed.
    public var queueReport: QueueReport? { flow?.report }

    /// Takes one input and orders what follows from it.
    ///
    /// - Parameter now: the present time of this node's clock, for due times, pauses and the
    ///   bandwidth cap. It may be set back: that delays nothing for longer than its own length.
    public mutating func handle(_ input: SyncInput, at now: HybridTime) -> [SyncEffect] {
        switch input {
        case .opened(let opening):
            return open(opening, at: now.milliseconds)
        case .channelLost:
            close()
            return []
        case .traffic(let policy) where flow == nil:
            pacing.follow(policy, at: now.milliseconds)
            return []
        default:
            return continueFlow(input, at: now.milliseconds)
        }
    }

    private mutating func open(_ opening: SessionOpening, at now: UInt64) -> [SyncEffect] {
        close()
        guard opening.own.protocolRange.common(with: opening.peer.protocolRange) != nil else {
            return [.close(.version)]
        }
        guard opening.peer.replica.site == peer else { return [.close(.wrongSite)] }
        var flow = OutgoingFlow(opening, peer: peer, limits: limits, pacing: pacing)
        var effects: [SyncEffect] = []
        if opening.own.shareVersion != opening.shareAcknowledged {
            effects.append(.announce(fromVersion: opening.shareAcknowledged))
        }
        effects += flow.proceed(at: now)
        self.flow = flow
        return effects
    }

    private mutating func close() {
        if let flow { pacing = flow.pacing }
        flow = nil
    }

    private mutating func continueFlow(_ input: SyncInput, at now: UInt64) -> [SyncEffect] {
        guard var flow else { return [] }
        // One owner at a time: what the flow holds is changed in place.
        self.flow = nil
        let effects = flow.take(input, at: now)
        pacing = flow.pacing
        guard let effects else { return [.reopen] }
        let following = flow.proceed(at: now)
        self.flow = flow
        return effects + following
    }
}

extension OutgoingFlow {
    /// Takes one input; `nil` if the session cannot go on after it.
    fileprivate mutating func take(_ input: SyncInput, at now: UInt64) -> [SyncEffect]? {
        switch input {
        case .feed(let page): return take(page, at: now)
        case .owed(let page): return take(page, at: now)
        case .answered(let answer, let took): return take(answer, tookMilliseconds: took, at: now)
        case .feedGrew: grow()
        case .shareChanged: changeShares()
        case .offered(let streams): take(offered: streams)
        case .traffic(let policy): pacing.follow(policy, at: now)
        case .directSites(let sites): take(directSites: sites)
        case .permitsChanged: return nil
        case .tick: tick()
        case .opened, .channelLost: break
        }
        return []
    }
}
