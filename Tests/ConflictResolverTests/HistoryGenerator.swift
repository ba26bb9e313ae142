import CareRecord
import TestSupport

/// Makes a random history of one synthetic resource: sites that learn of each other's changes late,
/// people who save what they opened earlier, feeds, and clones of a site.
struct HistoryGenerator {
    typealias ShownHead = WrittenChange.ShownHead

    struct Site {
        var replica: Replica
        var counter: UInt64 = 0
        /// Events, in the order in which they came.
        var held: [Int] = []
        var clockSkew: UInt64
        /// The whole resources that its feed wrote.
        var feedWrites: [WrittenName] = []
        var feedItems: [InnerSaying] = []
    }

    /// Heads that somebody has on screen.
    struct Form {
        let site: Int
        let heads: [ModelElement: [ReferenceModel.Statement]]
        let forks: Set<Dot>
        var shown: Set<ShownHead> {
            Set(
                heads.flatMap { element, heads in
                    heads.map { ShownHead(element: element, name: $0.name) }
                })
        }
    }

    /// What became of one step.
    struct Step {
        /// The site whose changes are others now.
        let site: Int
        var learned: [Int] = []
        var hasErased = false
        var resolution: Resolution?
    }

    /// A decision and the heads before it.
    struct Resolution {
        let element: ModelElement
        let listed: [WrittenName]
        let before: [WrittenName]
        let name: WrittenName
    }

    /// A change that is about to be written.
    struct Draft {
        let part: ModelPart
        let facet: String
        let operation: Operation
        var supersedes: [WrittenName] = []
        var covers: [WrittenName] = []
        let saying: Saying
        var shown: Set<ShownHead> = []
    }

    static let types = [
        "CarePlan", "CarePlan", "CarePlan", "MedicationRequest", "Goal", "AllergyIntolerance",
        "Observation",
    ]

    let seed: UInt64
    let type: String
    let root: ModelPart
    var pool: SayingPool
    var sites: [Site] = []
    var forms: [Form] = []
    private(set) var events: [[WrittenChange]] = []
    private var stepCount = 0
    private var hasClone = false

    init(seed: UInt64) {
        self.seed = seed
        pool = SayingPool(random: SeededGenerator(seed: seed))
        type = pool.pick(Self.types)
        root = ModelPart(kind: type, entity: .random(using: &pool.random))
        for _ in 0..<(2 + pool.number(3)) {
            let replica = Replica(
                site: .random(using: &pool.random),
                incarnation: Incarnation(pool.random.next()))
            sites.append(Site(replica: replica, clockSkew: UInt64(pool.number(3)) * 1000))
        }
    }

    /// A whole history.
    static func run(_ seed: UInt64, steps: Int) -> HistoryGenerator {
        var generator = HistoryGenerator(seed: seed)
        for _ in 0..<steps { _ = generator.step() }
        return generator
    }

    /// Everything that was written anywhere.
    var allChanges: [WrittenChange] { events.flatMap { $0 } }

    /// What a site holds.
    func changes(at site: Int) -> [WrittenChange] { sites[site].held.flatMap { events[$0] } }

    func model(at site: Int) -> ReferenceModel { ReferenceModel(changes: changes(at: site)) }

    mutating func newEntity() -> EntityID { .random(using: &pool.random) }

    /// What the heads at a site are now; one in four screens shows only one value of each element.
    mutating func openForm(at site: Int) -> Form {
        let model = model(at: site)
        var heads = model.heads()
        if pool.random.chance(4) { heads = heads.mapValues { Array($0.prefix(1)) } }
        return Form(site: site, heads: heads, forks: model.forks)
    }

    // MARK: - Steps

    /// Does one thing at one site.
    mutating func step() -> Step {
        stepCount += 1
        let site = stepCount == 1 ? 0 : pool.number(sites.count)
        if stepCount == 1 { return writeAsFeed(at: site) }
        if sites[site].held.isEmpty {
            return pool.random.chance(4) ? writeAsFeed(at: site) : sync(site)
        }
        switch pool.number(24) {
        case 0..<7: return sync(site)
        case 7..<9:
            forms.append(openForm(at: site))
            return Step(site: site)
        case 9..<13 where !forms.isEmpty:
            return save(forms.remove(at: pool.number(forms.count)))
        case 13..<15: return writeAsFeed(at: site)
        case 15 where pool.random.chance(2): return erase(site)
        case 16 where !hasClone && pool.random.chance(4): return clone(site)
        default: return save(openForm(at: site))
        }
    }

    /// Learns what another site has held for longest, which is closed under what it builds on.
    private mutating func sync(_ site: Int) -> Step {
        let other = pool.number(sites.count)
        let known = Set(sites[site].held)
        let count = pool.number(3) == 0 ? pool.number(sites[other].held.count + 1) : .max
        let learned = sites[other].held.prefix(count).filter { !known.contains($0) }
        sites[site].held += learned
        return Step(site: site, learned: learned)
    }

