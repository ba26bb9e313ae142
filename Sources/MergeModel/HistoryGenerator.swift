import CareRecord
import TestSupport

/// Makes a random history of one synthetic resource: sites that learn of each other's changes late,
/// people who save what they opened earlier, feeds, and clones of a site.
package struct HistoryGenerator: Sendable {
    /// A site with what it holds.
    package struct Site: Sendable {
        let replica: Replica
        var counter: UInt64 = 0
        /// The numbers of its events, in the order in which they came.
        package fileprivate(set) var held: [Int] = [] {
            didSet { state = nil }
        }
        let clockSkew: UInt64
        /// The whole resources that its feed wrote.
        var feedWrites: [WrittenName] = []
        var feedItems: [InnerSaying] = []
        /// What its events say, if somebody asked since the last one came.
        fileprivate var state: ModelView?
    }

    /// Heads that somebody has on screen.
    struct Form {
        let site: Int
        let view: ModelView
        /// Whether it shows only one value of each element.
        let isNarrow: Bool

        func heads(_ element: ModelView.Element) -> [Statement] {
            isNarrow ? Array(element.heads.prefix(1)) : element.heads
        }

        func heads(_ part: ModelPart, _ facet: String) -> [Statement] {
            let heads = view.heads(part, facet)
            return isNarrow ? Array(heads.prefix(1)) : heads
        }

        var shown: [Statement] {
            view.parts.flatMap { $0.elements.flatMap { heads($0) } }
        }
    }

    /// What became of one step.
    package struct Step: Sendable {
        /// The site whose changes are others now.
        package let site: Int
        /// The numbers of the events that it holds now and did not before.
        package fileprivate(set) var learned: [Int] = []
        /// The number of the event of which a value was destroyed, at every site.
        package fileprivate(set) var erased: Int?
        /// A decision that was made.
        package fileprivate(set) var resolution: Resolution?
    }

    /// A decision and the heads before it.
    package struct Resolution: Sendable {
        /// What was decided.
        package let element: ModelElement
        /// What the decision lists.
        package let listed: [WrittenName]
        /// The heads before it.
        package let before: [WrittenName]
        /// The decision.
        package let name: WrittenName
    }

    /// A change that is about to be written.
    struct Draft {
        let part: ModelPart
        let facet: String
        let operation: Operation
        var supersedes: [WrittenName] = []
        var covers: [WrittenName] = []
        let saying: Saying
        var shown: [Statement] = []
    }

    private static let types = [
        "CarePlan", "CarePlan", "CarePlan", "MedicationRequest", "Goal", "AllergyIntolerance",
        "Observation",
    ]

    private let seed: UInt64
    private let derive: IDDerivation
    private let type: String
    /// The resource.
    package let root: ModelPart
    var pool: SayingPool
    /// Every site.
    package private(set) var sites: [Site] = []
    private var forms: [Form] = []
    /// Every event that was written anywhere, as its changes.
    package private(set) var events: [[WrittenChange]] = []
    private var stepCount = 0
    private var hasClone = false

    /// Begins a history.
    ///
    /// - Parameter derive: the ids of entities that come without one.
    package init(seed: UInt64, derive: @escaping IDDerivation) {
        self.seed = seed
        self.derive = derive
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

    /// Everything that was written anywhere.
    package var allChanges: [WrittenChange] { events.flatMap { $0 } }

    /// What a site holds.
    package func changes(at site: Int) -> [WrittenChange] {
        sites[site].held.flatMap { events[$0] }
    }

    /// What the reference model says of what a site holds.
    package mutating func state(at site: Int) -> ModelView {
        if let state = sites[site].state { return state }
        let state = ModelView(ReferenceModel(changes: changes(at: site)))
        sites[site].state = state
        return state
    }

    /// What the heads at a site are now; one in four screens shows only one value of each element.
    private mutating func openForm(at site: Int) -> Form {
        Form(site: site, view: state(at: site), isNarrow: pool.chance(4))
    }

    // MARK: - Steps

    /// Does one thing at one site.
    package mutating func step() -> Step {
        stepCount += 1
        let site = stepCount == 1 ? 0 : pool.number(sites.count)
        if stepCount == 1 { return writeAsFeed(at: site) }
        if sites[site].held.isEmpty {
            return pool.chance(4) ? writeAsFeed(at: site) : sync(site)
        }
        switch pool.number(24) {
        case 0..<7: return sync(site)
        case 7..<9:
            forms.append(openForm(at: site))
            return Step(site: site)
        case 9..<13 where !forms.isEmpty:
            return save(forms.remove(at: pool.number(forms.count)))
        case 13..<15: return writeAsFeed(at: site)
        case 15 where pool.chance(2): return erase(site)
        case 16 where !hasClone && pool.chance(4): return clone(site)
        default: return save(openForm(at: site))
        }
    }

    /// Learns what another site has held for longest, which is closed under what it builds on.
    private mutating func sync(_ site: Int) -> Step {
        let other = (site + 1 + pool.number(sites.count - 1)) % sites.count
        let count = pool.number(3) == 0 ? pool.number(sites[other].held.count + 1) : .max
        let known = sites[site].held
        let learned = sites[other].held.prefix(count).filter { !known.contains($0) }
        if !learned.isEmpty { sites[site].held += learned }
        return Step(site: site, learned: learned)
    }

    /// A backup is restored beside the running node: both write under one replica from now on.
    private mutating func clone(_ site: Int) -> Step {
        hasClone = true
        sites.append(sites[site])
        return Step(site: sites.count - 1, learned: sites[site].held)
    }

    private mutating func erase(_ site: Int) -> Step {
        let event = pool.pick(sites[site].held)
        let place = pool.number(events[event].count)
        guard !events[event][place].saying.isNothing else { return Step(site: site) }
        events[event][place] = events[event][place].erased()
        for site in sites.indices { sites[site].state = nil }
        return Step(site: site, erased: event)
    }

    private mutating func save(_ form: Form) -> Step {
        var drafts = draft(in: form)
        var resolution: Resolution?
        if let first = drafts.first, first.operation == .resolve {
            let before = state(at: form.site).heads(first.part, first.facet)
            resolution = Resolution(
                element: ModelElement(part: first.part, facet: first.facet),
                listed: first.supersedes, before: before.map(\.name),
                name: nextName(at: form.site, 0))
        }
        if pool.chance(4) {
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
    private mutating func write(_ drafts: [Draft], at site: Int) -> Step {
        let forks = state(at: site).model.forks
        func reference(_ name: WrittenName) -> ChangeReference {
            ChangeReference(
                dot: name.dot, index: name.index,
                event: forks.contains(name.dot) ? name.event : nil)
        }
        let milliseconds = 1_700_000_000_000 + UInt64(stepCount / 2) * 1000 + sites[site].clockSkew
        let time = HybridTime(milliseconds: milliseconds, counter: 0)
        let changes = drafts.enumerated().map { index, draft in
            let name = nextName(at: site, index)
            // To name oneself is to name nothing.
            let named = draft.supersedes + (pool.chance(40) ? [name] : [])
            return WrittenChange(
                name: name, part: draft.part, facet: draft.facet,
                operation: draft.operation, supersedes: named.map(reference),
                covers: draft.covers.map(reference), time: time, saying: saying(of: draft, name),
                shown: draft.shown)
        }
        sites[site].counter += 1
        events.append(changes)
        sites[site].held.append(events.count - 1)
        return Step(site: site, learned: [events.count - 1])
    }

    private func saying(of draft: Draft, _ name: WrittenName) -> Saying {
        guard case .whole(let whole) = draft.saying else { return draft.saying }
        var taken: [ModelPart] = []
        return .whole(whole.named(by: name, as: draft.part, &taken, derive))
    }

    /// A feed sends the whole resource; it supersedes what it sent itself.
    private mutating func writeAsFeed(at site: Int) -> Step {
        let own = sites[site].feedWrites
        let shown = state(at: site).model.statements.filter { own.contains($0.name) }
        if sites[site].feedItems.isEmpty || pool.chance(3), let member = newMember(of: type) {
            let item = newItem(member, of: type)
            sites[site].feedItems.append(item)
            if pool.chance(8) {
                let twin = newItem(member, of: type)
                sites[site].feedItems.append(
                    InnerSaying(
                        member: member, given: item.given, id: twin.id, whole: twin.whole))
            }
        }
        let items = sites[site].feedItems.filter { _ in !pool.chance(4) }
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

    /// An entity inside another one, with one of its own now and then. One in six has no id.
    mutating func newItem(_ member: String, of kind: String) -> InnerSaying {
        let itemKind = "\(kind).\(member)"
        var inner: [InnerSaying] = []
        if pool.chance(3), let member = newMember(of: itemKind) {
            inner = [newItem(member, of: itemKind)]
        }
        let id = EntityID.random(using: &pool.random)
        return InnerSaying(
            member: member, given: pool.chance(6) ? nil : id, id: id,
            whole: pool.whole(itemKind, inner: inner))
    }
}
