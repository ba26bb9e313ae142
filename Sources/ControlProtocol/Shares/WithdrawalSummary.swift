/// A withdrawal and who has acknowledged it: an item of the answer of
/// `ControlRoute.listWithdrawals`.
public struct WithdrawalSummary: Codable, Sendable, Hashable {
    /// The withdrawal's number on this node.
    public var withdrawal: Int
    /// The peer that it is made against.
    public var peer: String
    /// Names of the compartments; empty for all.
    public var compartments: [String]
    /// The one patient, as a UUID; absent for all patients.
    public var patient: String?
    /// The administrator's reason.
    public var reason: String
    /// When it was made, in milliseconds since 1970 UTC.
    public var madeMilliseconds: Int64
    /// Streams that it takes away.
    public var streams: Int
    /// How far it is.
    public var state: State
    /// What came back, by the peers' names.
    public var acknowledgements: [WithdrawalAcknowledgement]

    /// Describes a withdrawal.
    public init(
        withdrawal: Int, peer: String, compartments: [String], patient: String? = nil,
        reason: String, madeMilliseconds: Int64, streams: Int, state: State,
        acknowledgements: [WithdrawalAcknowledgement]
    ) {
        self.withdrawal = withdrawal
        self.peer = peer
        self.compartments = compartments
        self.patient = patient
        self.reason = reason
        self.madeMilliseconds = madeMilliseconds
        self.streams = streams
        self.state = state
        self.acknowledgements = acknowledgements
    }

    /// How far a withdrawal is. It binds in every state.
    public enum State: String, Codable, Sendable, Hashable, CaseIterable {
        /// It binds; its rows are not removed yet.
        case binding
        /// Its rows are being removed, and its notices sent.
        case removing
        /// Its rows are removed and every notice is acknowledged.
        case done
    }
}

/// How a peer answered the notices of a withdrawal.
public struct WithdrawalAcknowledgement: Codable, Sendable, Hashable {
    /// The peer's name.
    public var peer: String
    /// Notices that are meant for it.
    public var notices: Int
    /// Of these, those that it acknowledged.
    public var acknowledged: Int
    /// Of these, those that it refused.
    public var refused: Int
    /// Its latest answer, in milliseconds since 1970 UTC.
    public var lastMilliseconds: Int64?

    /// Describes the answers.
    public init(
        peer: String, notices: Int, acknowledged: Int, refused: Int, lastMilliseconds: Int64? = nil
    ) {
        self.peer = peer
        self.notices = notices
        self.acknowledged = acknowledged
        self.refused = refused
        self.lastMilliseconds = lastMilliseconds
    }

    /// Notices without any answer.
    public var open: Int { notices - acknowledged - refused }
}
