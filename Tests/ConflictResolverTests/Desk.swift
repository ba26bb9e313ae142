import CareRecord
import StrictJSON
import Testing

@testable import ConflictResolver

/// A resource that several authors write as a whole, each compared with what it was shown.
struct Desk {
    let type: String
    let entity = EntityID(Bits128(high: 0xE, low: 0xE))
    /// What a site sees that holds everything.
    private(set) var history: ResourceHistory
    private var own: [UInt64: ResourceHistory] = [:]
    private var events: [Dot: EventID] = [:]
    private var counters: [UInt64: UInt64] = [:]
    private var clock: UInt64 = 0
    private var ids: UInt64 = 0

    init(_ type: String) {
        self.type = type
        history = ResourceHistory(type: type, entity: entity)
    }

    static func author(_ number: UInt64) -> Author {
        Author(practitioner: "p\(number)", role: "r", organisation: "o\(number)")
    }

    /// What one author wrote.
    func sent(by number: UInt64) -> ResourceHistory {
        own[number] ?? ResourceHistory(type: type, entity: entity)
    }

    var view: ResourceView {
        guard let view = history.view() else { preconditionFailure("nothing was written") }
        return view
    }

    /// What a body comes to, before it is written.
    mutating func differences(
        of json: String, from shown: ShownResource
    ) throws -> [WritingChange] {
        let document = try JSONDocument(Array(json.utf8))
        var ids = ids
        defer { self.ids = ids }
        return try history.changes(writing: document.root, in: document, against: shown) {
            ids += 1
            return EntityID(Bits128(high: 0x4000, low: 0x8000_0000_0000_0000 | ids))
        }
    }

    /// What a source sends, compared with what it sent last, as one event.
    @discardableResult
    mutating func send(_ json: String, by number: UInt64 = 1) throws -> [WritingChange] {
        let found = try differences(of: json, from: ShownResource(sentIn: sent(by: number)))
        write(found, by: number)
        return found
    }

    /// What an author's client is rendered.
    func rendered(to number: UInt64, isAware: Bool = false) -> ShownResource {
        ShownResource(
            rendered: view, as: history.projected(view), of: history, isAware: isAware
        ) { $0 == Self.author(number) }
    }

    /// What an author's client puts, compared with what is rendered now, as one event.
    @discardableResult
    mutating func put(
        _ json: String, by number: UInt64, isAware: Bool = false
    ) throws -> [WritingChange] {
        let found = try differences(of: json, from: rendered(to: number, isAware: isAware))
        write(found, by: number)
        return found
    }

    /// The resource as R4.
    var json: String { String(decoding: history.projected(view).json, as: UTF8.self) }

    /// Adds changes as one event.
    ///
    /// - Parameter branch: of a fork, the event whose dot it takes again.
    @discardableResult
    mutating func write(
        _ writing: [WritingChange], by number: UInt64, branch: HeadName? = nil
    ) -> [HeadName] {
        if writing.isEmpty { return [] }
        clock += 1
        counters[number, default: 0] += branch == nil ? 1 : 0
        let dot =
            branch?.dot
            ?? Dot(
                replica: Replica(
                    site: Scenario.site(number), incarnation: Incarnation(number)),
                counter: counters[number] ?? 0)
        let event = Scenario.named(number << 32 | clock, dot.counter)
        let names = writing.indices.map { HeadName(dot: dot, index: UInt32($0), event: event) }
        let changes = zip(writing, names).map { held($0, $1, by: number) }
        var own = sent(by: number)
        if events.updateValue(event, forKey: dot) != nil { history.noteFork(of: dot) }
        for change in changes {
            history.insert(change)
            own.insert(change)
        }
        self.own[number] = own
        return names
    }

    private func held(
        _ writing: WritingChange, _ name: HeadName, by number: UInt64
    ) -> HeldChange {
        let change = history.change(of: writing)
        return HeldChange(
            name: name, element: change.element, operation: change.operation,
            supersedes: change.supersedes, covers: change.covers,
            holder: change.element.inside?.holder, author: Self.author(number),
            time: HybridTime(milliseconds: clock, counter: 0),
            value: writing.value.isEmpty ? .none : .given(writing.value))
    }

    /// The resource itself.
    var root: Part { Part(kind: type, entity: entity) }

    /// The entities of a kind inside the resource, in display order.
    func parts(_ kind: String) -> [Part] { view.parts.map(\.part).filter { $0.kind == kind } }

    /// The names of the heads of a facet.
    func heads(_ facet: String, of part: Part? = nil) -> [HeadName] {
        history.heads(Facet(facet), of: part ?? root).map(\.name)
    }
}

extension WritingChange {
    /// Operation, kind and facet.
    var line: String { "\(operation.word) \(element.part.kind)/\(element.facet)" }

    var text: String { String(decoding: value, as: UTF8.self) }
}
