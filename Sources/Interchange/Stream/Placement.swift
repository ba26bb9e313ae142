/// An entry while its stream is being decided.
struct Placement {
    let type: String
    let references: [ReferenceDraft]
    /// Of a Provenance its targets, of a Binary its `securityContext`, of a Medication every
    /// reference: what the resource itself says that it goes with.
    var anchors: [ReferenceDraft] = []
    /// Binary entries that the resource's attachments name.
    var attachments: [Int] = []
    var home: HomeDraft
    var compartment: CompartmentDecision

    /// Whether the resource belongs to a patient.
    var isPatientBound: Bool {
        switch home {
        case .patientEntry, .patientReference, .alongside: true
        case .directory, .local: false
        }
    }

    /// Whether it goes with what refers to it.
    var followsReferrers: Bool { type == "Medication" || type == "Binary" }
}
