import CareRecord
import StrictJSON

/// Which resources warn, and which of several values warns most (`merge.md` §10): a warning is
/// never withheld, since a reader would take its absence for an answer.
enum WarningRule {
    /// Allergies, and flags unless they are of a kind that warns of nothing.
    static func isWarning(_ view: ResourceView) -> Bool {
        switch view.root.part.kind {
        case "AllergyIntolerance": return true
        case "Flag":
            let siblings = view.root.element(Facet("body"))?.siblings ?? []
            let categories = siblings.map { sibling in
                sibling.content.value.map { codes(of: "category", in: $0) } ?? []
            }
            // An advance decision is never shown plainly while its heads differ (S6).
            if siblings.contains(where: isAdvanceDecision) { return false }
            if categories.contains(where: { $0.contains("advance-directive") }) { return false }
            return categories.isEmpty
                || categories.contains { codes in
                    codes.isEmpty || !codes.allSatisfy(quietCategories.contains)
                }
        default: return false
        }
    }

    private static func isAdvanceDecision(_ sibling: ElementView.Sibling) -> Bool {
        guard let value = sibling.content.value, let document = JSONDocument.reading(value) else {
            return false
        }
        return AdvanceDecisions.isOne(type: "Flag", document.root, in: document)
    }

    /// The value of a warning that stands: the first in display order that warns of something, else
    /// the first that can be read; `nil` if none can.
    static func mostWarning(_ siblings: [ElementView.Sibling]) -> [UInt8]? {
        let readable = siblings.compactMap(\.content.value).filter { value in
            WrittenObject(value).map { !$0.members.isEmpty } ?? false
        }
        return readable.first { value in
            codes(of: "verificationStatus", in: value).allSatisfy { !refuting.contains($0) }
                && codes(of: "code", in: value).allSatisfy { !noneKnown.contains($0) }
        } ?? readable.first
    }

    /// The codes of one or several concepts.
    static func codes(of member: String, in value: [UInt8]) -> [String] {
        guard let document = JSONDocument.reading(value),
            let node = document.member(named: member, of: document.root)
        else { return [] }
        let concepts = node.kind == .array ? Array(document.items(of: node)) : [node]
        return concepts.flatMap { concept -> [String] in
            guard let codings = document.member("coding", of: concept) else { return [] }
            return document.items(of: codings).compactMap { coding in
                document.member("code", of: coding).flatMap { document.string($0) }
            }
        }
    }

    /// HL7's *flag-category*: what is about the running of care and not about a danger.
    private static let quietCategories: Set<String> = [
        "admin", "advance-directive", "contact", "diet", "lab", "research",
    ]

    private static let refuting: Set<String> = ["refuted", "entered-in-error"]

    /// SNOMED CT: no known allergy, drug allergy, food allergy, environmental allergy, insect
    /// allergy, latex allergy. Such a statement contradicts a warning and is shown below it.
    private static let noneKnown: Set<String> = [
        "716186003", "409137002", "429625007", "428607008", "428197003", "1003774007",
    ]
}
