extension EventRefusal {
    /// The name that `sync-v1.md` gives it; counts and logs show it.
    public var name: String {
        switch self {
        case .other: "other"
        case .badEnvelope: "badEnvelope"
        case .notAnnounced: "notAnnounced"
        case .notForwardable: "notForwardable"
        }
    }
}
