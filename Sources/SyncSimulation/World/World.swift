import CareRecord
import RecordStore
import SimulationModel
import SyncEngine
import WireFormat

/// A whole world: nodes, what lies between them, and a plan that is carried out step by step.
///
/// Nothing runs beside anything else. Time is virtual, chance is drawn from named streams of one
/// seed, and stores are asked one thing after the other: so a plan is one history.
final class World {
    /// How long things take, in milliseconds.
    struct Timing {
        var wait: UInt64 = 30_000
        var look: UInt64 = 15_000
        var retryMin: UInt64 = 1_000
        var retryMax: UInt64 = 60_000
        /// How often rows that lapsed are looked for.
        var round: UInt64 = 30_000
    }

    /// When every world begins: milliseconds since 1970 UTC.
    static let beginning: UInt64 = 1_780_000_000_000

    let plan: WorldPlan
    let resources: Resources
    let timing = Timing()
    let limits: DeliveryLimits
    private(set) var now = World.beginning
    private var timeline = Timeline()
    private(set) var nodes: [SimulatedNode] = []
    private(set) lazy var network = Network(world: self, seed: plan.seed, nodes: plan.nodes)
    private(set) lazy var checker = Checker(world: self)
    var ids: Xoshiro256
    var chance: Xoshiro256
    var buggify: Buggify
    var goals = Goals()
    /// How many things happened.
    private(set) var happenings = 0
    private(set) var trace = TraceHash()
    private var lastNumber: UInt64 = 0
    /// Units that each node imported, with what their resources claim.
    var units: [[(bytes: [UInt8], claims: [EntityID: [CareClaim]])]]
    /// Nodes that lied: what they say of themselves counts for nothing.
    var liars: Set<Int> = []
    /// Where every line of the trace goes, for people.
    var listener: ((String) -> Void)?

    init(_ plan: WorldPlan) {
        self.plan = plan
        resources = Resources(seed: plan.seed)
        ids = Xoshiro256(seed: plan.seed, stream: "ids")
        chance = Xoshiro256(seed: plan.seed, stream: "chance")
        buggify = Buggify(seed: plan.seed, isAwkward: plan.isAwkward)
        limits = buggify.limits()
        units = .init(repeating: [], count: plan.nodes)
    }

    /// Adds a line to the trace.
    func note(_ line: String) {
        trace.note(line)
        listener?("\(now - Self.beginning) \(line)")
    }

    /// A number that was not given before.
    func nextNumber() -> UInt64 {
        lastNumber += 1
        return lastNumber
    }

    /// Puts something on the timeline.
    func schedule(after milliseconds: UInt64, _ happening: @escaping Timeline.Happening) {
        timeline.add(at: now + milliseconds, happening)
    }

    /// Whether a request keeps to the bounds of the protocol.
    func bounds(_ messages: [SyncMessage]) -> Bool { RequestBounds.hold(for: messages) }

    /// Makes the nodes and enrols them with each other.
    func begin() async throws {
        for index in 0..<plan.nodes {
            let clock = SimulatedClock(
                world: now, offset: Int64(plan.clockOffsets[index]),
                drift: Int64(plan.clockDrifts[index]))
            nodes.append(try SimulatedNode(world: self, index: index, clock: clock))
        }
        for link in plan.links {
            try await nodes[link.first].enrol(nodes[link.second], mayDial: link.firstDials)
            try await nodes[link.second].enrol(nodes[link.first], mayDial: link.secondDials)
        }
        repeatRounds()
    }

    private func repeatRounds() {
        schedule(after: timing.round) { [self] in
            for node in nodes where node.isUp {
                try await weather {
                    node.stepSharing(after: 0)
                    try await node.store.signAuditLog()
                    node.followSignal()
                }
            }
            repeatRounds()
        }
    }

    /// Lets time pass, with whatever happens meanwhile.
    func pass(_ milliseconds: UInt64) async throws {
        let end = now + milliseconds
        while let (time, happening) = timeline.take(through: end) {
            if time > now { setTime(time) }
            happenings += 1
            try await weather(happening)
            try await checker.check()
        }
        setTime(end)
    }

    /// Lets time jump: everything that was to happen meanwhile happens late.
    func leap(_ milliseconds: UInt64) {
        setTime(now + milliseconds)
    }

    private func setTime(_ time: UInt64) {
        now = time
        for node in nodes { node.clock.advance(to: time) }
    }

    /// Ends everything.
    func end() throws {
        timeline = Timeline()
        for node in nodes { try node.end() }
    }
}
