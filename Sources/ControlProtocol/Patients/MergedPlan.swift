/// Which plans to show: the body of `ControlRoute.showPlan`.
public struct PlanReference: Codable, Sendable, Hashable {
    /// A patient's id, for all plans of the patient, or one plan's id; a UUID.
    public var id: String

    /// Names a patient or a plan.
    public init(id: String) {
        self.id = id
    }
}

/// A care plan as everything that sites wrote leaves it: an item of the answer of
/// `ControlRoute.showPlan`. It is clinical content.
public struct MergedPlan: Codable, Sendable, Hashable {
    /// The plan's id, as a UUID.
    public var id: String
    /// The plan's title; absent if it is disputed.
    public var title: String?
    /// The plan's status; `unknown` if it is disputed.
    public var status: String?
    /// Texts of its categories.
    public var categories: [String]
    /// When it holds.
    public var period: PlanPeriod?
    /// Its activities, in the order of the resource.
    public var activities: [PlanActivity]
    /// Texts of its goals, in the order of the resource.
    public var goals: [String]
    /// Ids of the conflicts that somebody must decide, the most urgent first.
    public var conflicts: [String]
    /// Every value with who wrote it.
    public var elements: [PlanElement]
    /// The plan as FHIR R4 JSON: the same bytes at every site that holds the same changes.
    public var resource: String

    /// Describes a plan.
    public init(
        id: String, title: String? = nil, status: String? = nil, categories: [String],
        period: PlanPeriod? = nil, activities: [PlanActivity], goals: [String],
        conflicts: [String], elements: [PlanElement], resource: String
    ) {
        self.id = id
        self.title = title
        self.status = status
        self.categories = categories
        self.period = period
        self.activities = activities
        self.goals = goals
        self.conflicts = conflicts
        self.elements = elements
        self.resource = resource
    }
}

/// One element of a plan: a part that is edited by itself.
public struct PlanElement: Codable, Sendable, Hashable {
    /// The kind of entity and its facet.
    public var element: String
    /// The id of the entity inside the plan, as a UUID; absent for the plan itself.
    public var part: String?
    /// `ended`, `entered-in-error` or `disputed` if the entity is not simply there.
    public var state: String?
    /// `U`, `H` or `F` (`merge.md` §3) if sites wrote different values; absent if there is one.
    public var conflictClass: String?
    /// Its values in display order; of class `U` and `H` none of them holds before somebody decides.
    public var values: [ConflictValue]

    /// Describes an element.
    public init(
        element: String, part: String? = nil, state: String? = nil,
        conflictClass: String? = nil, values: [ConflictValue]
    ) {
        self.element = element
        self.part = part
        self.state = state
        self.conflictClass = conflictClass
        self.values = values
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
    /// Whether somebody has to decide something about it: nothing of it is to be acted on plainly.
    public var isDisputed: Bool

    /// Describes an activity.
    public init(description: String, status: String? = nil, isDisputed: Bool = false) {
        self.description = description
        self.status = status
        self.isDisputed = isDisputed
    }
}
