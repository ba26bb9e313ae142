public import StrictJSON

/// Says which content goes first, in the urgent lane (`sync.md` §5).
///
/// It orders what is sent and decides nothing else: a wrong yes costs another stream a moment, a
/// wrong no lets a warning wait behind the rest. Withdrawals, asks and resolutions go first by what
/// they are and are not content.
public enum UrgentContent {
    /// Whether a whole resource is urgent content: an allergy in any standing, a request or
    /// medicine that is stopped, held or retracted, something that must not be done, an active
    /// flag, or an advance decision (`merge.md` §3.2 and §6), also one that ended or was retracted.
    ///
    /// Only codes and statuses are read, never text. Activities inside a plan, doses and medicines
    /// by name are left to the rules of merging, which know the elements. There is no common code
    /// for crisis plans; a plan counts by its status or as an advance decision.
    ///
    /// - Parameters:
    ///   - type: the resource's type.
    ///   - resource: the resource; nothing that is contained in it is looked at.
    public static func isUrgent(
        type: String, _ resource: JSONNode, in document: JSONDocument
    ) -> Bool {
        if type == "AllergyIntolerance" { return true }
        let status = document.member("status", of: resource)
        if let status, let urgent = urgentStatuses(of: type),
            urgent.contains(where: { document.stringEquals(status, $0) })
        {
            return true
        }
        let isProhibition = document.member("doNotPerform", of: resource)
            .flatMap { document.bool($0) }
        if isProhibition == true { return true }
        return AdvanceDecisions.isOne(type: type, resource, in: document)
    }

    /// Whether it is urgent content that a resource of the type is retracted without a value of its
    /// own, as by a DELETE: of the types whose status `entered-in-error` is urgent, and an allergy.
    public static func isUrgent(retractionOf type: String) -> Bool {
        if type == "AllergyIntolerance" { return true }
        return urgentStatuses(of: type)?.contains { $0.description == "entered-in-error" } ?? false
    }

    /// The values of `status` that make a resource urgent; `nil` if none does.
    ///
    /// Beside the codes of the type in R4 stand those that mean the same in its neighbours, since
    /// systems mix them up. What is completed ended as it was meant to, and is no stop.
    private static func urgentStatuses(of type: String) -> [StaticString]? {
        switch type {
        case "MedicationRequest", "MedicationStatement", "ServiceRequest", "NutritionOrder",
            "DeviceRequest", "CarePlan":
            ["stopped", "cancelled", "revoked", "on-hold", "not-taken", "entered-in-error"]
        case "Flag":
            ["active"]
        default:
            nil
        }
    }
}
