/// An emergency request to a peer for a patient: the body of `ControlRoute.ask`.
///
/// It names at least one identifier, or family name, given name and birth date.
public struct AskRequest: Codable, Sendable, Hashable {
    /// Most identifiers in one request.
    public static let identifiersMax = 8

    /// The peer to ask.
    public var peer: String
    /// Identifiers of the patient, each `system|value`; at most `identifiersMax`.
    public var identifiers: [String]
    /// The family name.
    public var family: String?
    /// The given name.
    public var given: String?
    /// The birth date, `YYYY-MM-DD`.
    public var birthDate: String?
    /// Purpose of use, as an HL7 v3 code such as ETREAT.
    public var purpose: String
    /// Who asks, for both sites' logs; 1 to 200 bytes.
    public var requester: String
    /// Why, for both sites' logs; 1 to 500 bytes.
    public var reason: String

    /// Describes the request.
    public init(
        peer: String, identifiers: [String] = [], family: String? = nil, given: String? = nil,
        birthDate: String? = nil, purpose: String, requester: String, reason: String
    ) {
        self.peer = peer
        self.identifiers = identifiers
        self.family = family
        self.given = given
        self.birthDate = birthDate
        self.purpose = purpose
        self.requester = requester
        self.reason = reason
    }
}

/// What a peer answered to an ask.
public struct AskReceipt: Codable, Sendable, Hashable {
    /// The answer.
    public var outcome: Outcome
    /// The patient whose streams are on their way, as a UUID, if they were granted.
    public var patient: String?
    /// When the grant lapses, in milliseconds since 1970 UTC.
    public var untilMilliseconds: Int64?

    /// Describes the answer.
    public init(outcome: Outcome, patient: String? = nil, untilMilliseconds: Int64? = nil) {
        self.outcome = outcome
        self.patient = patient
        self.untilMilliseconds = untilMilliseconds
    }

    /// The answers of a holder.
    public enum Outcome: String, Codable, Sendable, Hashable, CaseIterable {
        /// The patient's streams are granted, and are sent first of all.
        case granted
        /// Nothing: the patient is not held there, not to be given, or not clear. The holder does
        /// not say which.
        case nothing
    }
}
