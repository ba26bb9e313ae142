public import CareRecord

/// A site's question whether another one holds a patient who is being treated now.
///
/// Texts are UTF-8 without control characters; lengths are in bytes. At least one identifier is
/// there, or family name, given name and date of birth together.
public struct Ask: Sendable, Hashable {
    /// Names the ask; the answer carries it.
    public var id: AskID
    /// Identifiers that the patient is known by, at most `SyncLimits.askIdentifiersMax`.
    public var identifiers: [Identifier]
    /// The family name, 1 to 200 bytes.
    public var family: String?
    /// The given names, 1 to 200 bytes.
    public var given: String?
    /// The date of birth, `YYYY-MM-DD`.
    public var birthDate: String?
    /// Why the record is wanted: a code of 1 to 32 letters A to Z and hyphens (HL7 PurposeOfUse).
    public var purpose: String
    /// Who wants it, 1 to 200 bytes; stands in both sites' audit logs.
    public var requester: String
    /// For what reason, in words, 1 to 500 bytes; stands in both sites' audit logs.
    public var reason: String

    /// Creates a message from its parts; an optional text is never empty.
    public init(
        id: AskID, identifiers: [Identifier], family: String?, given: String?, birthDate: String?,
        purpose: String, requester: String, reason: String
    ) {
        self.id = id
        self.identifiers = identifiers
        self.family = family
        self.given = given
        self.birthDate = birthDate
        self.purpose = purpose
        self.requester = requester
        self.reason = reason
    }

    /// Assigning authority and value.
    public struct Identifier: Sendable, Hashable {
        /// The assigning authority's system, at most 256 bytes; may be empty.
        public var system: String
        /// 1 to 256 bytes.
        public var value: String

        /// Creates an identifier from its parts.
        public init(system: String, value: String) {
            self.system = system
            self.value = value
        }
    }
}

/// What became of an ask.
public struct AskAnswer: Sendable, Hashable {
    /// The ask.
    public var id: AskID
    /// What its receiver decided.
    public var outcome: Outcome

    /// Creates a message from its parts.
    public init(id: AskID, outcome: Outcome) {
        self.id = id
        self.outcome = outcome
    }

    /// What the receiver of an ask decided.
    public enum Outcome: Sendable, Hashable {
        /// The patient's streams are granted and follow before all other streams that were granted.
        case granted(PatientID)
        /// One answer for absent, withheld, ambiguous and over budget.
        case nothing
    }
}
