import Foundation

/// What `accord-simulate` does: runs worlds, one line each, and counts what they met.
///
/// Arguments are words like `seed=1 worlds=500`. `part=1/2` runs every second world, from the
/// second; `seconds=60` begins no world after that time; `shrink=1` makes the plan of a world that
/// fails smaller and prints it; `plan=FILE` runs a kept plan; `verbose=1` prints what happens.
public struct SimulationCommand {
    private var values: [String: String] = [:]

    /// Reads the words.
    public init(arguments: [String]) {
        for argument in arguments {
            let parts = argument.split(separator: "=", maxSplits: 1).map(String.init)
            if parts.count == 2 { values[parts[0]] = parts[1] }
        }
    }

    private func number(_ name: String, _ fallback: UInt64) -> UInt64 {
        values[name].flatMap { UInt64($0) } ?? fallback
    }

    /// Runs the worlds and prints `world SEED TRACE STEPS` for each, `goal NAME COUNT` for each
    /// situation that was met, and `failed SEED PROPERTY` with what to do.
    ///
    /// - Returns: whether every property held.
    public func run() async throws -> Bool {
        if let file = values["plan"] { return try await runPlan(file) }
        let part = (values["part"] ?? "0/1").split(separator: "/").compactMap { UInt64($0) }
        guard part.count == 2, part[1] > 0 else { return false }
        let first = number("seed", 1)
        let deadline = ContinuousClock.now + .seconds(Int64(number("seconds", 1_000_000)))
        var goals = Goals()
        var holds = true
        for seed in first..<first + number("worlds", 1)
        where seed % part[1] == part[0] && ContinuousClock.now < deadline {
            let outcome = try await Simulation.run(seed: seed, listener: listener)
            goals.merge(outcome.goals)
            Self.say("world \(seed) \(String(outcome.trace, radix: 16)) \(outcome.happenings)")
            if outcome.failure != nil {
                holds = false
                try await report(outcome)
            }
        }
        for goal in Goal.allCases {
            Self.say("goal \(goal.rawValue) \(goals.counts[goal] ?? 0)")
        }
        return holds
    }

    private var listener: ((String) -> Void)? {
        number("verbose", 0) == 1 ? { Self.say($0) } : nil
    }

    private func runPlan(_ file: String) async throws -> Bool {
        guard let data = FileManager.default.contents(atPath: file),
            let plan = WorldPlan(text: String(decoding: data, as: UTF8.self))
        else {
            Self.say("accord-simulate: \(file) holds no plan")
            return false
        }
        let outcome = try await Simulation.run(plan, listener: listener)
        Self.say("world \(plan.seed) \(String(outcome.trace, radix: 16)) \(outcome.happenings)")
        if outcome.failure != nil { try await report(outcome) }
        return outcome.failure == nil
    }

    private func report(_ outcome: Simulation.Outcome) async throws {
        guard let failure = outcome.failure else { return }
        Self.say("failed \(outcome.plan.seed) \(failure)")
        Self.say("  repeat with: make simulate SEED=\(outcome.plan.seed) WORLDS=1")
        guard number("shrink", 0) == 1 else { return }
        var shrinking = Shrinking(
            outcome.plan, breaking: failure.property, runsMax: Int(number("runs", 400)))
        try await shrinking.run()
        let smallest = try await Simulation.run(shrinking.plan)
        Self.say("# \(smallest.failure.map { "\($0)" } ?? "fails no longer")")
        Self.say("\(shrinking.plan)")
    }

    /// Writes a line at once: what is printed counts even if the process is ended.
    private static func say(_ line: String) {
        FileHandle.standardOutput.write(Data((line + "\n").utf8))
    }
}