    /// A backup is restored beside the running node: both write under one replica from now on.
    private mutating func clone(_ site: Int) -> Step {
        hasClone = true
        sites.append(sites[site])
        return Step(site: sites.count - 1, learned: sites[site].held)
    }

    private mutating func erase(_ site: Int) -> Step {
        guard let event = sites[site].held.randomElement(using: &pool.random) else {
            return Step(site: site)
        }
        let place = pool.number(events[event].count)
        guard events[event][place].saying != .nothing else { return Step(site: site) }
        events[event][place].saying = .erased
        return Step(site: site, hasErased: true)
    }

    private mutating func save(_ form: Form) -> Step {
        var drafts = draft(in: form)
        var resolution: Resolution?
        if let first = drafts.first, first.operation == .resolve {
            let element = ModelElement(part: first.part, facet: first.facet)
            let before = model(at: form.site).heads()[element] ?? []
            resolution = Resolution(
                element: element, listed: first.supersedes, before: before.map(\.name),
                name: nextName(at: form.site, 0))
        }
        if pool.random.chance(4) {
            for draft in draft(in: form)
            where !drafts.contains(where: { $0.part == draft.part }) && draft.operation != .resolve
            {
                drafts.append(draft)
            }
        }
        guard !drafts.isEmpty else { return Step(site: form.site) }
        var step = write(drafts, at: form.site)
        step.resolution = resolution
        return step
    }

    // MARK: - Writing

    private func nextName(at site: Int, _ index: Int) -> WrittenName {
        var bytes = SeededGenerator(seed: seed &* 1_000_003 &+ UInt64(events.count))
        let event = EventID(
            bytes: (0..<32).map { _ in UInt8(truncatingIfNeeded: bytes.next() >> 24) })
        let dot = Dot(replica: sites[site].replica, counter: sites[site].counter + 1)
        guard let event else { preconditionFailure("32 bytes are an event id") }
        return WrittenName(dot: dot, index: UInt32(index), event: event)
    }

    /// Writes an event at a site.
    mutating func write(_ drafts: [Draft], at site: Int) -> Step {
        let forks = model(at: site).forks
        func reference(_ name: WrittenName) -> ChangeReference {
            ChangeReference(
                dot: name.dot, index: name.index,
                event: forks.contains(name.dot) ? name.event : nil)
        }
        let milliseconds = 1_700_000_000_000 + UInt64(stepCount / 2) * 1000 + sites[site].clockSkew
        let time = HybridTime(milliseconds: milliseconds, counter: 0)
        let changes = drafts.enumerated().map { index, draft in
            WrittenChange(
                name: nextName(at: site, index), part: draft.part, facet: draft.facet,
                operation: draft.operation, supersedes: draft.supersedes.map(reference),
                covers: draft.covers.map(reference), time: time, saying: draft.saying,
                shown: draft.shown)
        }
        sites[site].counter += 1
        events.append(changes)
        sites[site].held.append(events.count - 1)
        return Step(site: site, learned: [events.count - 1])
    }

    /// A feed sends the whole resource; it supersedes what it sent itself.
    private mutating func writeAsFeed(at site: Int) -> Step {
        let own = sites[site].feedWrites
        var shown: Set<ShownHead> = []
        let model = model(at: site)
        for statement in model.statements() where own.contains(statement.name) {
            shown.insert(ShownHead(element: statement.element, name: statement.name))
        }
        if sites[site].feedItems.isEmpty || pool.random.chance(3), let member = newMember(of: type)
        {
            sites[site].feedItems.append(newItem(member, of: type))
        }
        let items = sites[site].feedItems.filter { _ in !pool.random.chance(4) }
        let name = nextName(at: site, 0)
        let step = write(
            [
                Draft(
                    part: root, facet: "*", operation: own.isEmpty ? .create : .assign,
                    supersedes: own, saying: .whole(pool.whole(type, inner: items)), shown: shown)
            ], at: site)
        sites[site].feedWrites.append(name)
        return step
    }

    private mutating func newMember(of kind: String) -> String? {
        SayingPool.members[kind].map { pool.pick($0) }
    }

    /// An entity inside another one, with one of its own now and then.
    mutating func newItem(_ member: String, of kind: String) -> InnerSaying {
        let itemKind = "\(kind).\(member)"
        var inner: [InnerSaying] = []
        if pool.random.chance(3), let member = newMember(of: itemKind) {
            inner = [newItem(member, of: itemKind)]
        }
        return InnerSaying(
            member: member, id: newEntity(), whole: pool.whole(itemKind, inner: inner))
    }
}
