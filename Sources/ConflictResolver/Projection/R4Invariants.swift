import CareRecord

/// What of R4's invariants and cardinalities the facets do not keep by themselves.
///
/// Facets keep con-4, con-5 and ait-2 of sources that keep them: their members are one value. cpl-3
/// is kept where members are placed.
enum R4Invariants {
    /// Says of members of an object inside, as `detail`, that they have no value that holds: the
    /// object is there, though nothing else of it may be shown.
    static func stand(in draft: inout PartDraft, for facet: Facet, _ shape: EntityShape) {
        for member in R4Requirements.of(shape.entityType).members {
            guard let outer = member.path.outer, shape.facet(of: member.path) == facet,
                !draft.closed.contains(outer)
            else { continue }
            stand(in: &draft, for: member)
        }
    }

    /// Members that have to be there only beside others, by kind.
    static let conditional = [
        "AllergyIntolerance": "clinicalStatus", "Condition": "clinicalStatus",
        "Goal.target": "measure", "Patient.contact": "name",
    ]

    /// Says of members that must be there that they have no value, if they have none.
    static func settle(_ draft: inout PartDraft, kind: String) {
        for member in R4Requirements.of(kind).members {
            if let outer = member.path.outer, draft.opened[outer] == nil { continue }
            if !draft.has(member.path) { stand(in: &draft, for: member) }
        }
        switch kind {
        // ait-1.
        case "AllergyIntolerance": requireClinicalStatus(in: &draft)
        case "Condition":
            // con-3, which reads a category that another facet holds.
            if codes("category", in: draft).contains("problem-list-item") {
                requireClinicalStatus(in: &draft)
            }
        case "Goal.target":
            // gol-1: people do write a detail without what it measures.
            let (detail, measure) = (MemberPath("detail[x]"), MemberPath("measure"))
            if draft.has(detail), !draft.has(measure) { draft.set(measure, .absent) }
        case "Patient.contact":
            // pat-1.
            let details = ["name", "telecom", "address", "organization"]
            let hasNone = !details.contains { draft.has(MemberPath(outer: nil, name: $0)) }
            if hasNone { draft.set(MemberPath(outer: nil, name: "name"), .absent) }
        default: break
        }
    }

    private static func stand(in draft: inout PartDraft, for member: R4Requirements.Member) {
        let path = MemberPath(outer: member.path.outer, name: member.name)
        switch member.stand {
        case .unknown: draft.set(path, .text("unknown"))
        case .primitive:
            draft.set(MemberPath(outer: path.outer, name: "_" + path.name), .absent)
        case .object: draft.set(path, .absent)
        case .list: draft.set(path, .list([.absent]))
        }
    }

    private static func requireClinicalStatus(in draft: inout PartDraft) {
        let path = MemberPath(outer: nil, name: "clinicalStatus")
        guard !codes("verificationStatus", in: draft).contains("entered-in-error"),
            !draft.has(path)
        else { return }
        draft.set(path, .absent)
    }

    private static func codes(_ name: String, in draft: PartDraft) -> [String] {
        guard let value = draft.member(name) else { return [] }
        return WarningRule.codes(of: name, in: R4Value.object([R4Member(name, value)]).bytes)
    }
}

extension R4Requirements.Status {
    /// The value that says that it was entered in error.
    var enteredInError: R4Value {
        guard let system else { return .text("entered-in-error") }
        return .object([
            R4Member(
                "coding",
                .list([
                    .object([
                        R4Member("code", .text("entered-in-error")),
                        R4Member("system", .text(system)),
                    ])
                ]))
        ])
    }
}
