public import StrictJSON

/// What a CarePlan says at a glance (FHIR R4 CarePlan). It is clinical content.
public struct CarePlanOutline: Sendable, Hashable {
    /// `title`.
    public let title: String?
    /// `status`.
    public let status: String?
    /// `intent`.
    public let intent: String?
    /// Text or display of each `category`, in document order.
    public let categories: [String]
    /// `period.start` as given.
    public let periodStart: String?
    /// `period.end` as given.
    public let periodEnd: String?
    /// The `goal` references as written.
    public let goals: [String]
    /// The activities, in document order.
    public let activities: [Activity]

    /// One `CarePlan.activity`: planned in the plan itself, or by a reference to its request.
    public struct Activity: Sendable, Hashable {
        /// `activity.id` as written.
        public let id: String?
        /// `activity.reference.reference` as written.
        public let reference: String?
        /// `detail.description`, else text or display of `detail.code`, else of the reference.
        public let description: String?
        /// `detail.status`.
        public let status: String?
        /// Whether `detail.doNotPerform` is true: the activity must not be done.
        public let isProhibited: Bool
    }

    /// Reads the CarePlan that the document is; `nil` if it is another resource.
    public static func read(_ document: JSONDocument) -> CarePlanOutline? {
        let plan = document.root
        guard let type = document.member("resourceType", of: plan),
            document.stringEquals(type, "CarePlan")
        else { return nil }
        return CarePlanOutline(
            title: document.text("title", of: plan), status: document.text("status", of: plan),
            intent: document.text("intent", of: plan),
            categories: document.objects("category", of: plan)
                .compactMap { document.label(of: $0) },
            periodStart: document.text(at: ["period", "start"], of: plan),
            periodEnd: document.text(at: ["period", "end"], of: plan),
            goals: document.objects("goal", of: plan)
                .compactMap { document.text("reference", of: $0) },
            activities: document.objects("activity", of: plan).map { activity($0, of: document) })
    }

    private static func activity(_ node: JSONNode, of document: JSONDocument) -> Activity {
        let detail = document.member("detail", of: node)
        let reference = document.member("reference", of: node)
        let described = detail.flatMap { detail in
            document.text("description", of: detail) ?? document.label("code", of: detail)
        }
        let isProhibited =
            detail.flatMap { document.member("doNotPerform", of: $0) }
            .flatMap { document.bool($0) } ?? false
        return Activity(
            id: document.text("id", of: node),
            reference: reference.flatMap { document.text("reference", of: $0) },
            description: described ?? reference.flatMap { document.text("display", of: $0) },
            status: detail.flatMap { document.text("status", of: $0) },
            isProhibited: isProhibited)
    }
}
