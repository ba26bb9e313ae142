import CareRecord

/// What the streams of several resources have in common, gathered for one that goes with them.
struct Standing: Equatable {
    /// Whose records: none, one, or more than one.
    private(set) var homes: [HomeDraft] = []
    /// The most sensitive compartment so far; identity does not count.
    private(set) var compartment = CompartmentDecision.compartment(.general)

    /// Takes in a resource that belongs to a patient.
    mutating func join(_ home: HomeDraft, _ decision: CompartmentDecision) {
        if homes.count < 2, !homes.contains(home) { homes.append(home) }
        compartment = Self.narrower(compartment, decision)
    }

    /// Takes in what another resource has gathered.
    mutating func join(_ other: Standing) {
        for home in other.homes { join(home, other.compartment) }
    }

    /// The one home, if all are the same.
    var onlyHome: HomeDraft? { homes.count == 1 ? homes.first : nil }

    /// The more sensitive of two decisions. Patient-private is the most sensitive compartment; of
    /// two other special ones neither is, so a person decides.
    static func narrower(
        _ left: CompartmentDecision, _ right: CompartmentDecision
    ) -> CompartmentDecision {
        guard case .compartment(let first) = left, case .compartment(let second) = right else {
            return .privacyOfficer
        }
        if first == second || isWide(second) {
            return isWide(first) ? .compartment(.general) : left
        }
        if isWide(first) { return right }
        if first == .patientPrivate || second == .patientPrivate {
            return .compartment(.patientPrivate)
        }
        return .privacyOfficer
    }

    private static func isWide(_ compartment: Compartment) -> Bool {
        compartment == .identity || compartment == .general
    }
}
