import CareRecord

/// Names a change in a generated history: its dot, its place in its event, and the event.
struct WrittenName: Sendable, Hashable, Comparable {
    let dot: Dot
    let index: UInt32
    let event: EventID

    static func < (left: WrittenName, right: WrittenName) -> Bool {
        (left.dot, left.index, left.event) < (right.dot, right.index, right.event)
    }
}

/// A resource or an entity inside it, in the reference model.
struct ModelPart: Sendable, Hashable {
    let kind: String
    let entity: EntityID
    /// The activity that holds it; `nil` for the resource and for what the resource holds.
    var holder: EntityID?
}

/// One facet of a part, in the reference model.
struct ModelElement: Sendable, Hashable {
    let part: ModelPart
    let facet: String
}

/// A change as its author meant it, before it became JSON.
struct WrittenChange: Sendable {
    let name: WrittenName
    let part: ModelPart
    let facet: String
    let operation: Operation
    var supersedes: [ChangeReference] = []
    var covers: [ChangeReference] = []
    let time: HybridTime
    var saying: Saying
    /// What its author had on screen or, for a feed, had sent: heads with their elements.
    var shown: Set<ShownHead> = []

    /// A head that somebody saw.
    struct ShownHead: Sendable, Hashable {
        let element: ModelElement
        let name: WrittenName
    }
}

/// What a change says.
enum Saying: Sendable, Hashable {
    case nothing
    case facet(FacetSaying)
    case whole(WholeSaying)
    case unreadable(String)
    case onItsWay
    case erased
}

/// The members of one facet, and what a reader must know of them.
struct FacetSaying: Sendable, Hashable {
    /// Canonical JSON by member; `detail.status` stands inside `detail`.
    var members: [String: String] = [:]
    /// The code of a status.
    var code: String?
    /// The verification of an allergy.
    var verification: String?
    /// How severe an allergy is.
    var criticality: String?
    /// What a target measures.
    var measure: String?
    var isProhibition = false
    var isCriticalMedicine = false
    var hasLargestDose = false
}

/// A whole resource, or a whole entity inside one.
struct WholeSaying: Sendable, Hashable {
    var facets: [String: FacetSaying] = [:]
    var inner: [InnerSaying] = []
}

/// An entity inside a whole value.
struct InnerSaying: Sendable, Hashable {
    let member: String
    let id: EntityID
    var whole: WholeSaying
}

extension FacetSaying {
    /// The facet's members as canonical JSON.
    var canonical: String {
        var outer: [String: String] = [:]
        var detail: [String: String] = [:]
        for (path, value) in members {
            if path.hasPrefix("detail.") {
                detail[String(path.dropFirst(7))] = value
            } else {
                outer[path] = value
            }
        }
        if !detail.isEmpty { outer["detail"] = Self.object(detail) }
        return Self.object(outer)
    }

    /// The same value with white space, its members in another order.
    var loose: String {
        canonical == "{}" ? "{ }" : "{ " + canonical.dropFirst().dropLast() + "\n}"
    }

    private static func object(_ members: [String: String]) -> String {
        "{"
            + members.keys.sorted().map { "\"\($0)\":\(members[$0] ?? "null")" }
            .joined(separator: ",") + "}"
    }
}

extension WholeSaying {
    /// The resource as JSON, its members in no particular order.
    func json(type: String?, id: EntityID) -> String {
        var members: [String] = ["\"id\" : \"\(id)\""]
        if let type { members.append("\"resourceType\":\"\(type)\"") }
        var detail: [String] = []
        for facet in facets.keys.sorted().reversed() {
            let saying = facets[facet] ?? FacetSaying()
            for (path, value) in saying.members.sorted(by: { $0.key > $1.key }) {
                if path.hasPrefix("detail.") {
                    detail.append("\"\(path.dropFirst(7))\": \(value)")
                } else {
                    members.append("\"\(path)\": \(value)")
                }
            }
        }
        if !detail.isEmpty { members.append("\"detail\":{" + detail.joined(separator: ",") + "}") }
        for member in Set(inner.map(\.member)).sorted() {
            let items = inner.filter { $0.member == member }
                .map { $0.whole.json(type: nil, id: $0.id) }
            members.append("\"\(member)\":[" + items.joined(separator: ", ") + "]")
        }
        return "{" + members.joined(separator: " , ") + "}"
    }
}
