import CareRecord
import Consent
import RecordStore
import Signing
import SimulationModel
import WireFormat

/// Holds what stores do against a model of them, after everything that happens.
final class Checker {
    unowned let world: World
    var records: [NodeRecord]
    private var touched: [Int] = []
    /// What the resources claim that are being imported.
    var claiming: [EntityID: [CareClaim]] = [:]
    /// Sessions of which a store does not know all that was answered.
    var turnedAway: Set<String> = []
    private let opener = EventOpener(coder: FrameCoder())

    init(world: World) {
        self.world = world
        records = world.nodes.map { NodeRecord(site: $0.site) }
    }

    /// Something was written at a node: it is looked at before anything else happens.
    func touch(_ node: SimulatedNode) {
        if !touched.contains(node.index) { touched.append(node.index) }
    }

    /// Looks at every node at which something was written.
    func check() async throws {
        guard !touched.isEmpty else { return }
        let nodes = touched.sorted()
        touched = []
        for index in nodes where world.nodes[index].isUp {
            try await adopt(world.nodes[index])
        }
        try checkNothingForgotten()
    }

    func fail(
        _ property: SimulationFailure.Property, _ node: SimulatedNode, _ detail: String
    ) -> SimulationFailure {
        SimulationFailure(property, "\(node.name): \(detail)")
    }

    /// An event as the model names it.
    func model(_ envelope: EventEnvelope) throws -> ModelEvent {
        do {
            let event = try opener.reopen(envelope).event
            return ModelEvent(event.header, id: event.id)
        } catch {
            throw SimulationFailure(.broken, "an envelope that was accepted: \(error)")
        }
    }

    /// What permits a peer what, by the rules and the time of a node.
    func permits(of node: SimulatedNode) -> ModelPermits {
        ModelPermits(
            records[node.index].store, records[node.index].policy,
            sealed: records[node.index].seen.sealed, now: node.clock.milliseconds())
    }
}

// MARK: - What people do

extension Checker {
    func didGrant(_ order: GrantOrder, at node: SimulatedNode, to peer: SimulatedNode) {
        guard let scope = ModelPolicy.Scope(rawValue: order.scope.rawValue) else { return }
        records[node.index].policy.grant(
            order.compartments, scope, to: peer.site, isAttested: order.isAttested,
            patients: order.patients, organisations: order.organisations.map(\.value))
        didIt(at: node)
        touch(node)
    }

    func didWithdraw(
        _ compartments: [Compartment], _ patient: PatientID?, at node: SimulatedNode,
        from peer: SimulatedNode
    ) {
        records[node.index].policy.withdraw(compartments, of: patient, from: peer.site)
        didIt(at: node)
        touch(node)
    }

    /// A withdrawal ordered a node to erase what it holds of streams.
    func didObey(_ notice: WithdrawalNotice, at node: SimulatedNode) async throws {
        guard notice.mode == .erase else {
            didIt(at: node)
            return touch(node)
        }
        records[node.index].ordered = notice.streams
        try await adopt(node)
        records[node.index].ordered = []
        didIt(at: node)
    }

    func didDecide(
        _ ask: Ask, _ answer: AskAnswer, at node: SimulatedNode, from peer: SiteID
    ) async throws {
        didIt(at: node)
        guard case .granted(let patient) = answer.outcome else {
            return world.goals.reach(.askRefused)
        }
        let until = node.clock.milliseconds() + Int64(SyncLimits.askGrantMilliseconds)
        guard records[node.index].policy.grantAsk(of: patient, by: peer, until: until) else {
            throw fail(.leaked, node, "an ask was granted without an agreement")
        }
        touch(node)
    }

    /// An importer handed in a unit; what its resources claim is known to the world alone.
    func didImport(
        _ outcome: ImportOutcome, at node: SimulatedNode, claims: [EntityID: [CareClaim]]
    ) async throws {
        guard case .applied = outcome else { return didIt(at: node) }
        let before = records[node.index].store.events.count
        claiming = claims
        defer { claiming = [:] }
        try await adopt(node)
        didIt(at: node)
        if records[node.index].store.events[before...].contains(where: { $0.header.chain != nil }) {
            world.goals.reach(.chainImported)
        }
    }
}

// MARK: - Deliveries

extension Checker {
    /// A disclosure is durable: everything of it must be permitted at this moment.
    func didDisclose(
        _ envelopes: [EventEnvelope], from node: SimulatedNode, to peer: SiteID,
        session: [UInt8], delivery: UInt64
    ) async throws {
        let permits = permits(of: node)
        for envelope in envelopes {
            let event = try model(envelope)
            guard permits.allow(event.header.stream, to: peer) else {
                throw fail(
                    .leaked, node, "\(event.header.dot) of \(event.header.stream) to \(peer)")
            }
        }
        let name = AuditLine.Delivery(
            isOut: true, session: Hexadecimal.text(session), number: delivery)
        guard records[node.index].numbered.insert(name).inserted else {
            throw fail(.renumbered, node, "another delivery \(delivery) to \(peer)")
        }
        records[node.index].disclosed[name, default: 0] += envelopes.count
        touch(node)
    }

