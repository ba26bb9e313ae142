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
