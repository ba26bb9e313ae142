/// An agreement to make: the body of `ControlRoute.grantShare`.
public struct ShareGrant: Codable, Sendable, Hashable {
    /// The peer's name.
    public var peer: String
    /// Names of the compartments.
    public var compartments: [String]
    /// Whose streams are to be shared.
    public var scope: ShareScope
    /// Purpose of use, as an HL7 v3 code such as TREAT.
    public var purpose: String
    /// Whether evidence of a care relationship that the peer wrote itself is to count, for
    /// `identity` and `general` only.
    public var isAttested: Bool
    /// What the peer is to do when the agreement is withdrawn.
    public var onWithdrawal: ShareWithdrawalMode
    /// For the scope `list`: the patients' ids, as UUIDs.
    public var patients: [String]
    /// For the scope `relationship`: identifiers by which records name the peer, each
    /// `system|value`.
    public var organisations: [String]

    /// Describes the agreement.
    public init(
        peer: String, compartments: [String], scope: ShareScope, purpose: String,
        isAttested: Bool = false, onWithdrawal: ShareWithdrawalMode = .seal,
        patients: [String] = [], organisations: [String] = []
    ) {
        self.peer = peer
        self.compartments = compartments
        self.scope = scope
        self.purpose = purpose
        self.isAttested = isAttested
        self.onWithdrawal = onWithdrawal
        self.patients = patients
        self.organisations = organisations
    }

    /// Checks the form of what was typed. Whether the peer, compartments and patients exist, the node
    /// knows.
    ///
    /// - Throws: `.badRequest`, which repeats nothing of it.
    public func check() throws(ControlFailure) {
        guard !compartments.isEmpty else {
            throw .badRequest("No compartment is named.", "Name at least one, such as general.")
        }
        guard RequestText.isCode(purpose) else { throw .purposeIsNoCode }
        guard organisations.allSatisfy({ PatientIdentifier(text: $0) != nil }) else {
            throw .identifierIsMalformed
        }
        guard patients.isEmpty == (scope != .list) else {
            throw .badRequest(
                "Patients go with the scope list, and with no other.",
                "Name them for a list; leave them out otherwise.")
        }
        guard organisations.isEmpty || scope == .relationship else {
            throw .badRequest(
                "Identifiers of organisations go with the scope relationship only.",
                "Leave them out.")
        }
    }
}

/// What a grant began: its streams are decided by a job, which `ShareSummary.job` follows.
public struct ShareReceipt: Codable, Sendable, Hashable {
    /// The agreement's number.
    public var agreement: Int
    /// Streams that the job goes through.
    public var streamsToDecide: Int
    /// Version of the share set after the agreement was made.
    public var version: Int

    /// Describes the receipt.
    public init(agreement: Int, streamsToDecide: Int, version: Int) {
        self.agreement = agreement
        self.streamsToDecide = streamsToDecide
        self.version = version
    }
}
