/// Whose streams a sharing agreement covers.
public enum ShareScope: String, Codable, Sendable, Hashable, CaseIterable {
    /// Patients who are registered with this site.
    case registered
    /// Every patient that this site holds.
    case all
    /// Patients to whom the peer has a care relationship.
    case relationship
    /// Patients for whom the peer asks in an emergency, for 72 hours each.
    case onRequest = "on-request"
    /// The patients that the administrator lists.
    case list
}

/// What a peer is to do with what it holds when an agreement is withdrawn.
public enum ShareWithdrawalMode: String, Codable, Sendable, Hashable, CaseIterable {
    /// Keep it where nobody can read it.
    case seal
    /// Destroy it.
    case erase
}
