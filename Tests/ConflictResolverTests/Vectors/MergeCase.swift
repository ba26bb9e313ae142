import CareRecord
import MergeComparison
import MergeModel
import TestSupport

@testable import ConflictResolver

/// A history that is told by hand for the golden vectors of merging. Who wrote what in sight of
/// what, the teller says; ids of events look as random as hashes do.
struct MergeCase {
    private(set) var name: String
    private(set) var what: String
    let root: ModelPart
    /// Whether the resource as R4 stands in the vector.
    var showsR4 = false
    private(set) var changes: [HeldChange] = []
    private var counters: [UInt64: UInt64] = [:]
    private var clock: UInt64 = 1_780_000_000_000
    private var random: SeededGenerator

    init(_ name: String, _ what: String, _ type: String) {
        self.name = name
        self.what = what
        random = SeededGenerator(
            seed: name.utf8.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 })
        root = ModelPart(kind: type, entity: Self.id(0))
    }

    /// A history that was told elsewhere.
    init(_ name: String, _ what: String, _ root: ModelPart, _ changes: [HeldChange]) {
        self.name = name
        self.what = what
        self.root = root
        self.changes = changes
        random = SeededGenerator(seed: 0)
    }

    /// The same history, to be told on.
    func named(_ name: String, _ what: String) -> MergeCase {
        var other = self
        (other.name, other.what) = (name, what)
        return other
    }

    /// The id that somebody gave an entity.
    static func id(_ number: UInt64) -> EntityID {
        EntityID(Bits128(high: 0x1111_2222_3333_4444, low: 0x8555_0000_0000_0000 | number))
    }

    static func replica(_ site: UInt64) -> Replica {
        var random = SeededGenerator(seed: site)
        return Replica(
            site: SiteID.random(using: &random), incarnation: Incarnation(random.next()))
    }

    /// Writes a change: an event of its own, unless it joins another's.
    ///
    /// - Parameters:
    ///   - ends: what it supersedes.
    ///   - sees: what it covers.
    ///   - with: a change whose event this one is in, too.
    ///   - forking: an event whose dot is used again.
    @discardableResult
    mutating func write(
        _ site: UInt64, of part: Part? = nil, _ facet: String, _ json: String?,
        _ operation: Operation = .assign, ends: [HeadName] = [], sees: [HeadName] = [],
        at milliseconds: UInt64? = nil, with other: HeadName? = nil,
        forking: HeadName? = nil, held: HeldChange.Value? = nil
    ) -> HeadName {
        func reference(_ name: HeadName) -> ChangeReference {
            ChangeReference(dot: name.dot, index: name.index)
        }
        return write(
            nextName(site, with: other, forking: forking), of: part, facet, operation,
            held ?? json.map { .given(Array($0.utf8)) } ?? .none, ends: ends.map(reference),
            sees: sees.map(reference), at: milliseconds)
    }

    private mutating func write(
        _ name: HeadName, of part: Part?, _ facet: String, _ operation: Operation,
        _ value: HeldChange.Value, ends: [ChangeReference], sees: [ChangeReference],
        at milliseconds: UInt64?
    ) -> HeadName {
        clock += 1000
        let part = part ?? root.asPart
        let time = HybridTime(milliseconds: milliseconds ?? clock, counter: 0)
        let author = authorNumber(of: name.dot.replica)
        changes.append(
            HeldChange(
                name: name,
                element: Element(
                    entityType: part.kind, entity: part.entity, facet: Facet(facet)),
                operation: operation, supersedes: ends, covers: sees, holder: part.holder,
                author: Author(
                    practitioner: "p\(author)", role: "clinician", organisation: "o\(author)"),
                time: changes.first { $0.name.event == name.event }?.time ?? time, value: value))
        return name
    }

    /// Writes a change that names itself.
    mutating func writeNamingItself(
        _ site: UInt64, _ facet: String, _ json: String?, _ operation: Operation
    ) {
        let name = nextName(site, with: nil, forking: nil)
        _ = write(
            name, of: nil, facet, operation, json.map { .given(Array($0.utf8)) } ?? .none,
            ends: [ChangeReference(dot: name.dot, index: name.index)], sees: [], at: nil)
    }

    /// Writes a change that names what it ends with its event, as one does of a fork.
    mutating func writeNamingEvent(
        _ site: UInt64, _ facet: String, _ json: String, ends: [HeadName]
    ) {
        let references = ends.map {
            ChangeReference(dot: $0.dot, index: $0.index, event: $0.event)
        }
        _ = write(
            nextName(site, with: nil, forking: nil), of: nil, facet, .assign,
            .given(Array(json.utf8)), ends: references, sees: [], at: nil)
    }

    private func authorNumber(of replica: Replica) -> Int {
        var seen: [Replica] = []
        for change in changes where !seen.contains(change.name.dot.replica) {
            seen.append(change.name.dot.replica)
        }
        return seen.firstIndex(of: replica) ?? seen.count
    }

    private mutating func nextName(
        _ site: UInt64, with other: HeadName?, forking: HeadName?
    ) -> HeadName {
        if let other {
            let index = changes.count { $0.name.event == other.event }
            return HeadName(dot: other.dot, index: UInt32(index), event: other.event)
        }
        var dot = forking?.dot
        if dot == nil {
            counters[site, default: 0] += 1
            dot = Dot(replica: Self.replica(site), counter: counters[site] ?? 0)
        }
        let event = EventID(bytes: (0..<32).map { _ in UInt8.random(in: 0...255, using: &random) })
        guard let dot, let event else { preconditionFailure("32 bytes are an event id") }
        return HeadName(dot: dot, index: 0, event: event)
    }

    /// Writes the resource as a whole.
    @discardableResult
    mutating func whole(_ site: UInt64, _ json: String, ends: [HeadName] = []) -> HeadName {
        write(site, "*", json, ends.isEmpty ? .create : .assign, ends: ends)
    }

    /// Says of an entity that it is not there.
    @discardableResult
    mutating func end(
        _ site: UInt64, _ part: Part? = nil, _ operation: Operation = .retract,
        ends: [HeadName], sees: [HeadName] = []
    ) -> HeadName {
        write(site, of: part, "existence", nil, operation, ends: ends, sees: sees)
    }

    /// Writes the decision of a number about the first conflict of a kind, in one event.
    mutating func decide(_ site: UInt64, _ kind: Conflict.Kind, option: Int = 0) {
        let history = history
        guard let view = history.view(),
            let conflict = view.conflicts.first(where: { $0.kind == kind })
        else { preconditionFailure("\(name): no conflict of that kind") }
        var first: HeadName?
        for resolving in history.options(for: conflict, in: view)[option].changes {
            let change = history.change(of: resolving)
            let written = write(
                nextName(site, with: first, forking: nil), of: resolving.element.part,
                change.element.facet.name, .resolve, .given(resolving.value),
                ends: change.supersedes, sees: change.covers, at: nil)
            first = first ?? written
        }
    }

    /// What a reader holds who has all of it.
    var history: ResourceHistory { history(of: changes) }

    /// What a reader holds who got it in some order.
    func history(of changes: [HeldChange]) -> ResourceHistory {
        var side = EngineSide(root)
        for change in changes { side.insert(change) }
        return side.history
    }

    /// The entity of a kind, by its place in what is shown.
    func part(_ kind: String, _ place: Int = 0) -> Part {
        let parts = history.view()?.parts.map(\.part).filter { $0.kind == kind } ?? []
        guard place < parts.count else { preconditionFailure("\(name): no \(kind) \(place)") }
        return parts[place]
    }

    /// An entity inside the resource, or inside another one.
    func part(_ kind: String, id: UInt64, in holder: Part? = nil) -> Part {
        Part(kind: kind, entity: Self.id(id), holder: holder?.entity)
    }
}
