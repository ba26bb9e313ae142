import CareRecord
import ConflictResolver

/// Changes of one resource by several sites, written one after the other by a test; which of them
/// somebody was shown, the test says itself.
struct Scenario {
    let type: String
    let entity = EntityID(Bits128(high: 0xE, low: 0xE))
    private(set) var changes: [HeldChange] = []
    private var counters: [UInt64: UInt64] = [:]
    private var clock: UInt64 = 0

    init(_ type: String) {
        self.type = type
    }

    static func site(_ number: UInt64) -> SiteID { SiteID(Bits128(high: number, low: number)) }

    /// Writes the resource as a whole.
    @discardableResult
    mutating func whole(
        by site: UInt64, _ json: String, shown: [HeadName] = [], _ operation: Operation = .create
    ) -> HeadName {
        write(by: site, root(.whole), operation, json, shown: shown)
    }

    /// Writes one facet of the resource.
    @discardableResult
    mutating func facet(
        by site: UInt64, _ facet: String, _ json: String, shown: [HeadName],
        covers: [HeadName] = [], _ operation: Operation = .assign
    ) -> HeadName {
        write(by: site, root(Facet(facet)), operation, json, shown: shown, covers: covers)
    }

    /// Writes one facet of an entity inside the resource.
    @discardableResult
    mutating func facet(
        by site: UInt64, of part: Part, _ facet: String, _ json: String, shown: [HeadName],
        covers: [HeadName] = [], _ operation: Operation = .assign
    ) -> HeadName {
        let element = Element(
            entityType: part.kind, entity: part.entity, facet: Facet(facet))
        return write(
            by: site, element, operation, json, shown: shown, covers: covers, holder: part.holder)
    }

    /// Ends or retracts the resource or an entity inside it.
    @discardableResult
    mutating func end(
        by site: UInt64, _ part: Part? = nil, _ operation: Operation = .retract,
        shown: [HeadName], covers: [HeadName] = []
    ) -> HeadName {
        let element = Element(
            entityType: part?.kind ?? type, entity: part?.entity ?? entity, facet: .existence)
        return write(by: site, element, operation, nil, shown: shown, covers: covers)
    }

    /// Any change.
    mutating func write(
        by site: UInt64, _ element: Element, _ operation: Operation, _ json: String?,
        shown: [HeadName] = [], covers: [HeadName] = [], holder: EntityID? = nil
    ) -> HeadName {
        counters[site, default: 0] += 1
        clock += 1
        let dot = Dot(
            replica: Replica(site: Self.site(site), incarnation: Incarnation(site)),
            counter: counters[site] ?? 0)
        let name = HeadName(dot: dot, index: 0, event: Self.event(dot))
        changes.append(
            HeldChange(
                name: name, element: element, operation: operation,
                supersedes: shown.map { ChangeReference(dot: $0.dot, index: $0.index) },
                covers: covers.map { ChangeReference(dot: $0.dot, index: $0.index) },
                holder: holder,
                author: Author(practitioner: "p\(site)", role: "r", organisation: "o\(site)"),
                time: HybridTime(milliseconds: clock, counter: 0),
                value: json.map { .given(Array($0.utf8)) } ?? .none))
        return name
    }

    private func root(_ facet: Facet) -> Element {
        Element(entityType: type, entity: entity, facet: facet)
    }

    private static func event(_ dot: Dot) -> EventID {
        named(dot.replica.site.bits.high, dot.counter)
    }

    /// An event's id from two numbers.
    static func named(_ high: UInt64, _ low: UInt64) -> EventID {
        let bits = Bits128(high: high, low: low)
        guard let id = EventID(bytes: bits.bytes + bits.bytes) else {
            preconditionFailure("32 bytes name an event")
        }
        return id
    }

    /// What a site that holds everything sees.
    var history: ResourceHistory { history(of: changes) }

    /// What a site sees that met the changes in another order, or only some of them.
    func history(of changes: [HeldChange]) -> ResourceHistory {
        var history = ResourceHistory(type: type, entity: entity)
        for change in changes { history.insert(change) }
        return history
    }

    /// The view of all changes.
    var view: ResourceView {
        guard let view = history.view() else { preconditionFailure("nothing was written") }
        return view
    }

    /// The entities of a kind inside the resource, in display order.
    func parts(_ kind: String) -> [Part] {
        view.parts.map(\.part).filter { $0.kind == kind }
    }
}

extension ResourceView {
    /// The texts of an element's values, in display order.
    func texts(_ facet: String, of part: Part? = nil) -> [String] {
        let view = part.flatMap { self.part($0) } ?? root
        return (view.element(Facet(facet))?.siblings ?? []).map { sibling in
            switch sibling.content {
            case .value(let bytes): String(decoding: bytes, as: UTF8.self)
            default: "\(sibling.content)"
            }
        }
    }

    /// The class of an element.
    func letter(_ facet: String, of part: Part? = nil) -> String? {
        let view = part.flatMap { self.part($0) } ?? root
        return view.element(Facet(facet))?.conflictClass.letter
    }

    /// Each conflict as its letter and kind, in their order.
    var found: [String] { conflicts.map { "\($0.conflictClass.letter) \($0.kind)" } }
}
