public import CareRecord

/// One event as the model knows it: its header, and what its values say of care.
public struct ModelEvent: Sendable {
    /// What it says.
    public let header: EventHeader
    /// Its id.
    public let id: EventID
    /// Of each change, what its value claims.
    public let claims: [[CareClaim]]

    /// Takes an event whose resources, and what is in them, claim what is given for them; by default nothing.
    public init(_ header: EventHeader, id: EventID, claims: [EntityID: [CareClaim]] = [:]) {
        self.header = header
        self.id = id
        // Who leaves something out claims nothing of it.
        self.claims = header.changes.map { change in
            change.operation == .omit ? [] : claims[change.element.resource] ?? []
        }
    }

    /// Whether the event may not be accepted before another: that one is an earlier event of its
    /// writer, or it builds on it.
    public func waits(for other: ModelEvent) -> Bool {
        let dot = other.header.dot
        guard other.header.stream == header.stream else { return false }
        if dot.replica == header.dot.replica { return dot.counter < header.dot.counter }
        return header.dependencies.contains {
            $0.dot.replica == dot.replica && $0.dot.counter >= dot.counter
        }
    }
}

/// That an organisation cares for a patient.
public struct CareClaim: Sendable, Hashable {
    /// How records name the organisation.
    public var organisation: String
    /// The first millisecond since 1970 UTC at which it no longer counts; `nil` for never.
    public var until: Int64?

    /// Makes a claim.
    public init(organisation: String, until: Int64?) {
        self.organisation = organisation
        self.until = until
    }
}

/// What the model says of one event of a delivery.
public enum ModelOutcome: Sendable, Hashable {
    /// It is held now, or proves a fork.
    case accepted
    /// It was held.
    case duplicate
    /// It waits for another event.
    case pendingEvent
    /// It waits for its author's card.
    case pendingCard
}
