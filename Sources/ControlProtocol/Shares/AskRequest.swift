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

    /// Checks the form of what was typed.
    ///
    /// - Throws: `.badRequest`, which repeats nothing of it.
    public func check() throws(ControlFailure) {
        guard identifiers.count <= Self.identifiersMax else {
            throw .badRequest("There are more than 8 identifiers.", "Name the surest ones.")
        }
        guard identifiers.allSatisfy({ PatientIdentifier(text: $0) != nil }) else {
            throw .identifierIsMalformed
        }
        let names = [family, given].compactMap { $0 }
        guard names.allSatisfy({ RequestText.isLine($0, bytesMax: 200) }) else {
            throw .badRequest("A name is empty or too long.", "Write at most 200 bytes.")
        }
        guard birthDate.map(RequestText.isDay) ?? true else {
            throw .badRequest("The birth date is not a day.", "Write it as 1970-01-31.")
        }
        guard !identifiers.isEmpty || (names.count == 2 && birthDate != nil) else {
            throw .badRequest(
                "Nothing says which patient.",
                "Name an identifier, or family name, given name and birth date.")
        }
        guard RequestText.isCode(purpose) else { throw .purposeIsNoCode }
        guard RequestText.isLine(requester, bytesMax: 200) else {
            throw .badRequest(
                "The requester is empty or too long.", "Write who asks in at most 200 bytes.")
        }
        guard RequestText.isLine(reason, bytesMax: 500) else { throw .reasonIsMissing }
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
