/// Makes the plan of a failing world smaller, as long as the same property is broken.
public struct Shrinking {
    private let property: SimulationFailure.Property
    private var runsLeft: Int
    /// The smallest plan that fails so far.
    public private(set) var plan: WorldPlan

    /// Starts from a plan that breaks a property.
    ///
    /// - Parameter runsMax: how many worlds may be run for it.
    public init(_ plan: WorldPlan, breaking property: SimulationFailure.Property, runsMax: Int) {
        self.plan = plan
        self.property = property
        runsLeft = runsMax
    }

    /// Shrinks until nothing helps any more, or no run is left.
    public mutating func run() async throws {
        var size = Int.max
        while size != plan.size, runsLeft > 0 {
            size = plan.size
            try await dropSteps()
            try await dropNodes()
            try await simplify()
        }
    }

    /// Takes a smaller plan if it fails alike.
    private mutating func attempt(_ smaller: WorldPlan) async throws -> Bool {
        guard runsLeft > 0, smaller != plan else { return false }
        runsLeft -= 1
        guard try await Simulation.run(smaller).failure?.property == property else { return false }
        plan = smaller
        return true
    }

    private mutating func dropSteps() async throws {
        var length = max(1, plan.steps.count / 2)
        while true {
            var start = 0
            while start < plan.steps.count {
                var smaller = plan
                smaller.steps.removeSubrange(start..<min(start + length, plan.steps.count))
                if try await !attempt(smaller) { start += length }
            }
            guard length > 1 else { return }
            length /= 2
        }
    }

    private mutating func dropNodes() async throws {
        for node in (0..<plan.nodes).reversed() where plan.nodes > 1 {
            _ = try await attempt(plan.without(node: node))
        }
        for link in plan.links.indices.reversed() {
            var smaller = plan
            smaller.links.remove(at: link)
            _ = try await attempt(smaller)
        }
    }

    private mutating func simplify() async throws {
        var smaller = plan
        smaller.isAwkward = false
        _ = try await attempt(smaller)
        smaller = plan
        smaller.clockOffsets = smaller.clockOffsets.map { _ in 0 }
        smaller.clockDrifts = smaller.clockDrifts.map { _ in 0 }
        _ = try await attempt(smaller)
        smaller = plan
        for index in smaller.links.indices {
            (smaller.links[index].firstDials, smaller.links[index].secondDials) = (true, true)
        }
        _ = try await attempt(smaller)
        for index in plan.steps.indices {
            smaller = plan
            smaller.steps[index].pause = 100
            _ = try await attempt(smaller)
        }
    }
}

extension WorldPlan {
    /// How much there is to look at.
    fileprivate var size: Int {
        steps.count * 100 + nodes * 10 + links.count + (isAwkward ? 1 : 0)
    }

    /// The plan without a node, and without what is done at it or towards it.
    fileprivate func without(node: Int) -> WorldPlan {
        func moved(_ other: Int) -> Int { other > node ? other - 1 : other }
        var plan = self
        plan.clockOffsets.remove(at: node)
        plan.clockDrifts.remove(at: node)
        plan.links = links.filter { $0.first != node && $0.second != node }.map { link in
            var link = link
            (link.first, link.second) = (moved(link.first), moved(link.second))
            return link
        }
        plan.patientHomes = patientHomes.map { $0 == node ? 0 : moved($0) }
        plan.steps = steps.filter { $0.node != node && $0.peer != node }.map { step in
            var step = step
            (step.node, step.peer) = (moved(step.node), moved(step.peer))
            return step
        }
        return plan
    }
}
