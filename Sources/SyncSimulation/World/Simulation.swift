/// Runs worlds.
public enum Simulation {
    /// What became of one world.
    public struct Outcome: Sendable {
        /// What was planned.
        public var plan: WorldPlan
        /// A hash over everything that happened.
        public var trace: UInt64
        /// Steps that were carried out, and everything that followed from them.
        public var happenings: Int
        /// The situations that were met.
        public var goals: Goals
        /// What must never be so; `nil` if nothing of that was seen.
        public var failure: SimulationFailure?
    }

    /// Draws the world of a seed and runs it.
    public static func run(
        seed: UInt64, listener: ((String) -> Void)? = nil
    ) async throws -> Outcome {
        try await run(WorldDrawing.plan(seed: seed), listener: listener)
    }

    /// Runs a planned world.
    public static func run(
        _ plan: WorldPlan, listener: ((String) -> Void)? = nil
    ) async throws -> Outcome {
        let world = World(plan)
        world.listener = listener
        var failure: SimulationFailure?
        do {
            try await world.runAll()
        } catch let broken as SimulationFailure {
            failure = broken
        } catch {
            failure = SimulationFailure(.storeFailed, "\(error)")
        }
        try world.end()
        return Outcome(
            plan: plan, trace: world.trace.value, happenings: world.happenings,
            goals: world.goals, failure: failure)
    }
}

extension World {
    /// Carries out the plan, heals everything, and looks at what is left.
    func runAll() async throws {
        try await begin()
        for step in plan.steps { try await perform(step) }
        try await heal()
        try await settle()
        try await checker.checkEnd()
    }

    /// Lets time pass until nothing is left to do.
    private func settle() async throws {
        for _ in 0..<240 {
            try await pass(15_000)
            guard try await checker.isAtRest() else { continue }
            return
        }
        throw SimulationFailure(.notInStep, try await checker.unrest())
    }
}
