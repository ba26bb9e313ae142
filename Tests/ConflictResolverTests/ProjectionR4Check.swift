@testable import ConflictResolver

/// What R4 asks of a resource, written down a second time and looked at from outside.
enum R4Check {
    /// Required members by type: `name`, or `name*` for a choice.
    private static let required: [String: [String]] = [
        "CarePlan": ["status", "intent", "subject"],
        "Goal": ["lifecycleStatus", "description", "subject"],
        "MedicationRequest": ["status", "intent", "medication*", "subject"],
        "MedicationStatement": ["status", "medication*", "subject"],
        "AllergyIntolerance": ["patient"], "Condition": ["subject"],
        "Flag": ["status", "code", "subject"], "Observation": ["status", "code"],
        "Consent": ["status", "scope", "category"],
        "ServiceRequest": ["status", "intent", "subject"],
        "Immunization": ["status", "vaccineCode", "patient", "occurrence*"],
    ]

    static func problem(_ tree: ProjectionTree) -> String? {
        let type = tree["resourceType"]?.string ?? ""
        for name in required[type] ?? [] where !has(tree, name) { return "\(type) without \(name)" }
        if isEmpty(tree) { return "an empty object" }
        return switch type {
        case "CarePlan": first(tree["activity"], carePlan)
        case "Goal": first(tree["target"], goal)
        case "AllergyIntolerance": allergy(tree)
        case "Condition": condition(tree)
        case "Patient": first(tree["contact"], contact) ?? first(tree["communication"], language)
        default: nil
        }
    }

    private static func first(
        _ list: ProjectionTree?, _ check: (ProjectionTree) -> String?
    ) -> String? {
        (list?.items ?? []).lazy.compactMap(check).first
    }

    private static func has(_ tree: ProjectionTree, _ name: String) -> Bool {
        guard name.hasSuffix("*") else { return tree[name] != nil || tree["_" + name] != nil }
        return tree.members.keys.contains {
            $0.hasPrefix(name.dropLast()) || $0.hasPrefix("_" + name.dropLast())
        }
    }

    /// ele-1: an object has a value or members beside its id; what stands beside a primitive need
    /// not.
    private static func isEmpty(_ tree: ProjectionTree) -> Bool {
        switch tree {
        case .object(let members):
            tree.without("id").members.isEmpty
                || members.contains { !$0.key.hasPrefix("_") && isEmpty($0.value) }
        case .list(let items): items.isEmpty || items.contains(where: isEmpty)
        default: false
        }
    }

    private static func carePlan(_ activity: ProjectionTree) -> String? {
        if activity["reference"] != nil, activity["detail"] != nil { return "cpl-3" }
        guard let detail = activity["detail"] else { return nil }
        return has(detail, "status") ? nil : "detail without status"
    }

    private static func goal(_ target: ProjectionTree) -> String? {
        has(target, "detail*") && target["measure"] == nil ? "gol-1" : nil
    }

    private static func contact(_ contact: ProjectionTree) -> String? {
        let details = ["name", "telecom", "address", "organization"]
        return details.contains { contact[$0] != nil } ? nil : "pat-1"
    }

    private static func language(_ need: ProjectionTree) -> String? {
        need["language"] == nil ? "communication without language" : nil
    }

    private static func codes(_ tree: ProjectionTree, _ member: String) -> [String] {
        let concepts = tree[member].map { $0.items.isEmpty ? [$0] : $0.items } ?? []
        return concepts.flatMap { $0["coding"]?.items ?? [] }.compactMap { $0["code"]?.string }
    }

    private static func allergy(_ tree: ProjectionTree) -> String? {
        let isError = codes(tree, "verificationStatus").contains("entered-in-error")
        if !isError, tree["clinicalStatus"] == nil { return "ait-1" }
        if isError, tree["clinicalStatus"] != nil { return "ait-2" }
        return first(tree["reaction"]) { $0["manifestation"] == nil ? "manifestation" : nil }
    }

    private static func condition(_ tree: ProjectionTree) -> String? {
        let isError = codes(tree, "verificationStatus").contains("entered-in-error")
        let clinical = codes(tree, "clinicalStatus")
        if codes(tree, "category").contains("problem-list-item"), !isError,
            tree["clinicalStatus"] == nil
        {
            return "con-3"
        }
        if has(tree, "abatement*"),
            Set(clinical).isDisjoint(with: ["resolved", "remission", "inactive"])
        {
            return "con-4"
        }
        return isError && tree["clinicalStatus"] != nil ? "con-5" : nil
    }
}
