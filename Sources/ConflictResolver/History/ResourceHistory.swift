public import CareRecord
import Signing
import StrictJSON

/// Everything that was ever changed of one resource and the entities inside it, and what of it are
/// heads. The same changes give the same heads, in whatever order they came.
///
/// A change costs its own size and the heads it meets, however long the history is.
public struct ResourceHistory: Sendable {
    /// The resource.
    public let entity: EntityID
    /// How it comes apart.
    public let shape: EntityShape
    /// Every change, by its name.
    public private(set) var changes: [HeadName: HeldChange] = [:]
    /// Where each part first appeared.
    private(set) var places: [Part: Place] = [:]
    private(set) var elements: [PartElement: ElementHeads] = [:]
    /// What changes on a whole part end, in it and in what it holds.
    private var endedIn: [Part: Set<ChangeReference>] = [:]
    private var facetsOf: [Part: [Facet]] = [:]
    private(set) var heldBy: [Part: [Part]] = [:]
    private(set) var forks: Set<Dot> = []
    /// Parts whose id follows from where they stood in a whole value.
    private(set) var derived: Set<Part> = []
    /// The element ids that writers gave to parts whose id is another.
    private(set) var sourceIDs: [Part: Set<String>] = [:]
    /// What PUTs left out.
    private(set) var omits: [HeldChange] = []
    /// What changed since somebody last asked.
    private var news = News()

    /// What of a history a view must look at again.
    struct News: Sendable {
        /// Parts whose heads may differ.
        var parts: Set<Part> = []
        /// Whether parts came, or stand elsewhere.
        var isOrderNew = true
    }

    /// Orders entities inside a resource as they were written.
    struct Place: Sendable, Hashable, Comparable {
        let time: HybridTime
        let event: EventID
        let index: UInt32
        let item: Int

        static func < (left: Place, right: Place) -> Bool {
            (left.time, left.event, left.index, left.item)
                < (right.time, right.event, right.index, right.item)
        }
    }

    /// A resource of which nothing is held.
    public init(type: String, entity: EntityID) {
        self.entity = entity
        shape = .of(resourceType: type)
    }

    /// The resource itself.
    public var root: Part { Part(kind: shape.entityType, entity: entity) }

    /// Adds a change of the resource or of an entity inside it; one that is there already, or is of
    /// something else, changes nothing.
    public mutating func insert(_ change: HeldChange) {
        let part = Part(
            kind: change.element.entityType, entity: change.element.entity, holder: change.holder)
        guard let shape = shape(of: part), changes[change.name] == nil else { return }
        changes[change.name] = change
        note(part, item: 0, by: change)
        switch change.operation {
        case .omit:
            omits.append(change)
            // In whatever order they came.
            omits.sort { $0.name < $1.name }
        case .erase: return
        case .retract: head(.existence, of: part, .retracted, by: change)
        case .unlink, .relocate: head(.existence, of: part, .ended, by: change)
        case .unknown:
            if change.element.facet == .whole { end(change.supersedes, in: part, by: change.name) }
            head(change.element.facet, of: part, Self.opaque(change.value), by: change)
        default:
            if change.element.facet == .existence { return existence(of: part, change) }
            guard change.element.facet == .whole else { return facet(of: part, change) }
            whole(part, shape, change)
        }
    }

    /// Two events with this dot are known: bare references to it end neither.
    public mutating func noteFork(of dot: Dot) {
        guard forks.insert(dot).inserted else { return }
        news.parts.formUnion(places.keys)
        for element in elements.keys.sorted() {
            let ended = endings(above: element.part)
            let forks = forks
            elements[element]?.noteFork(forks: forks) { name in
                ended.contains { name.isEnded(by: $0, forks: forks) }
            }
        }
    }

    /// What changed since this was last called.
    mutating func takeNews() -> News {
        defer { news = News(isOrderNew: false) }
        return news
    }

    /// How a part comes apart; `nil` if it is no part of this resource. A kind that is not known is
    /// one value.
    func shape(of part: Part) -> EntityShape? {
        if part.kind == shape.entityType { return part.entity == entity ? shape : nil }
        guard part.kind.hasPrefix(shape.entityType + ".") else { return nil }
        return shape.shape(of: part.kind)
            ?? EntityShape(part.kind, [FacetShape("item", "", .all(.human))])
    }

    // MARK: - One change

    /// A value of one facet.
    private mutating func facet(of part: Part, _ change: HeldChange) {
        guard case .given(let bytes) = change.value, let document = JSONDocument.reading(bytes)
        else {
            return head(change.element.facet, of: part, Self.opaque(change.value), by: change)
        }
        head(
            change.element.facet, of: part,
            .value(CanonicalJSON.bytes(of: document.root, in: document)), by: change)
    }

    /// Whether a part is there, as somebody decided it.
    private mutating func existence(of part: Part, _ change: HeldChange) {
        guard case .given(let bytes) = change.value, let text = ExistenceText(json: bytes) else {
            return head(.existence, of: part, Self.opaque(change.value), by: change)
        }
        head(.existence, of: part, text.content, by: change)
    }

