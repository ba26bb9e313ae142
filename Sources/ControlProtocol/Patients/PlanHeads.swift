/// Which plans to show: the body of `ControlRoute.showPlan`.
public struct PlanReference: Codable, Sendable, Hashable {
    /// A patient's id, for all plans of the patient, or one plan's id; a UUID.
    public var id: String

    /// Names a patient or a plan.
    public init(id: String) {
        self.id = id
    }
}

/// A care plan as the sites wrote it: every head, side by side.
public struct PlanHeads: Codable, Sendable, Hashable {
    /// The plan's id, as a UUID.
    public var id: String
    /// The values that no later change supersedes; the latest recorded first.
    public var heads: [PlanHead]
    /// Whether the heads are merged into one view; false as long as nothing merges them.
    public var isMerged: Bool

    /// Describes a plan.
    public init(id: String, heads: [PlanHead], isMerged: Bool = false) {
        self.id = id
        self.heads = heads
        self.isMerged = isMerged
    }
}

/// One head of a care plan.
public struct PlanHead: Codable, Sendable, Hashable {
    /// The plan's title.
    public var title: String?
    /// The plan's status.
    public var status: String?
    /// Texts of its categories.
    public var categories: [String]
    /// When it holds.
    public var period: PlanPeriod?
    /// Its activities, in the order of the resource.
    public var activities: [PlanActivity]
    /// Texts of its goals, in the order of the resource.
    public var goals: [String]
    /// Name of the author's site.
    public var authorSite: String
    /// When it was recorded, in milliseconds since 1970 UTC.
    public var recordedMilliseconds: Int64

    /// Describes a head.
    public init(
        title: String? = nil, status: String? = nil, categories: [String],
        period: PlanPeriod? = nil, activities: [PlanActivity], goals: [String],
        authorSite: String, recordedMilliseconds: Int64
    ) {
        self.title = title
        self.status = status
        self.categories = categories
        self.period = period
        self.activities = activities
        self.goals = goals
        self.authorSite = authorSite
        self.recordedMilliseconds = recordedMilliseconds
    }
}

/// A time span in FHIR's form; a missing end is open.
public struct PlanPeriod: Codable, Sendable, Hashable {
    /// The first moment.
    public var start: String?
    /// The last moment.
    public var end: String?

    /// Describes a span.
    public init(start: String? = nil, end: String? = nil) {
        self.start = start
        self.end = end
    }
}

/// One activity of a plan.
public struct PlanActivity: Codable, Sendable, Hashable {
    /// What is to be done.
    public var description: String
    /// The activity's status.
    public var status: String?

    /// Describes an activity.
    public init(description: String, status: String? = nil) {
        self.description = description
        self.status = status
    }
}
