public import CareRecord
public import WireFormat

/// One conversation with one peer, as a value: what to send next, and what an answer means.
///
/// It never blocks, throws, logs or looks at a clock; its shell feeds it inputs and performs its
/// effects in order. Correctness never depends on it: version vectors deduplicate at the receiver,
/// so whatever it forgets is merely sent again.
///
/// States and their inputs:
/// - **closed**: `.opened`. Everything else is ignored.
/// - **open**: everything. `.opened` starts again on a new channel.
public struct SyncSession: Sendable {
    /// The site at the other end.
    public let peer: SiteID
    /// What the session keeps to.
    public let limits: DeliveryLimits

    var flow: OutgoingFlow?

    /// A session that is closed.
    public init(peer: SiteID, limits: DeliveryLimits = DeliveryLimits()) {
        self.peer = peer
        self.limits = limits
    }

    /// Whether a channel is open.
    public var isOpen: Bool { flow != nil }

    /// How many deliveries wait for an answer.
    public var inFlightCount: Int { flow?.inFlight.count ?? 0 }

    /// What waits now, for operators; `nil` while closed.
    public var queueReport: QueueReport? {
        flow.map {
            QueueReport(
                inFlight: $0.inFlight.count, deliveryBytesTarget: limits.deliveryBytesStart,
                isPausedByPeer: false, waitsForTokens: false, bulkNotAllowed: false)
        }
    }

    /// Takes one input and orders what follows from it.
    public mutating func handle(_ input: SyncInput, at now: HybridTime) -> [SyncEffect] {
        switch input {
        case .opened(let opening):
            return open(opening)
        case .channelLost:
            flow = nil
            return []
        default:
            guard flow != nil else { return [] }
            return continueFlow(input)
        }
    }

    /// The protocol version that both sides speak, if there is one.
    public static func commonVersion(_ own: Hello, _ peer: Hello) -> UInt32? {
        let version = min(own.protocolMax, peer.protocolMax)
        return version >= max(own.protocolMin, peer.protocolMin) ? version : nil
    }

    private mutating func open(_ opening: SessionOpening) -> [SyncEffect] {
        guard Self.commonVersion(opening.own, opening.peer) != nil else {
            flow = nil
            return [.close(.version)]
        }
        guard opening.peer.replica.site == peer else {
            flow = nil
            return [.close(.wrongSite)]
        }
        flow = OutgoingFlow(opening, peer: peer, limits: limits)
        var effects: [SyncEffect] = []
        if opening.own.shareVersion != opening.shareAcknowledged {
            effects.append(.announce(fromVersion: opening.shareAcknowledged))
        }
        return effects + nextRead()
    }

    private mutating func continueFlow(_ input: SyncInput) -> [SyncEffect] {
        guard var flow else { return [] }
        var effects: [SyncEffect] = []
        switch input {
        case .feed(let page):
            flow.take(page)
        case .owed(let page):
            flow.take(page)
        case .feedGrew, .shareChanged:
            flow.grow()
        case .answered(let answer, _):
            effects += flow.take(answer)
        case .permitsChanged:
            flow.restart()
        case .opened, .channelLost, .offered, .traffic, .directSites, .tick:
            break
        }
        effects += flow.deliveries()
        self.flow = flow
        return effects + nextRead()
    }

    private mutating func nextRead() -> [SyncEffect] {
        flow?.nextRead() ?? []
    }
}
