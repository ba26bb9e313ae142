import CareRecord
import Consent
import Interchange
import RecordStore
import WireFormat

extension World {
    /// Carries out one step of the plan.
    func perform(_ step: PlannedStep) async throws {
        try await pass(UInt64(max(0, step.pause)))
        note("step \(step)")
        try await weather {
            switch step.act {
            case .register, .write, .urgent, .encounter, .team, .organisation, .attach, .chain,
                .again:
                guard nodes[step.node].isUp else { return }
                try await performImport(step)
            case .grant, .withdraw, .ask, .pause, .cap, .window, .retry:
                guard nodes[step.node].isUp else { return }
                try await performDeed(step)
            default:
                try await performFault(step)
            }
            nodes[step.node].followSignal()
        }
        try await checker.check()
    }

    private func performDeed(_ step: PlannedStep) async throws {
        let node = nodes[step.node]
        let peer = nodes[step.peer]
        guard step.act == .retry || node.conversation(with: step.peer) != nil else { return }
        switch step.act {
        case .grant: try await grant(step, node, peer)
        case .withdraw: try await withdraw(step, node, peer)
        case .ask: ask(step, node)
        case .pause, .cap, .window:
            var traffic = try await node.store.traffic(with: peer.site)
            switch step.act {
            case .pause: traffic.isPaused = step.detail == 1
            case .window: traffic.windows = step.detail == 1 ? ["03:00-04:00"] : []
            default: traffic.bytesPerSecond = step.value > 0 ? step.value : nil
            }
            try await setTraffic(traffic, node, peer)
        default:
            let count = try await node.store.retryQuarantine(nil, actor: SimulatedNode.actor)
            if count.tried > 0 { goals.reach(.quarantineRetried) }
            checker.touch(node)
        }
    }

    /// Changes what is allowed to and from a peer; its conversation follows.
    func setTraffic(
        _ traffic: PeerTrafficRecord, _ node: SimulatedNode, _ peer: SimulatedNode
    ) async throws {
        try await node.store.setTraffic(traffic, with: peer.site, actor: SimulatedNode.actor)
        guard let conversation = node.conversation(with: peer.index) else { return }
        conversation.traffic = traffic
        if case .dialled(let id)? = conversation.channel {
            try await conversation.tell(.lookAround, session: id)
        }
        conversation.dial(after: 1)
        node.store.feedSignal.wake()
    }

    private func grant(
        _ step: PlannedStep, _ node: SimulatedNode, _ peer: SimulatedNode
    ) async throws {
        let scopes: [SharingAgreement.Scope] = [
            .all, .registered, .relationship, .list, .onRequest,
        ]
        var order = GrantOrder(
            peerName: peer.name, compartments: Self.compartments(step.detail % 32),
            purpose: "TREAT", scope: scopes[step.value % scopes.count])
        order.isAttested = step.detail & 32 != 0
        order.onWithdrawal = step.detail & 64 != 0 ? .erase : .seal
        order.organisations = [
            .init(
                system: Resources.organisationSystem,
                value: Resources.organisationName(peer.index))
        ]
        if order.scope == .list {
            order.patients = plan.patientHomes.indices.filter { ($0 + step.detail) % 2 == 0 }
                .map(resources.patient)
        }
        try await grant(order, node, peer)
    }

    /// Makes an agreement.
    func grant(_ order: GrantOrder, _ node: SimulatedNode, _ peer: SimulatedNode) async throws {
        checker.willDo(.grant(order, peer: peer.index), at: node)
        _ = try await node.store.grant(order, actor: SimulatedNode.actor)
        checker.didGrant(order, at: node, to: peer)
    }

    private func withdraw(
        _ step: PlannedStep, _ node: SimulatedNode, _ peer: SimulatedNode
    ) async throws {
        let compartments = step.detail == 0 ? [] : Self.compartments(step.detail % 64)
        let patient = step.value < 0 ? nil : resources.patient(step.value)
        try await withdraw(compartments, patient, node, peer)
    }

    /// Withdraws what agreements allow.
    func withdraw(
        _ compartments: [Compartment], _ patient: PatientID?, _ node: SimulatedNode,
        _ peer: SimulatedNode
    ) async throws {
        checker.willDo(.withdrawal(compartments, patient, peer: peer.index), at: node)
        _ = try await node.store.withdraw(
            peerName: peer.name, compartments: compartments, patient: patient, reason: "test",
            actor: SimulatedNode.actor)
        checker.didWithdraw(compartments, patient, at: node, from: peer)
    }

    private func ask(_ step: PlannedStep, _ node: SimulatedNode) {
        let ask = Ask(
            id: .random(using: &ids),
            identifiers: [
                .init(
                    system: Resources.patientSystem,
                    value: Resources.patientNumber(step.value))
            ], family: nil, given: nil, birthDate: nil, purpose: "TREAT", requester: "test",
            reason: "test")
        guard let conversation = node.conversation(with: step.peer) else { return }
        conversation.post(.ask(ask))
        if case .dialled(let id)? = conversation.channel {
            conversation.later(0) { try await conversation.pump(id) }
        }
    }

    /// Compartments by the bits of a number: general, mental-health, sexual-health, substance-use,
    /// patient-private, identity. General if there is none.
    static func compartments(_ bits: Int) -> [Compartment] {
        let all: [Compartment] = [
            .general, .mentalHealth, .sexualHealth, .substanceUse, .patientPrivate, .identity,
        ]
        let chosen = all.indices.filter { bits >> $0 & 1 == 1 }.map { all[$0] }
        return chosen.isEmpty ? [.general] : chosen
    }
}
