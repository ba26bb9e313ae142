import CareRecord
import RecordStore
import SimulationSupport
import WireFormat

extension World {
    /// Something goes wrong, or right again.
    func performFault(_ step: PlannedStep) async throws {
        let node = nodes[step.node]
        let (from, to) = (step.node, step.peer)
        switch step.act {
        case .cut:
            network[from, to].isCut = true
            if step.detail == 1 { network[to, from].isCut = true }
        case .heal:
            network[from, to] = Network.Direction()
            network[to, from] = Network.Direction()
        case .spoil:
            if step.detail & 1 != 0 { network[from, to].loss = step.value }
            if step.detail & 2 != 0 { network[from, to].cuts = step.value }
            if step.detail & 4 != 0 { network[from, to].changes = step.value }
            if step.detail & 8 != 0 { network[from, to].duplicates = step.value }
        case .slow: network[from, to].delay = 0...max(1, step.value)
        case .clog: network[from, to].isClogged = step.detail == 1
        case .restart:
            let pause = UInt64(max(1, step.value))
            try node.restart(after: pause, isKilled: step.value % 2 == 1)
        case .dark: planPowerCut(step, node)
        case .full: node.disk.leave(step.detail == 1 ? nil : max(0, step.value))
        case .jump:
            node.clock.jump(by: Int64(step.value))
            _ = node.clock.milliseconds()
            if node.clock.isHeld { goals.reach(.clockHeld) }
        case .stand: node.clock.stand(step.detail == 1)
        case .correct:
            if step.detail == 1 { node.clock.confirm() } else { node.clock.synchronise() }
        case .leap: leap(UInt64(max(0, step.value)) * 86_400_000)
        case .version:
            let ranges = [
                ProtocolRange.spoken, ProtocolRange(min: 0, max: 1), ProtocolRange(min: 1, max: 2),
                ProtocolRange(min: 2, max: 2),
            ]
            node.protocolRange = ranges[step.value % ranges.count]
        case .attack: attack(step)
        default:
            break
        }
    }

    private func planPowerCut(_ step: PlannedStep, _ node: SimulatedNode) {
        let left: [SimulatedDisk.Survival] = [.some, .everything, .synced, .cache]
        let again = step.detail / 4
        node.disk.plan(
            NodeDisk.PowerCut(
                survival: left[step.detail % 4], pause: 1_500, again: again > 0 ? again : nil),
            at: max(1, abs(step.value)), of: step.value < 0 ? .sync : .changes)
    }

    /// Everything works from now on, and nobody is awkward any more.
    func heal() async throws {
        note("heal")
        buggify.stop()
        network.heal()
        for node in nodes {
            node.clock.synchronise()
            node.protocolRange = .spoken
            node.disk.heal()
            node.room.widen()
        }
        // A node that is down starts, and its own word counts again.
        try await pass(30_000)
        for link in plan.links {
            for (one, other) in [(link.first, link.second), (link.second, link.first)] {
                var traffic = try await nodes[one].store.traffic(with: nodes[other].site)
                traffic.isPaused = false
                traffic.bytesPerSecond = nil
                traffic.windows = []
                try await setTraffic(traffic, nodes[one], nodes[other])
                nodes[one].followSignal()
            }
        }
    }
}