    /// A delivery was stored: the model says what must have become of it.
    func didAccept(
        _ incoming: IncomingDelivery, _ outcomes: [EventOutcome], at node: SimulatedNode
    ) async throws {
        didIt(at: node)
        records[node.index].store.cards = Set(node.keys.keys)
        // Cards that came before the delivery have released what waited for them.
        release(at: node)
        var examined = 0
        for (event, outcome) in zip(incoming.events, outcomes) {
            if case .full = outcome {
                try didLackRoom(for: event, at: node)
                continue
            }
            let (expected, isExamined) = try expect(event, outcome, incoming.peer, node)
            if isExamined { examined += 1 }
            guard Self.agrees(outcome, expected) else {
                throw fail(.outcome, node, "\(outcome) instead of \(String(describing: expected))")
            }
            noteGoal(of: outcome)
        }
        let name = AuditLine.Delivery(
            isOut: false, session: incoming.session, number: incoming.number)
        records[node.index].received[name, default: 0] += examined
        try await adopt(node)
        try checkAnnounced(incoming, outcomes, node)
    }

    /// Whatever was taken in is of a stream that either side announced to the other.
    private func checkAnnounced(
        _ incoming: IncomingDelivery, _ outcomes: [EventOutcome], _ node: SimulatedNode
    ) throws {
        guard let state = records[node.index].seen.peers[incoming.peer] else { return }
        for (event, outcome) in zip(incoming.events, outcomes) {
            let stream: StreamID
            switch event {
            case .event(let sealed, _): stream = sealed.event.header.stream
            case .unknownAuthor(let header, _): stream = header.stream
            case .refused: continue
            }
            let isAnnounced = state.announced.contains(stream) || state.rows.contains(stream)
            if case .local = stream, outcome == .refused(.notForwardable) { continue }
            guard isAnnounced == (outcome != .refused(.notAnnounced)) else {
                throw fail(.outcome, node, "\(outcome) for a stream, announced: \(isAnnounced)")
            }
        }
    }

    /// Lets the model hold what waits for nothing any more.
    func release(at node: SimulatedNode) {
        let released = records[node.index].store.release(node.site)
        if !released.isEmpty { world.goals.reach(.pendingReleased) }
    }

    /// What the model says; `nil` for a refusal that is to be expected.
    private func expect(
        _ event: IncomingEvent, _ outcome: EventOutcome, _ peer: SiteID, _ node: SimulatedNode
    ) throws -> (outcome: ModelOutcome?, isExamined: Bool) {
        let isRefused = if case .refused = outcome { true } else { false }
        switch event {
        case .refused: return (nil, false)
        case .unknownAuthor(_, let envelope):
            if isRefused { return (nil, false) }
            let known = claimed(try model(envelope))
            return (records[node.index].store.take(known, from: peer), false)
        case .event(let sealed, _):
            if isRefused { return (nil, false) }
            let known = ModelEvent(sealed.event.header, id: sealed.event.id)
            return (records[node.index].store.take(claimed(known), from: peer), true)
        }
    }

    /// An event was turned away because too many of its peer wait or were set aside.
    private func didLackRoom(for event: IncomingEvent, at node: SimulatedNode) throws {
        guard node.room.items < StoreLimits.itemsPerPeerMax else {
            throw fail(.outcome, node, "no room for an event")
        }
        world.goals.reach(.pendingFull)
    }

    private static func agrees(_ outcome: EventOutcome, _ expected: ModelOutcome?) -> Bool {
        switch (outcome, expected) {
        case (.refused, nil), (.accepted, .accepted), (.duplicate, .duplicate),
            (.pending(.event), .pendingEvent), (.pending(.card), .pendingCard):
            true
        default: false
        }
    }

    private func noteGoal(of outcome: EventOutcome) {
        switch outcome {
        case .duplicate: world.goals.reach(.answeredDuplicate)
        case .pending(.card): world.goals.reach(.pendingOnCard)
        case .pending: world.goals.reach(.answeredPending)
        case .refused: world.goals.reach(.answeredRefused)
        case .accepted, .full: break
        }
    }

    /// The event with what its author's importer said of it.
    func claimed(_ event: ModelEvent) -> ModelEvent {
        for record in records {
            if let known = record.store.written(event.id) { return known }
        }
        return event
    }
}
