/// Draws a plan from a seed.
struct WorldDrawing {
    private var random: Xoshiro256
    private var plan: WorldPlan

    /// The plan of a seed.
    static func plan(seed: UInt64) -> WorldPlan {
        var drawing = WorldDrawing(seed: seed)
        drawing.drawNodes()
        drawing.drawLinks()
        drawing.drawSteps()
        return drawing.plan
    }

    private init(seed: UInt64) {
        random = Xoshiro256(seed: seed, stream: "plan")
        plan = WorldPlan(
            seed: seed, clockOffsets: [], clockDrifts: [], links: [], patientHomes: [],
            isAwkward: false, steps: [])
    }

    private mutating func drawNodes() {
        let sizes = [2, 2, 2, 3, 3, 3, 3, 3, 4, 4, 4, 5, 5, 6]
        let nodes = random.chance(1) ? random.number(in: 7...9) : random.pick(sizes)
        plan.isAwkward = random.chance(60)
        let hasWrongClocks = random.chance(40)
        let tenYears = 10 * 366 * 86_400_000
        for _ in 0..<nodes {
            let bounds = random.pick([1_000, 100_000, 10_000_000, tenYears])
            let isWrong = hasWrongClocks && random.chance(60)
            plan.clockOffsets.append(isWrong ? random.number(in: -bounds...bounds) : 0)
            plan.clockDrifts.append(isWrong ? random.number(in: -500...500) : 0)
        }
        let patients = random.number(in: 1...5) + random.number(in: 0...3)
        for _ in 0..<patients { plan.patientHomes.append(random.number(in: 0...nodes - 1)) }
    }

    private enum Form: CaseIterable {
        case mesh
        case chain
        case star
        case ring
    }

    private mutating func drawLinks() {
        let nodes = plan.nodes
        let dialsOutOnly = random.chance(30)
        let pairs: [(Int, Int)]
        switch random.pick(Form.allCases) {
        case .mesh: pairs = (0..<nodes).flatMap { one in (one + 1..<nodes).map { (one, $0) } }
        case .chain: pairs = (1..<nodes).map { ($0 - 1, $0) }
        case .star: pairs = (1..<nodes).map { (0, $0) }
        case .ring:
            pairs = (1..<nodes).map { ($0 - 1, $0) } + (nodes > 2 ? [(0, nodes - 1)] : [])
        }
        for (first, second) in pairs {
            let isMutual = !dialsOutOnly && random.chance(70)
            let firstDials = isMutual || random.chance(50)
            plan.links.append(
                WorldPlan.Link(
                    first: first, second: second, firstDials: firstDials,
                    secondDials: isMutual || !firstDials))
        }
    }
}

extension WorldPlan {
    /// Draws the plan of a seed.
    public init(seed: UInt64) {
        self = WorldDrawing.plan(seed: seed)
    }
}

// MARK: - Steps

extension WorldDrawing {
    private mutating func drawSteps() {
        for patient in plan.patientHomes.indices where random.chance(80) {
            add(.register, node: plan.patientHomes[patient], value: patient)
        }
        let isSymmetric = random.chance(50)
        for link in plan.links {
            if isSymmetric {
                let scope = random.chance(70) ? 0 : random.number(in: 0...4)
                let detail = random.number(in: 0...255)
                add(.grant, node: link.first, peer: link.second, value: scope, detail: detail)
                add(.grant, node: link.second, peer: link.first, value: scope, detail: detail)
            } else {
                if random.chance(70) { drawGrant(link.first, link.second) }
                if random.chance(70) { drawGrant(link.second, link.first) }
            }
        }
        let faults = random.pick([0, 5, 15, 25])
        for _ in 0..<random.number(in: 20...90) {
            if random.chance(faults) { drawFault() } else { drawDeed() }
        }
    }

    private mutating func add(
        _ act: PlannedStep.Act, node: Int, peer: Int = 0, value: Int = 0, detail: Int = 0
    ) {
        let pause =
            random.chance(60) ? random.number(in: 0...200) : random.number(in: 0...6_000)
        plan.steps.append(
            PlannedStep(
                pause: pause, act, node: node, peer: peer, value: value, detail: detail))
    }

    /// Two nodes that are enrolled with each other.
    private mutating func drawPair() -> (node: Int, peer: Int) {
        let link = random.pick(plan.links)
        return random.chance(50) ? (link.first, link.second) : (link.second, link.first)
    }

