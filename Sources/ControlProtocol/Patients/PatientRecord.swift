/// Names one patient: the body of `ControlRoute.showPatient`.
public struct PatientReference: Codable, Sendable, Hashable {
    /// The patient's id, as a UUID.
    public var id: String

    /// Names a patient.
    public init(id: String) {
        self.id = id
    }
}

/// What this node holds of one patient.
public struct PatientRecord: Codable, Sendable, Hashable {
    /// Who the patient is.
    public var match: PatientMatch
    /// The compartments held, in the glossary's order.
    public var compartments: [CompartmentSummary]
    /// Names of the sites whose events are part of it, sorted.
    public var heldFrom: [String]

    /// Describes a record.
    public init(match: PatientMatch, compartments: [CompartmentSummary], heldFrom: [String]) {
        self.match = match
        self.compartments = compartments
        self.heldFrom = heldFrom
    }
}

/// What one compartment holds.
public struct CompartmentSummary: Codable, Sendable, Hashable {
    /// The compartment's name.
    public var name: String
    /// Counts of its resources, sorted by type.
    public var resourcesByType: [ResourceCount]

    /// Describes a compartment.
    public init(name: String, resourcesByType: [ResourceCount]) {
        self.name = name
        self.resourcesByType = resourcesByType
    }
}

/// How many resources there are of one type.
public struct ResourceCount: Codable, Sendable, Hashable {
    /// FHIR's resource type.
    public var type: String
    /// The number, at least 1.
    public var count: Int

    /// Describes a count.
    public init(type: String, count: Int) {
        self.type = type
        self.count = count
    }
}
