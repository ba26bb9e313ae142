import CareRecord
import Consent
import RecordStore
import Signing
import SimulationModel
import WireFormat

/// What a node's store was asked to do and has not answered. If the power goes now, all of it was
/// done or nothing of it.
enum Unfinished {
    /// A delivery is being stored.
    case delivery(IncomingDelivery)
    /// A withdrawal of a peer is being obeyed.
    case notice(WithdrawalNotice)
    /// A unit is being imported.
    case unit(bytes: [UInt8], claims: [EntityID: [CareClaim]])
    /// An agreement is being made.
    case grant(GrantOrder, peer: Int)
    /// Something is being withdrawn.
    case withdrawal([Compartment], PatientID?, peer: Int)
    /// An ask of a peer is being decided.
    case ask(Ask, from: SiteID)
    /// A head of a peer's log is being cosigned.
    case cosign(Cosign)
}

extension Checker {
    /// A node's store is asked to do something.
    func willDo(_ unfinished: Unfinished, at node: SimulatedNode) {
        records[node.index].unfinished = unfinished
    }

    /// It was done.
    func didIt(at node: SimulatedNode) {
        records[node.index].unfinished = nil
    }

    /// There was no room on a node's disk: nothing of what its store was asked for was done.
    func didNothing(at node: SimulatedNode) async throws {
        world.goals.reach(.diskFull)
        guard records[node.index].unfinished != nil else { return }
        didIt(at: node)
        let before = records[node.index].positions.count
        try await adopt(node)
        guard records[node.index].positions.count == before else {
            throw fail(.held, node, "something was kept on a full disk")
        }
    }

    /// Takes over a delivery that a node was storing when its power went.
    func didPerhapsAccept(_ incoming: IncomingDelivery, at node: SimulatedNode) async throws {
        let record = records[node.index]
        let snapshot = try await node.store.snapshot(
            eventsAfter: record.head, auditFrom: record.nextAudit)
        records[node.index].store.cards = Set(node.keys.keys)
        release(at: node)
        let found =
            Set(snapshot.events.map(\.id)).union(snapshot.forks)
            .subtracting(record.store.forks)
        let waiting = Set(snapshot.waiting.map { "\($0.stream) \($0.dot)" })
        var taken = 0
        for event in incoming.events {
            guard let (known, isExamined) = try named(event), !record.store.knows(known.id),
                found.contains(known.id)
                    || waiting.contains("\(known.header.stream) \(known.header.dot)")
            else { continue }
            _ = records[node.index].store.take(known, from: incoming.peer)
            if isExamined { taken += 1 }
        }
        world.goals.reach(taken > 0 ? .deliveryKept : .deliveryUndone)
        let told = snapshot.audit.map(AuditLine.init).filter {
            $0.delivery
                == AuditLine.Delivery(
                    isOut: false, session: incoming.session, number: incoming.number)
        }.reduce(0) { $0 + $1.events }
        guard told >= taken else {
            throw fail(.unaudited, node, "\(told) of \(taken) events before the power went")
        }
        try await adopt(node)
    }

    /// Takes over a unit that a node was importing when its power went.
    ///
    /// - Returns: whether it was imported.
    func didPerhapsImport(
        claims: [EntityID: [CareClaim]], at node: SimulatedNode
    ) async throws -> Bool {
        let before = records[node.index].store.events.count
        claiming = claims
        defer { claiming = [:] }
        try await adopt(node)
        let isThere = records[node.index].store.events.count > before
        world.goals.reach(isThere ? .importKept : .importUndone)
        return isThere
    }

    private func named(_ event: IncomingEvent) throws -> (event: ModelEvent, isExamined: Bool)? {
        switch event {
        case .refused: nil
        case .unknownAuthor(_, let envelope): (claimed(try model(envelope)), false)
        case .event(let sealed, _):
            (claimed(ModelEvent(sealed.event.header, id: sealed.event.id)), true)
        }
    }
}

extension World {
    /// What a node was doing when its power went was done as a whole, or not at all; whoever asked
    /// for it and was not answered asks again.
    func resume(_ node: SimulatedNode) async throws {
        guard let unfinished = checker.records[node.index].unfinished else { return }
        switch unfinished {
        case .delivery(let incoming): try await checker.didPerhapsAccept(incoming, at: node)
        case .notice(let notice): try await checker.didObey(notice, at: node)
        case .unit(let bytes, let claims):
            let isThere = try await checker.didPerhapsImport(claims: claims, at: node)
            try await importUnit(bytes, at: node, claims: claims, mayWrite: !isThere)
        case .grant(let order, let peer): try await grant(order, node, nodes[peer])
        case .withdrawal(let compartments, let patient, let peer):
            try await withdraw(compartments, patient, node, nodes[peer])
        case .ask(let ask, let peer):
            let answer = try await node.store.decide(ask, from: peer)
            try await checker.didDecide(ask, answer, at: node, from: peer)
        case .cosign(let cosign): checker.didPerhapsCosign(cosign, at: node)
        }
        checker.didIt(at: node)
    }

    /// Does something that a cut of the power or a full disk may end in its middle.
    func weather(_ body: () async throws -> Void) async throws {
        do {
            try await body()
        } catch let broken as SimulationFailure {
            throw broken
        } catch let failure as StoreFailure where failure.code == .diskFull {
            for node in nodes where node.isUp { try await checker.didNothing(at: node) }
        } catch {
            guard try losePower() else { throw error }
        }
        _ = try losePower()
    }

    private func losePower() throws -> Bool {
        var isDark = false
        for node in nodes where try node.losePower() { isDark = true }
        return isDark
    }
}
