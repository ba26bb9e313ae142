/// Whose timeline: the body of `ControlRoute.patientTimeline`.
public struct TimelineRequest: Codable, Sendable, Hashable {
    /// The patient's id, as a UUID.
    public var id: String
    /// Most entries to return; nil for all.
    public var limit: Int?

    /// Describes the request.
    public init(id: String, limit: Int? = nil) {
        self.id = id
        self.limit = limit
    }
}

/// One resource of a patient, at its place in time.
public struct TimelineEntry: Codable, Sendable, Hashable {
    /// When it happened in the patient's life, in FHIR's form; absent if the resource does not say.
    public var date: String?
    /// FHIR's resource type.
    public var type: String
    /// The resource's id, as a UUID.
    public var id: String
    /// What it is about, such as a code's text.
    public var display: String?
    /// The resource's own status.
    public var status: String?
    /// Name of the author's site.
    public var site: String
    /// When its present value was recorded, in milliseconds since 1970 UTC.
    public var recordedMilliseconds: Int64
    /// Name of the compartment that holds it.
    public var compartment: String
    /// Whether sites wrote what somebody has to decide: nothing of it is to be acted on plainly.
    public var isDisputed: Bool

    /// Describes an entry.
    public init(
        date: String? = nil, type: String, id: String, display: String? = nil,
        status: String? = nil, site: String, recordedMilliseconds: Int64, compartment: String,
        isDisputed: Bool = false
    ) {
        self.date = date
        self.type = type
        self.id = id
        self.display = display
        self.status = status
        self.site = site
        self.recordedMilliseconds = recordedMilliseconds
        self.compartment = compartment
        self.isDisputed = isDisputed
    }
}
