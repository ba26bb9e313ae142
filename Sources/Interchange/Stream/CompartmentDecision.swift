public import CareRecord

/// What security labels say of a resource's compartment.
public enum CompartmentDecision: Sendable, Hashable {
    /// This compartment.
    case compartment(Compartment)
    /// The compartment patient-private, and an item for the privacy officer: the labels name
    /// several compartments, restrict without saying why, or cannot be understood. A wrong guess
    /// would leak.
    case privacyOfficer
}
