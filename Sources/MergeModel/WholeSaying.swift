package import CareRecord

/// A whole resource, or a whole entity inside one.
package struct WholeSaying: Sendable {
    /// What it says of each facet, ascending by name.
    package let facets: [(facet: String, saying: FacetSaying)]
    /// The entities inside it.
    package let inner: [InnerSaying]

    /// Describes a value.
    package init(facets: [String: FacetSaying] = [:], inner: [InnerSaying] = []) {
        self.init(
            facets: facets.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }, inner: inner)
    }

    private init(facets: [(facet: String, saying: FacetSaying)], inner: [InnerSaying]) {
        self.facets = facets
        self.inner = inner
    }
}

/// An entity inside a whole value.
package struct InnerSaying: Sendable {
    /// The member that holds it.
    package let member: String
    /// The id that its author gave it, if any.
    package let given: EntityID?
    /// Its id.
    package let id: EntityID
    /// What it says.
    package let whole: WholeSaying

    /// Describes an entity with an id of its own.
    package init(member: String, id: EntityID, whole: WholeSaying) {
        self.init(member: member, given: id, id: id, whole: whole)
    }

    init(member: String, given: EntityID?, id: EntityID, whole: WholeSaying) {
        self.member = member
        self.given = given
        self.id = id
        self.whole = whole
    }
}

/// The id of an entity that a change names without one, or with one that another has already, by
/// the path in its value, as `/activity/0/progress/1` (`merge.md` §2.1).
package typealias IDDerivation = @Sendable (WrittenName, String) -> EntityID

extension WholeSaying {
    /// The entities inside that have another id than their author gave them, or were given none.
    func withoutID(as part: ModelPart) -> [ModelPart] {
        inner.flatMap { item in
            let inner = part.inner(item.member, item.id)
            return (item.given == item.id ? [] : [inner]) + item.whole.withoutID(as: inner)
        }
    }

    /// The same value, what is inside it named as every reader names it.
    ///
    /// - Parameter taken: the parts that the value has named.
    func named(
        by change: WrittenName, as part: ModelPart, path: String = "", _ taken: inout [ModelPart],
        _ derive: IDDerivation
    ) -> WholeSaying {
        var counts: [String: Int] = [:]
        var named: [InnerSaying] = []
        for item in inner {
            let path = "\(path)/\(item.member)/\(counts[item.member, default: 0])"
            counts[item.member, default: 0] += 1
            let given = item.given.map { part.inner(item.member, $0) }
            let id: EntityID
            if let given, !taken.contains(given) {
                taken.append(given)
                id = given.entity
            } else {
                id = derive(change, path)
            }
            let whole = item.whole.named(
                by: change, as: part.inner(item.member, id), path: path, &taken, derive)
            named.append(
                InnerSaying(member: item.member, given: item.given, id: id, whole: whole))
        }
        return WholeSaying(facets: facets, inner: named)
    }
}

extension WholeSaying {
    /// The resource as JSON, its members in no particular order.
    package func json(type: String?, id: EntityID?) -> String {
        var members: [String] = []
        if let id { members.append("\"id\" : \"\(id)\"") }
        if let type { members.append("\"resourceType\":\"\(type)\"") }
        var detail: [String] = []
        for (_, saying) in facets.reversed() {
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
                .map { $0.whole.json(type: nil, id: $0.given) }
            members.append("\"\(member)\":[" + items.joined(separator: ", ") + "]")
        }
        return "{" + members.joined(separator: " , ") + "}"
    }
}