    private mutating func drawGrant(_ node: Int, _ peer: Int) {
        add(
            .grant, node: node, peer: peer, value: random.number(in: 0...4),
            detail: random.number(in: 0...255))
    }

    private mutating func drawDeed() {
        let patient = random.number(in: 0...plan.patientHomes.count - 1)
        let home = plan.patientHomes[patient]
        let anywhere = random.number(in: 0...plan.nodes - 1)
        let author = random.chance(60) ? home : anywhere
        let (node, peer) = drawPair()
        switch random.number(in: 0...99) {
        case 0..<12: add(.register, node: home, value: patient, detail: random.number(in: 0...3))
        case 12..<42:
            add(.write, node: author, value: patient, detail: random.number(in: 0...4_095))
        case 42..<50:
            add(.urgent, node: author, value: patient, detail: random.number(in: 0...255))
        case 50..<60:
            add(
                .encounter, node: author, peer: anywhere, value: patient,
                detail: random.number(in: 0...11))
        case 60..<63:
            add(
                .team, node: author, peer: anywhere, value: patient,
                detail: random.number(in: 0...3))
        case 63:
            add(.attach, node: author, value: patient, detail: random.number(in: 0...7))
        case 64..<67: add(.organisation, node: author, detail: random.number(in: 0...3))
        case 67: add(.chain, node: author, value: patient)
        case 68..<71: add(.again, node: author, value: random.number(in: 0...20))
        case 71..<78: drawGrant(node, peer)
        case 78..<86:
            let who = random.chance(30) ? -1 : patient
            add(
                .withdraw, node: node, peer: peer, value: who,
                detail: random.chance(50) ? 0 : random.number(in: 0...63))
        case 86..<91: add(.ask, node: node, peer: peer, value: patient)
        case 91..<94: add(.pause, node: node, peer: peer, detail: random.number(in: 0...1))
        case 94: add(.window, node: node, peer: peer, detail: random.number(in: 0...1))
        case 95..<97:
            add(
                .cap, node: node, peer: peer,
                value: random.pick([0, 500, 2_000, 20_000]))
        default: add(.retry, node: author)
        }
    }

    private mutating func drawFault() {
        let (node, peer) = drawPair()
        switch random.number(in: 0...99) {
        case 0..<14: add(.cut, node: node, peer: peer, detail: random.number(in: 0...1))
        case 14..<27: add(.heal, node: node, peer: peer)
        case 27..<40:
            add(
                .spoil, node: node, peer: peer, value: random.pick([2, 5, 15]),
                detail: random.number(in: 1...15))
        case 40..<46:
            add(.slow, node: node, peer: peer, value: random.pick([500, 3_000, 20_000]))
        case 46..<54: add(.clog, node: node, peer: peer, detail: random.number(in: 0...1))
        case 54..<57:
            add(
                .full, node: node, value: random.pick([0, 5_000, 40_000, 200_000]),
                detail: random.chance(30) ? 1 : 0)
        case 57..<61: add(.restart, node: node, value: random.number(in: 10...20_000))
        case 61..<70: drawPowerCut(node)
        case 70..<75:
            let most = random.pick([3_000, 250_000, 4_000_000, 400_000_000])
            add(.jump, node: node, value: random.number(in: -most...most))
        case 75..<79: add(.stand, node: node, detail: random.number(in: 0...1))
        case 79..<84: add(.correct, node: node, detail: random.number(in: 0...1))
        case 84..<87: add(.leap, node: node, value: random.number(in: 1...40))
        case 87..<90: add(.version, node: node, value: random.number(in: 0...3))
        default: add(.attack, node: node, peer: peer, detail: random.number(in: 0...8))
        }
    }

    /// The power goes at any call, or at a sync; perhaps while somebody writes.
    private mutating func drawPowerCut(_ node: Int) {
        let call =
            random.chance(50)
            ? -random.number(in: 1...random.pick([2, 20]))
            : random.number(in: 1...random.pick([12, 60, 400]))
        add(
            .dark, node: node, value: call,
            detail: random.number(in: 0...3) + 4 * random.pick([0, 0, 1, 5, 20]))
        guard random.chance(50) else { return }
        plan.steps.append(
            PlannedStep(
                pause: 0, .write, node: node,
                value: random.number(in: 0...plan.patientHomes.count - 1),
                detail: random.number(in: 0...4_095)))
    }
}
