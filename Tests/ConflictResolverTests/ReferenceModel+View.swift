import CareRecord

/// One state of a history, as the reference model shows it.
struct ModelView {
    let model: ReferenceModel
    let heads: [ModelElement: [ReferenceModel.Statement]]
    let forks: Set<Dot>

    init(_ model: ReferenceModel) {
        self.model = model
        heads = model.heads()
        forks = model.forks
    }

    typealias Content = ReferenceModel.Content
    typealias Sibling = ReferenceModel.Sibling
    typealias Statement = ReferenceModel.Statement

    enum Class: Int, Comparable {
        case a, f, h, u
        static func < (left: Class, right: Class) -> Bool { left.rawValue < right.rawValue }
        var letter: String { ["A", "F", "H", "U"][rawValue] }
    }

    func heads(_ part: ModelPart, _ facet: String) -> [Statement] {
        heads[ModelElement(part: part, facet: facet)] ?? []
    }

    /// The parts of which anything is a head.
    var parts: Set<ModelPart> { Set(heads.keys.map(\.part)) }

    func facets(of part: ModelPart) -> [String] {
        heads.keys.filter { $0.part == part && $0.facet != "existence" }.map(\.facet).sorted()
    }

    func presence(of part: ModelPart) -> ReferenceModel.Presence {
        let contents = Set(heads(part, "existence").map(\.content))
        if contents.count > 1 { return .disputed }
        switch contents.first {
        case .retracted:
            let isKept =
                part.kind == "AllergyIntolerance"
                && !uncovered(part).isEmpty
            return isKept ? .disputed : .retracted
        case .ended: return .ended
        default: return .present
        }
    }

    // MARK: - Values in display order

    /// The values of an element; equal ones are one.
    func siblings(of element: ModelElement) -> [Sibling] {
        var found: [Sibling] = []
        for head in heads[element] ?? [] {
            if let place = found.firstIndex(where: { $0.content == head.content }) {
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

    static func isLater(_ left: Statement, _ right: Statement) -> Bool {
        if left.time != right.time { return left.time > right.time }
        return (left.name.event, left.name.index) < (right.name.event, right.name.index)
    }

    private func isRanked(_ element: ModelElement) -> Bool {
        Self.ranks[element.part.kind + "/" + element.facet] != nil
            || element.facet == "criticality"
    }

    private func rank(_ content: Content, _ element: ModelElement) -> [String] {
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
    static let ranks: [String: [[String]]] = [
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
    static let endings: Set<String> = [
        "revoked", "completed", "stopped", "cancelled", "rejected", "not-taken",
    ]

    // MARK: - Classes

    /// Whether any head of a part has urgent content; of an allergy, high criticality.
    func isUrgent(_ part: ModelPart) -> Bool {
        facets(of: part).contains { facet in
            heads(part, facet).contains { head in
                guard let saying = head.content.saying else { return false }
                return saying.isProhibition || saying.isCriticalMedicine || saying.hasLargestDose
                    || saying.criticality == "high"
            }
        }
    }

    /// `merge.md` §3.2, for values that differ.
    func conflictClass(of element: ModelElement) -> Class {
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
