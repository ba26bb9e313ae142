import CareRecord
import MergeComparison
import MergeModel

@testable import ConflictResolver

/// A history told by hand, one change an event.
struct Story {
    let root: ModelPart
    private(set) var changes: [WrittenChange] = []
    private var counters: [Int: UInt64] = [:]

    init(_ type: String) { root = ModelPart(kind: type, entity: Self.entity(1)) }

    static func entity(_ number: UInt64) -> EntityID {
        EntityID(Bits128(high: 0x4000, low: 0x8000_0000_0000_0000 | number))
    }

    static func text(_ member: String, _ text: String) -> FacetSaying {
        FacetSaying(members: [member: "\"\(text)\""])
    }

    static func medicine(_ atc: String, _ dose: String) -> FacetSaying {
        FacetSaying(members: [
            "detail.productCodeableConcept":
                #"{"coding":[{"code":"\#(atc)","system":"http://www.whocc.no/atc"}]}"#,
            "detail.description": "\"\(dose)\"",
        ])
    }

    /// An activity of the plan.
    func activity(_ number: UInt64) -> ModelPart { root.inner("activity", Self.entity(number)) }

    /// Adds a change by a site; later changes have later times unless one is given.
    ///
    /// - Parameter branch: tells the events of a fork apart; a fork takes the dot again.
    @discardableResult mutating func write(
        _ site: Int, _ part: ModelPart, _ facet: String, _ operation: Operation, _ saying: Saying,
        replacing names: [WrittenName] = [], covering covered: [WrittenName] = [],
        time: UInt64? = nil, forking: WrittenName? = nil
    ) -> WrittenName {
        let dot: Dot
        if let forking {
            dot = forking.dot
        } else {
            counters[site, default: 0] += 1
            let replica = Replica(
                site: SiteID(Bits128(high: UInt64(site), low: 7)), incarnation: Incarnation(1))
            dot = Dot(replica: replica, counter: counters[site] ?? 0)
        }
        let number = UInt8(changes.count)
        let event = EventID(bytes: [UInt8](repeating: number &* 37, count: 31) + [number])
        guard let event else { preconditionFailure("32 bytes are an event id") }
        let name = WrittenName(dot: dot, index: 0, event: event)
        func reference(_ name: WrittenName) -> ChangeReference {
            ChangeReference(dot: name.dot, index: name.index)
        }
        changes.append(
            WrittenChange(
                name: name, part: part, facet: facet, operation: operation,
                supersedes: names.map(reference), covers: covered.map(reference),
                time: HybridTime(
                    milliseconds: 1_700_000_000_000 + (time ?? UInt64(changes.count)), counter: 0),
                saying: saying))
        return name
    }

    /// Adds the resource with some facets.
    mutating func create(
        _ site: Int, _ facets: [String: FacetSaying], _ inner: [InnerSaying] = [],
        replacing names: [WrittenName] = []
    ) -> WrittenName {
        write(
            site, root, "*", names.isEmpty ? .create : .assign,
            .whole(WholeSaying(facets: facets, inner: inner)), replacing: names)
    }

    var view: ResourceView? { EngineSide(root, changes).history.view() }

    /// The conflicts that list a change.
    func conflicts(of name: WrittenName) -> [Conflict] {
        (view?.conflicts ?? []).filter { $0.heads.contains(HeadName(name)) }
    }

    func presence(_ part: ModelPart) -> PartView.Presence? { view?.part(part.asPart)?.presence }

    func element(_ part: ModelPart, _ facet: String) -> ElementView? {
        view?.part(part.asPart)?.element(Facet(facet))
    }
}
