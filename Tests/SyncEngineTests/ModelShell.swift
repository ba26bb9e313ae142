import CareRecord
import SyncEngine
import TestSupport
import Testing
import WireFormat

/// A shell with a model of a store behind it and a peer before it that may be full.
///
/// Effects of a session are performed in order; between two of them anything may happen: time
/// passes, answers come late or never, the channel is lost, the feed grows, streams join and leave
/// the share set, the peer receives events from elsewhere, administrators open and close windows.
struct ModelShell {
    /// A delivery on its way to the peer, or its answer on the way back.
    struct InTransit {
        let delivery: OutgoingDelivery
        var outcomes: [EventOutcome]?
    }

    static let streams: UInt64 = 6

    let seed: UInt64
    var numbers: SeededGenerator
    var session = SyncSession(
        peer: Flow.peer.site,
        limits: DeliveryLimits(
            deliveryBytesMin: 20, deliveryBytesStart: 35, deliveryBytesMax: 60,
            deliveryEventsMax: 3, inFlightMax: 2, pageRowsMax: 4))
    var store = ModelStore(peer: Flow.peer.site)
    var now: UInt64 = Flow.now
    var wakesAt: UInt64?
    var policy = TrafficPolicy()
    // The peer, and what is on its way to it.
    var held: Set<UInt64> = []
    var peerCards: Set<Replica> = []
    var sent: [InTransit] = []
    var offered: [[StreamID]] = []
    var effects: [SyncEffect] = []
    var deliveries = 0
    /// Signals of a changed share set that are still on their way through the node.
    var lateSignals = 0
    var isInStep = false
    var isBroken = false

    init(seed: UInt64) {
        self.seed = seed
        numbers = SeededGenerator(seed: seed)
    }

    mutating func chance(_ one: Int) -> Bool { numbers.chance(one) }

    mutating func anyStream() -> UInt64 { UInt64.random(in: 0..<Self.streams, using: &numbers) }

    mutating func give(_ input: SyncInput) {
        let following = session.take(input, at: now)
        if !policy.allowsBulk, following.deliveries.contains(where: { $0.lane != .urgent }) {
            Issue.record("SEED=\(seed): bulk left outside its windows")
        }
        effects += following
    }

    /// What must never be false.
    mutating func check() {
        guard !isBroken else { return }
        if let position = store.forgotten(held: held) {
            isBroken = true
            Issue.record("SEED=\(seed): nothing will ever send event \(position)")
        }
    }
}

// MARK: - What the administrator, the importer and others do

extension ModelShell {
    mutating func grow() {
        let author =
            [Flow.own, Flow.own, Flow.third, Flow.third, Flow.peer].randomElement(using: &numbers)
            ?? Flow.own
        store.append(
            ModelStore.Entry(
                stream: anyStream(), author: author, accepted: now,
                cameFromPeer: author == Flow.peer || (author == Flow.third && chance(4)),
                isUrgent: chance(6)))
        give(.feedGrew)
    }

    mutating func changeShares() {
        switch Int.random(in: 0..<6, using: &numbers) {
        case 0: store.withdraw(anyStream())
        case 1: store.workOff()
        default: store.grant(anyStream())
        }
        lateSignals += 1
        if chance(2) { signal() }
    }

    /// The signal of a changed share set may come after other things.
    mutating func signal() {
        guard lateSignals > 0 else { return }
        lateSignals = 0
        give(.shareChanged)
    }

    mutating func changePolicy() {
        policy = TrafficPolicy(allowsBulk: chance(2))
        give(.traffic(policy))
    }

    mutating func changeDirectSites() {
        give(.directSites(chance(2) ? [Flow.third.site] : []))
    }

    /// The peer receives one event from its author.
    mutating func receiveDirectly() {
        let missing = (0..<store.head).map { $0 + 1 }.filter {
            store.entry($0).author == Flow.third && !held.contains($0)
        }
        if let position = missing.randomElement(using: &numbers) { held.insert(position) }
    }

    mutating func passTime() {
        now += UInt64.random(in: 0..<1_500, using: &numbers)
        if let time = wakesAt, time <= now {
            wakesAt = nil
            give(.tick)
        }
    }
}
