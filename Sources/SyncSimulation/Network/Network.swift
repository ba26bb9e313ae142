import WireFormat

/// Carries requests and their answers between nodes, as badly as a world asks for.
///
/// One request is one exchange over one connection: what happens to one of them ends that request,
/// and its node learns at most that no answer came. Connections protect what they carry, so a
/// packet that was cut or changed on its way never counts; it is read all the same, for what
/// cannot be read must do no harm.
final class Network {
    /// How one direction of one link is.
    struct Direction {
        /// How long a packet takes, in milliseconds.
        var delay: ClosedRange<Int> = 5...80
        /// How many of a hundred packets are lost, cut, changed, or arrive twice.
        var loss = 0
        var cuts = 0
        var changes = 0
        var duplicates = 0
        /// Whether nothing comes through.
        var isCut = false
        /// Whether what comes stays on its way until the clog is lifted.
        var isClogged = false
    }

    /// A request that was not answered yet.
    private final class Request {
        var done: ((_ answer: [UInt8]?) async throws -> Void)?
        let from: Int
        let to: Int

        init(from: Int, to: Int, _ done: @escaping ([UInt8]?) async throws -> Void) {
            self.from = from
            self.to = to
            self.done = done
        }

        func finish(_ answer: [UInt8]?) async throws {
            guard let done else { return }
            self.done = nil
            try await done(answer)
        }
    }

    private unowned let world: World
    private var random: Xoshiro256
    private var directions: [[Direction]]
    private var clogged: [(from: Int, to: Int, go: () -> Void)] = []
    private var open: [Request] = []
    /// Bytes that arrived, of requests and answers.
    private(set) var carriedBytes = 0

    init(world: World, seed: UInt64, nodes: Int) {
        self.world = world
        random = Xoshiro256(seed: seed, stream: "network")
        directions = [[Direction]](
            repeating: [Direction](repeating: Direction(), count: nodes), count: nodes)
    }

    /// How one direction of a link is.
    subscript(from: Int, to: Int) -> Direction {
        get { directions[from][to] }
        set {
            directions[from][to] = newValue
            guard !newValue.isClogged else { return }
            let free = clogged.filter { $0.from == from && $0.to == to }
            clogged.removeAll { $0.from == from && $0.to == to }
            for item in free { item.go() }
        }
    }

    /// Makes every link a good one.
    func heal() {
        for from in directions.indices {
            for to in directions.indices { self[from, to] = Direction() }
        }
    }

    /// Posts a request; `done` is told the answer, or `nil` if none comes.
    func post(
        _ bytes: [UInt8], from: Int, to: Int,
        _ done: @escaping (_ answer: [UInt8]?) async throws -> Void
    ) {
        let request = Request(from: from, to: to, done)
        open.removeAll { $0.done == nil }
        open.append(request)
        guard random.chance(directions[from][to].duplicates) else { return send(bytes, request) }
        world.goals.reach(.packetDuplicated)
        let copy = Request(from: from, to: to) { _ in }
        guard random.chance(50) else {
            send(bytes, request)
            return send(bytes, copy)
        }
        // A client whose connection ended before the answer began asks again by another one.
        world.goals.reach(.requestRepeated)
        send(bytes, copy)
        world.schedule(after: UInt64(random.number(in: 1...400))) { [self] in
            send(bytes, request)
        }
    }

    private func send(_ bytes: [UInt8], _ request: Request) {
        carry(bytes, from: request.from, to: request.to, request) { [self] in
            try await arrive(bytes, request)
        }
    }

    /// A node's connections break: whoever waits for its answer learns it soon.
    func disconnect(_ node: Int) {
        for request in open where request.to == node { lose(request, after: 1...200) }
    }

    private func arrive(_ bytes: [UInt8], _ request: Request) async throws {
        guard request.done != nil else { return }
        carriedBytes += bytes.count
        let node = world.nodes[request.to]
        guard node.isUp else { return lose(request, after: 1...200) }
        try await node.answer(bytes, from: request.from) { [self] answer in
            guard request.done != nil else { return }
            carriedBytes += answer.count
            carry(answer, from: request.to, to: request.from, request) {
                try await request.finish(answer)
            }
        }
        node.followSignal()
    }

    /// Lets a packet travel one way, or get lost.
    private func carry(
        _ bytes: [UInt8], from: Int, to: Int, _ request: Request,
        _ arrive: @escaping () async throws -> Void
    ) {
        let direction = directions[from][to]
        let delay = UInt64(random.number(in: direction.delay))
        if direction.isCut || random.chance(direction.loss) {
            world.goals.reach(.packetLost)
            return lose(request, after: random.pick([1...500, 2_000...8_000, 30_000...45_000]))
        }
        if random.chance(direction.cuts) { return cut(bytes, request, after: delay) }
        if random.chance(direction.changes) { return change(bytes, request, after: delay) }
        guard direction.isClogged else { return world.schedule(after: delay, arrive) }
        world.goals.reach(.linkClogged)
        clogged.append(
            (from, to, { [self] in world.schedule(after: delay, arrive) }))
    }

    private func lose(_ request: Request, after delay: ClosedRange<Int>) {
        world.schedule(after: UInt64(random.number(in: delay))) { try await request.finish(nil) }
    }

    private func cut(_ bytes: [UInt8], _ request: Request, after delay: UInt64) {
        let part = Array(bytes.prefix(random.number(in: 0...max(0, bytes.count - 1))))
        world.schedule(after: delay) { [self] in
            world.goals.reach(.packetCut)
            if Self.canBeRead(part) { throw SimulationFailure(.cutPacketRead, "a cut packet") }
            try await request.finish(nil)
        }
    }

    private func change(_ bytes: [UInt8], _ request: Request, after delay: UInt64) {
        var changed = bytes
        if !changed.isEmpty {
            let place = random.number(in: 0...changed.count - 1)
            changed[place] ^= UInt8(random.number(in: 1...255))
        }
        world.schedule(after: delay) { [self, changed] in
            world.goals.reach(.packetChanged)
            _ = Self.canBeRead(changed)
            try await request.finish(nil)
        }
    }

    private static func canBeRead(_ bytes: [UInt8]) -> Bool {
        do {
            _ = try Packet(encoded: bytes, coder: FrameCoder())
            return true
        } catch {
            return false
        }
    }
}
