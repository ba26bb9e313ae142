/// Which conflicts to list: the body of `ControlRoute.listConflicts`.
public struct ConflictFilter: Codable, Sendable, Hashable {
    /// The one patient whose conflicts to list, a UUID; absent: everybody's.
    public var patient: String?
    /// Whether what only deserves a look is listed too: class F.
    public var includesReview: Bool

    /// Describes a choice.
    public init(patient: String? = nil, includesReview: Bool = false) {
        self.patient = patient
        self.includesReview = includesReview
    }
}

/// Names an open conflict: the body of `ControlRoute.showConflict`.
public struct ConflictReference: Codable, Sendable, Hashable {
    /// The conflict's id, as a UUID.
    public var conflict: String

    /// Names a conflict.
    public init(conflict: String) {
        self.conflict = conflict
    }
}

/// An open conflict without its values: an item of the answer of `ControlRoute.listConflicts`.
public struct ConflictItem: Codable, Sendable, Hashable {
    /// A UUID, the same at every site that holds the same changes; another once something joins.
    public var id: String
    /// `U`, `H` or `F` (`merge.md` §3).
    public var conflictClass: String
    /// What met, by a name such as `siblings` or `disputed-stop`.
    public var kind: String
    /// The resource's type.
    public var resourceType: String
    /// The resource's id, as a UUID.
    public var resource: String
    /// The patient's id, as a UUID; absent for a resource of no patient.
    public var patient: String?
    /// What of the resource: the kind of entity and its facet.
    public var element: String
    /// The id of the entity inside the resource that it is about, as a UUID; absent for the
    /// resource itself.
    public var part: String?
    /// Names of the sites that wrote what met, ascending.
    public var sites: [String]
    /// When this node first had all of it, in milliseconds since 1970 UTC.
    public var sinceMilliseconds: Int64
    /// When it should be resolved, in milliseconds since 1970 UTC.
    public var dueMilliseconds: Int64
    /// Who may resolve it.
    public var mayResolve: String
    /// The roles in which somebody may, by their codes, ascending.
    public var roles: [String]

    /// Describes a conflict.
    public init(
        id: String, conflictClass: String, kind: String, resourceType: String, resource: String,
        patient: String? = nil, element: String, part: String? = nil, sites: [String],
        sinceMilliseconds: Int64, dueMilliseconds: Int64, mayResolve: String, roles: [String]
    ) {
        self.id = id
        self.conflictClass = conflictClass
        self.kind = kind
        self.resourceType = resourceType
        self.resource = resource
        self.patient = patient
        self.element = element
        self.part = part
        self.sites = sites
        self.sinceMilliseconds = sinceMilliseconds
        self.dueMilliseconds = dueMilliseconds
        self.mayResolve = mayResolve
        self.roles = roles
    }
}

/// An open conflict with everything that met: the answer of `ControlRoute.showConflict`.
public struct ConflictDetail: Codable, Sendable, Hashable {
    /// The conflict.
    public var item: ConflictItem
    /// What met, in display order.
    public var values: [ConflictValue]
    /// What else a decision is taken in sight of: what would end with it, or the ending of what holds it.
    public var inSight: [ConflictValue]
    /// What may be decided.
    public var choices: [ConflictChoice]
    /// Whether another value can be written instead.
    public var takesValue: Bool

    /// Describes a conflict.
    public init(
        item: ConflictItem, values: [ConflictValue], inSight: [ConflictValue] = [],
        choices: [ConflictChoice], takesValue: Bool
    ) {
        self.item = item
        self.values = values
        self.inSight = inSight
        self.choices = choices
        self.takesValue = takesValue
    }
}

/// One of the values that met. It is clinical content.
public struct ConflictValue: Codable, Sendable, Hashable {
    /// The kind of entity and its facet.
    public var element: String
    /// The id of the entity inside the resource, as a UUID; absent for the resource itself.
    public var part: String?
    /// The facet's members as JSON; or words where there is no value to show.
    public var text: String
    /// Who wrote it, the latest first.
    public var authors: [ConflictAuthor]

    /// Describes a value.
    public init(
        element: String, part: String? = nil, text: String, authors: [ConflictAuthor]
    ) {
        self.element = element
        self.part = part
        self.text = text
        self.authors = authors
    }
}

/// Who wrote a value, where and when.
public struct ConflictAuthor: Codable, Sendable, Hashable {
    /// Name of the site.
    public var site: String
    /// The system that it came from there.
    public var sourceSystem: String
    /// The person or machine account, an opaque id of that site.
    public var practitioner: String
    /// In what capacity.
    public var role: String
    /// When it was recorded there, in milliseconds since 1970 UTC.
    public var recordedMilliseconds: Int64
    /// Why, as they wrote it with a decision. It is clinical content.
    public var reason: String?
    /// Types of what the same event changed besides.
    public var together: [String]

    /// Describes an author.
    public init(
        site: String, sourceSystem: String, practitioner: String, role: String,
        recordedMilliseconds: Int64, reason: String? = nil, together: [String]
    ) {
        self.site = site
        self.sourceSystem = sourceSystem
        self.practitioner = practitioner
        self.role = role
        self.recordedMilliseconds = recordedMilliseconds
        self.reason = reason
        self.together = together
    }
}