    /// The whole part as given, which is a head of every facet in it.
    private mutating func whole(_ part: Part, _ shape: EntityShape, _ change: HeldChange) {
        end(change.supersedes, in: part, by: change.name)
        head(.existence, of: part, .present, by: change)
        guard case .given(let bytes) = change.value, let document = JSONDocument.reading(bytes),
            document.root.kind == .object
        else {
            if change.value == .none { return }
            return head(.whole, of: part, Self.opaque(change.value), by: change)
        }
        var taken: Set<Part> = []
        add(
            ResourceParts(document.root, shape, in: document, isResource: part == root), as: part,
            path: [], of: change, &taken)
    }

    /// - Parameter taken: the parts that the value has named; an id that it uses again names another.
    private mutating func add(
        _ parts: ResourceParts, as part: Part, path: [UInt8], of change: HeldChange,
        _ taken: inout Set<Part>
    ) {
        if let id = parts.elementID, EntityID(text: id) != part.entity {
            sourceIDs[part, default: []].insert(id)
        }
        for value in parts.values { head(value.facet, of: part, .value(value.bytes), by: change) }
        for item in parts.inner {
            let path = path + Array("/\(item.member)/\(item.index)".utf8)
            let kind = item.parts.shape.entityType
            var inner = Part(
                kind: kind, entity: Self.derivedID(change.name, path), holder: part.entity)
            if let given = item.parts.elementID.flatMap({ EntityID(text: $0) }) {
                let named = Part(kind: kind, entity: given, holder: part.entity)
                if taken.insert(named).inserted { inner = named }
            }
            if inner.entity == Self.derivedID(change.name, path) { derived.insert(inner) }
            note(inner, item: item.index, by: change)
            head(.existence, of: inner, .present, by: change)
            add(item.parts, as: inner, path: path, of: change, &taken)
        }
    }

    private mutating func head(
        _ facet: Facet, of part: Part, _ content: HeadContent, by change: HeldChange
    ) {
        let element = PartElement(part: part, facet: facet)
        news.parts.insert(part)
        if elements[element] == nil { facetsOf[part, default: []].append(facet) }
        // What a whole value names is ended in all of the part at once.
        let isWhole = change.element.facet == .whole && content != .retracted && content != .ended
        let ended = endings(above: part)
        let forks = forks
        elements[element, default: ElementHeads()].insert(
            change.name, content, superseding: isWhole ? [] : change.supersedes, forks: forks
        ) { name in
            ended.contains { name.isEnded(by: $0, forks: forks) }
        }
    }

    /// Ends changes in a part and all that it holds.
    private mutating func end(_ named: [ChangeReference], in part: Part, by name: HeadName) {
        // Nobody was shown the change that is being made.
        let references = named.filter { !$0.names(name) }
        guard !references.isEmpty else { return }
        endedIn[part, default: []].formUnion(references)
        var open = [part]
        while let next = open.popLast() {
            news.parts.insert(next)
            for facet in facetsOf[next] ?? [] {
                elements[PartElement(part: next, facet: facet)]?
                    .end(references, by: name, forks: forks)
            }
            open += heldBy[next] ?? []
        }
    }

    /// Notes where a part appeared.
    private mutating func note(_ part: Part, item: Int, by change: HeldChange) {
        let place = Place(
            time: change.time, event: change.name.event, index: change.name.index, item: item)
        let holder = part.holder(in: root)
        if let known = places[part] {
            if place < known {
                places[part] = place
                news.isOrderNew = true
            }
        } else {
            places[part] = place
            news.isOrderNew = true
            if let holder { heldBy[holder, default: []].append(part) }
        }
        // What holds it need not have come yet.
        if let holder { note(holder, item: .max, by: change) }
    }

    // MARK: - Looking up

    /// The facets of a part that were ever changed, ascending.
    func facets(of part: Part) -> [Facet] { (facetsOf[part] ?? []).sorted() }

    /// What was ended in a part as a whole, and in what holds it.
    private func endings(above part: Part) -> [Set<ChangeReference>] {
        if endedIn.isEmpty { return [] }
        var found: [Set<ChangeReference>] = []
        var next: Part? = part
        while let part = next {
            if let ended = endedIn[part] { found.append(ended) }
            next = part.holder(in: root)
        }
        return found
    }

    private static func opaque(_ value: HeldChange.Value) -> HeadContent {
        switch value {
        case .given(let bytes): .opaque(bytes)
        case .none: .opaque([])
        case .onItsWay: .onItsWay
        case .erased: .erased
        }
    }

    /// The id of an entity that came inside a whole value: a UUID of version 8 (RFC 9562 §5.8) from
    /// SHA-256 over the event, the change and the path in its value (`merge.md` §2.1).
    static func derivedID(_ name: HeadName, _ path: [UInt8]) -> EntityID {
        EntityID(
            hash: Digest.sha256(of: [Array("accord/inner/v1\n".utf8), name.bytes, path]))
    }
}
