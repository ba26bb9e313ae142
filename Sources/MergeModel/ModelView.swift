/// One state of a history, as the reference model shows it.
package struct ModelView: Sendable {
    /// The changes.
    package let model: ReferenceModel
    /// What is a head, by part, ascending by kind, id and holder.
    package let parts: [Part]

    /// A part of which anything is a head.
    package struct Part: Sendable {
        /// Which one.
        package let part: ModelPart
        /// What is a head of it, ascending by facet.
        package fileprivate(set) var elements: [Element]

        /// The names of its facets that have a head, ascending, without its existence.
        package var facets: [String] {
            elements.map(\.place.facet).filter { $0 != "existence" }
        }
    }

    /// A facet of a part with its heads.
    package struct Element: Sendable {
        /// Which one.
        package let place: ModelElement
        /// Its heads, ascending by name.
        package fileprivate(set) var heads: [Statement]
    }

    /// What became of a part.
    package enum Presence: Sendable { case present, ended, retracted, disputed }

    /// The classes of conflicts, the most demanding last.
    package enum Class: Int, Sendable, Comparable {
        /// Automatic, flagged, human, urgent.
        case a, f, h, u

        package static func < (left: Class, right: Class) -> Bool {
            left.rawValue < right.rawValue
        }
    }

    /// A value with everybody who wrote it.
    package struct Sibling: Sendable {
        /// What it says.
        package let content: Statement.Content
        /// Who says so, in display order.
        package fileprivate(set) var heads: [Statement]
    }

    /// Works out the heads.
    package init(_ model: ReferenceModel) {
        self.model = model
        var parts: [Part] = []
        for head in model.heads() {
            let place = parts.firstIndex { $0.part == head.element.part } ?? parts.count
            if place == parts.count { parts.append(Part(part: head.element.part, elements: [])) }
            let element =
                parts[place].elements.firstIndex { $0.place.facet == head.element.facet }
                ?? parts[place].elements.count
            if element == parts[place].elements.count {
                parts[place].elements.append(Element(place: head.element, heads: []))
            }
            parts[place].elements[element].heads.append(head)
        }
        for part in parts.indices {
            for element in parts[part].elements.indices {
                parts[part].elements[element].heads.sort { $0.name < $1.name }
            }
            parts[part].elements.sort { $0.place.facet < $1.place.facet }
        }
        self.parts = parts.sorted { Self.isBefore($0.part, $1.part) }
    }

    private static func isBefore(_ left: ModelPart, _ right: ModelPart) -> Bool {
        if left.entity != right.entity { return left.entity < right.entity }
        if left.kind != right.kind { return left.kind < right.kind }
        return (left.holder ?? left.entity) < (right.holder ?? right.entity)
    }

    /// The heads of a facet of a part, ascending by name.
    package func heads(_ part: ModelPart, _ facet: String) -> [Statement] {
        guard let part = self.part(part) else { return [] }
        return part.elements.first { $0.place.facet == facet }?.heads ?? []
    }

    /// A part, if anything of it is a head.
    package func part(_ part: ModelPart) -> Part? { parts.first { $0.part == part } }

    /// What became of a part.
    package func presence(of part: ModelPart) -> Presence {
        let existence = heads(part, "existence")
        guard Self.areSame(existence) else { return .disputed }
        switch existence.first?.content {
        case .retracted:
            let isKept = part.kind == "AllergyIntolerance" && !uncovered(part).isEmpty
            return isKept ? .disputed : .retracted
        case .ended: return .ended
        default: return .present
        }
    }

    /// Whether some heads all say the same.
    static func areSame(_ heads: [Statement]) -> Bool {
        guard let first = heads.first else { return true }
        return heads.dropFirst().allSatisfy { $0.content.isSame(first.content) }
    }

    // MARK: - Values in display order

    /// The values of an element in display order; equal ones are one.
    package func siblings(of element: ModelElement) -> [Sibling] {
        var found: [Sibling] = []
        for head in heads(element.part, element.facet) {
            if let place = found.firstIndex(where: { $0.content.isSame(head.content) }) {
                found[place].heads.append(head)
            } else {
                found.append(Sibling(content: head.content, heads: [head]))
            }
        }
        for place in found.indices { found[place].heads.sort(by: Self.isLater) }
        return found.sorted { left, right in
            let places = (rank(left.content, element), rank(right.content, element))
            if places.0 != places.1 { return places.0.lexicographicallyPrecedes(places.1) }
            return Self.isLater(left.heads[0], right.heads[0])
        }
    }

    private static func isLater(_ left: Statement, _ right: Statement) -> Bool {
        if left.time != right.time { return left.time > right.time }
        return (left.name.event, left.name.index) < (right.name.event, right.name.index)
    }

    private func isRanked(_ element: ModelElement) -> Bool {
        Self.ranks[element.part.kind + "/" + element.facet] != nil
            || element.facet == "criticality"
    }

    private func rank(_ content: Statement.Content, _ element: ModelElement) -> [String] {
        guard isRanked(element) else { return [] }
        guard let saying = content.saying else { return ["~"] }
        if element.facet == "criticality" {
            let codes = ["high", "unable-to-assess", "low"]
            return ["\(codes.firstIndex(of: saying.criticality ?? "") ?? 9)"]
        }
        guard let ranks = Self.ranks[element.part.kind + "/" + element.facet] else { return [] }
        func place(_ code: String?, _ rank: [[String]]) -> String {
            "\(rank.firstIndex { $0.contains(code ?? "") } ?? 9)\(code ?? "")"
        }
        guard element.part.kind == "AllergyIntolerance" else { return [place(saying.code, ranks)] }
        return [
            place(saying.code, ranks),
            place(saying.verification, [["confirmed"], ["unconfirmed"], ["refuted"]]),
        ]
    }

    /// `merge.md` §5.
    private static let ranks: [String: [[String]]] = [
        "CarePlan/status": [
            ["revoked"], ["completed"], ["on-hold"], ["active"], ["draft"], ["unknown"],
        ],
        "CarePlan.activity/status": [
            ["stopped", "cancelled"], ["on-hold"], ["completed"], ["in-progress"], ["scheduled"],
            ["not-started"], ["unknown"],
        ],
        "MedicationRequest/status": [
            ["stopped", "cancelled"], ["not-taken"], ["on-hold"], ["completed"], ["active"],
            ["intended"], ["draft"], ["unknown"],
        ],
        "Goal/status": [
            ["rejected", "cancelled"], ["on-hold"], ["completed"], ["active"], ["accepted"],
            ["planned"], ["proposed"],
        ],
        "AllergyIntolerance/standing": [["active"], ["inactive"], ["resolved"]],
    ]

    /// The codes that end something, for good.
    package static let endings: Set<String> = [
        "revoked", "completed", "stopped", "cancelled", "rejected", "not-taken",
    ]

    // MARK: - Classes

    /// Whether any head of a part has urgent content; of an allergy, high criticality.
    func isUrgent(_ part: ModelPart) -> Bool {
        guard let part = self.part(part) else { return false }
        return part.elements.contains { element in
            element.heads.contains { head in
                guard let saying = head.content.saying else { return false }
                return saying.isProhibition || saying.isCriticalMedicine || saying.hasLargestDose
                    || saying.criticality == "high"
            }
        }
    }

    /// The class of `merge.md` §3.2, for values that differ.
    package func conflictClass(of element: ModelElement) -> Class {
        let siblings = siblings(of: element)
        guard siblings.count > 1 else { return .a }
        if element.facet == "presentation" { return .a }
        // High criticality of an allergy raises what is said of whether it stands.
        let isUrgent =
            isUrgent(element.part)
            && (element.part.kind != "AllergyIntolerance" || element.facet == "standing")
        let isReadable = siblings.allSatisfy { $0.content.saying != nil }
        let known = readableClass(of: element, siblings)
        let letter = isReadable ? known : max(known, .h)
        return letter == .h && isUrgent ? .u : letter
    }

    private func readableClass(of element: ModelElement, _ siblings: [Sibling]) -> Class {
        switch (element.part.kind, element.facet) {
        case (_, "extensions"), (_, "custodian"), (_, "heading"): return .f
        case ("CarePlan.activity", "location"): return .f
        case ("CarePlan.activity", "performer"):
            let isLeft = siblings.contains { $0.content.saying?.members.isEmpty ?? false }
            return isLeft ? .h : .f
        case ("MedicationRequest", "status"), ("MedicationRequest", "body"): return .u
        case ("Goal", "achievement"), ("Goal", "priority"), ("Goal", "start"): return .f
        case ("AllergyIntolerance", "criticality"): return .f
        case ("AllergyIntolerance", "standing"): return .h
        case (_, "status"): return statusClass(of: element, siblings)
        case ("Observation", _), ("Goal.target", _), ("CarePlan.activity", _): return .h
        case (let kind, "item") where kind.contains("."): return .f
        default: return .h
        }
    }

    private func statusClass(of element: ModelElement, _ siblings: [Sibling]) -> Class {
        let codes = siblings.map { $0.content.saying?.code ?? "" }
        if codes.contains("entered-in-error") { return .h }
        let ended = Set(codes.filter { Self.endings.contains($0) })
        let hasLive = codes.contains { !Self.endings.contains($0) }
        switch element.part.kind {
        case "CarePlan": return !ended.isEmpty && (hasLive || ended.count > 1) ? .h : .f
        case "Goal": return !ended.isEmpty && hasLive ? .h : .f
        default: return isDisputedStop(element) ? .h : .f
        }
    }

    /// An ended or held activity or medicine against a live one.
    func isDisputedStop(_ element: ModelElement) -> Bool {
        guard element.facet == "status",
            ["CarePlan.activity", "MedicationRequest"].contains(element.part.kind)
        else { return false }
        let codes = siblings(of: element).map { $0.content.saying?.code ?? "" }
        let stops = codes.filter { Self.endings.contains($0) || $0 == "on-hold" }
        return !stops.isEmpty && stops.count < codes.count
    }
}
