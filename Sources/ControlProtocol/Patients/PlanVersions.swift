/// Whose versions to list: the body of `ControlRoute.planHistory`.
public struct PlanHistoryRequest: Codable, Sendable, Hashable {
    /// The plan's id, or that of a patient who has one plan; a UUID.
    public var id: String
    /// Most versions to list, from 1 to `limitMax`.
    public var limit: Int

    /// How many versions are listed if nobody says.
    public static let limitDefault = 50
    /// The most versions that one answer lists.
    public static let limitMax = 1_000

    /// Describes the request.
    public init(id: String, limit: Int = limitDefault) {
        self.id = id
        self.limit = limit
    }

    /// Says what is wrong with it, as far as that can be known without the record.
    public func check() throws(ControlFailure) {
        guard (1...Self.limitMax).contains(limit) else {
            throw ControlFailure(
                code: .badRequest, message: "A limit is a number from 1 to \(Self.limitMax).",
                next: "Give another number with --limit.")
        }
    }
}

/// The newest versions of one plan: the answer of `ControlRoute.planHistory`.
public struct PlanHistory: Codable, Sendable, Hashable {
    /// The plan's id, as a UUID.
    public var id: String
    /// How many versions this site has; there are more than are listed if it is greater.
    public var total: Int
    /// The newest first.
    public var versions: [PlanVersion]

    /// Describes a history.
    public init(id: String, total: Int, versions: [PlanVersion]) {
        self.id = id
        self.total = total
        self.versions = versions
    }
}

/// One version of a plan: what came with one input of one site.
public struct PlanVersion: Codable, Sendable, Hashable {
    /// From 1, the oldest, in the order in which this site accepted them: another site may have
    /// others.
    public var number: Int
    /// `created`, `changed`, `restated`, `resolved`, `omitted`, `retracted` or `relocated`.
    public var kind: String
    /// Whether somebody has to decide something about the plan as this version left it.
    public var isDisputed: Bool
    /// When this site accepted it, in milliseconds since 1970 UTC.
    public var acceptedMilliseconds: Int64
    /// Who wrote it, the latest first.
    public var authors: [ConflictAuthor]
    /// The parts that say something else than in the version before, in the order of the plan.
    public var changedParts: [PlanPart]

    /// Describes a version.
    public init(
        number: Int, kind: String, isDisputed: Bool = false, acceptedMilliseconds: Int64,
        authors: [ConflictAuthor], changedParts: [PlanPart]
    ) {
        self.number = number
        self.kind = kind
        self.isDisputed = isDisputed
        self.acceptedMilliseconds = acceptedMilliseconds
        self.authors = authors
        self.changedParts = changedParts
    }
}

/// A part of a plan that is edited by itself, without what it says.
public struct PlanPart: Codable, Sendable, Hashable {
    /// The kind of entity and its facet.
    public var element: String
    /// The id of the entity inside the plan, as a UUID; absent for the plan itself.
    public var part: String?
    /// Whether somebody has to decide what of it holds.
    public var isDisputed: Bool

    /// Names a part.
    public init(element: String, part: String? = nil, isDisputed: Bool = false) {
        self.element = element
        self.part = part
        self.isDisputed = isDisputed
    }
}

/// Which versions to compare: the body of `ControlRoute.planDifference`.
public struct PlanDifferenceRequest: Codable, Sendable, Hashable {
    /// The plan's id, or that of a patient who has one plan; a UUID.
    public var id: String
    /// The number of the earlier version; absent: the one before the later.
    public var from: Int?
    /// The number of the later version; absent: the present one.
    public var to: Int?

    /// Describes the request.
    public init(id: String, from: Int? = nil, to: Int? = nil) {
        self.id = id
        self.from = from
        self.to = to
    }
}

/// Where two versions of a plan differ: the answer of `ControlRoute.planDifference`. It is clinical
/// content.
public struct PlanDifference: Codable, Sendable, Hashable {
    /// The plan's id, as a UUID.
    public var id: String
    /// The earlier version.
    public var from: PlanVersion
    /// The later version.
    public var to: PlanVersion
    /// The parts that differ, in the order of the plan.
    public var parts: [PlanPartDifference]

    /// Describes a difference.
    public init(id: String, from: PlanVersion, to: PlanVersion, parts: [PlanPartDifference]) {
        self.id = id
        self.from = from
        self.to = to
        self.parts = parts
    }
}

/// One part of a plan in two versions; it is there in one of them at least.
public struct PlanPartDifference: Codable, Sendable, Hashable {
    /// The kind of entity and its facet.
    public var element: String
    /// The id of the entity inside the plan, as a UUID; absent for the plan itself.
    public var part: String?
    /// As the earlier version shows it; absent if there was nothing of it.
    public var before: PlanElement?
    /// As the later version shows it; absent if there is nothing of it.
    public var after: PlanElement?

    /// Describes a part.
    public init(
        element: String, part: String? = nil, before: PlanElement? = nil,
        after: PlanElement? = nil
    ) {
        self.element = element
        self.part = part
        self.before = before
        self.after = after
    }
}
