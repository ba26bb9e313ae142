package import CareRecord

/// The members of one facet, and what a reader must know of them.
package final class FacetSaying: Sendable {
    /// Canonical JSON by member; `detail.status` stands inside `detail`.
    package let members: [String: String]
    /// The code of a status.
    package let code: String?
    /// The verification of an allergy.
    package let verification: String?
    /// How severe an allergy is.
    package let criticality: String?
    /// What a target measures.
    package let measure: String?
    /// Whether it says not to do something.
    package let isProhibition: Bool
    /// Whether it is of a medicine that `merge.md` §3.2 calls controlled or time-critical.
    package let isCriticalMedicine: Bool
    /// Whether it names a largest dose.
    package let hasLargestDose: Bool
    /// The members as canonical JSON: equal bytes are equal values.
    package let canonical: [UInt8]

    /// Describes a value.
    package init(
        members: [String: String] = [:], code: String? = nil, verification: String? = nil,
        criticality: String? = nil, measure: String? = nil, isProhibition: Bool = false,
        isCriticalMedicine: Bool = false, hasLargestDose: Bool = false
    ) {
        self.members = members
        self.code = code
        self.verification = verification
        self.criticality = criticality
        self.measure = measure
        self.isProhibition = isProhibition
        self.isCriticalMedicine = isCriticalMedicine
        self.hasLargestDose = hasLargestDose
        canonical = Array(Self.canonical(members).utf8)
    }

    /// The same value with white space.
    package var loose: String {
        let inner = String(decoding: canonical.dropFirst().dropLast(), as: UTF8.self)
        return inner.isEmpty ? "{ }" : "{ \(inner)\n}"
    }

    private static func canonical(_ members: [String: String]) -> String {
        var outer: [(name: String, value: String)] = []
        var detail: [(name: String, value: String)] = []
        for (path, value) in members {
            if path.hasPrefix("detail.") {
                detail.append((String(path.dropFirst(7)), value))
            } else {
                outer.append((path, value))
            }
        }
        if !detail.isEmpty { outer.append(("detail", object(&detail))) }
        return object(&outer)
    }

    private static func object(_ members: inout [(name: String, value: String)]) -> String {
        members.sort { $0.name < $1.name }
        var text = "{"
        for member in members {
            if text.utf8.count > 1 { text += "," }
            text += "\"\(member.name)\":\(member.value)"
        }
        return text + "}"
    }
}

/// A whole resource, or a whole entity inside one.
package struct WholeSaying: Sendable {
    /// What it says of each facet, ascending by name.
    package let facets: [(facet: String, saying: FacetSaying)]
    /// The entities inside it.
    package let inner: [InnerSaying]

    /// Describes a value.
    package init(facets: [String: FacetSaying] = [:], inner: [InnerSaying] = []) {
        self.facets = facets.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
        self.inner = inner
    }
}

/// An entity inside a whole value.
package struct InnerSaying: Sendable {
    /// The member that holds it.
    package let member: String
    /// Its id.
    package let id: EntityID
    /// What it says.
    package let whole: WholeSaying

    /// Describes an entity.
    package init(member: String, id: EntityID, whole: WholeSaying) {
        self.member = member
        self.id = id
        self.whole = whole
    }
}

extension WholeSaying {
    /// The resource as JSON, its members in no particular order.
    package func json(type: String?, id: EntityID) -> String {
        var members: [String] = ["\"id\" : \"\(id)\""]
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
                .map { $0.whole.json(type: nil, id: $0.id) }
            members.append("\"\(member)\":[" + items.joined(separator: ", ") + "]")
        }
        return "{" + members.joined(separator: " , ") + "}"
    }
}
