/// Asks why a peer does or does not receive a patient: the body of `ControlRoute.explainShare`.
public struct ShareQuestion: Codable, Sendable, Hashable {
    /// The peer's name.
    public var peer: String
    /// The patient's id, as a UUID.
    public var patient: String

    /// Asks the question.
    public init(peer: String, patient: String) {
        self.peer = peer
        self.patient = patient
    }
}

/// Why a peer does or does not receive a patient's streams.
public struct ShareExplanation: Codable, Sendable, Hashable {
    /// The peer's name.
    public var peer: String
    /// The patient's id, as a UUID.
    public var patient: String
    /// Every compartment that this node knows, in the glossary's order.
    public var compartments: [CompartmentExplanation]

    /// Describes the explanation.
    public init(peer: String, patient: String, compartments: [CompartmentExplanation]) {
        self.peer = peer
        self.patient = patient
        self.compartments = compartments
    }
}

/// Why a peer does or does not receive one stream.
public struct CompartmentExplanation: Codable, Sendable, Hashable {
    /// The compartment's name.
    public var compartment: String
    /// Whether this node holds the stream.
    public var isHeldHere: Bool
    /// Whether the peer gets it.
    public var isShared: Bool
    /// The decision, as a stable name in lower case with hyphens.
    public var code: String
    /// The decision in one sentence; never content of a record.
    public var text: String
    /// What entitles the peer, if something does, such as a kind of care relationship.
    public var basis: String?
    /// Number of the agreement that decides.
    public var agreement: Int?
    /// When the entitlement lapses, in milliseconds since 1970 UTC; absent if it does not.
    public var untilMilliseconds: Int64?
    /// Events of the stream that are held here.
    public var events: Int
    /// Of these, those that the peer is known to hold.
    public var acknowledgedEvents: Int
    /// Whether the peer announced that this node gets the stream from it.
    public var isAnnouncedByPeer: Bool

    /// Describes the decision.
    public init(
        compartment: String, isHeldHere: Bool, isShared: Bool, code: String, text: String,
        basis: String? = nil, agreement: Int? = nil, untilMilliseconds: Int64? = nil, events: Int,
        acknowledgedEvents: Int, isAnnouncedByPeer: Bool
    ) {
        self.compartment = compartment
        self.isHeldHere = isHeldHere
        self.isShared = isShared
        self.code = code
        self.text = text
        self.basis = basis
        self.agreement = agreement
        self.untilMilliseconds = untilMilliseconds
        self.events = events
        self.acknowledgedEvents = acknowledgedEvents
        self.isAnnouncedByPeer = isAnnouncedByPeer
    }
}
