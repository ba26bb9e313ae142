/// Something to withdraw from a peer: the body of `ControlRoute.withdrawShare`.
public struct ShareWithdrawal: Codable, Sendable, Hashable {
    /// The peer's name.
    public var peer: String
    /// Names of the compartments; empty for all.
    public var compartments: [String]
    /// The one patient whose streams are withdrawn, as a UUID; absent for all patients.
    public var patient: String?
    /// Why, for the audit log; it is not sent to the peer.
    public var reason: String

    /// Describes the withdrawal.
    public init(peer: String, compartments: [String] = [], patient: String? = nil, reason: String) {
        self.peer = peer
        self.compartments = compartments
        self.patient = patient
        self.reason = reason
    }

    /// Checks the form of what was typed.
    ///
    /// - Throws: `.badRequest`, which repeats nothing of it.
    public func check() throws(ControlFailure) {
        guard RequestText.isLine(reason, bytesMax: 500) else { throw .reasonIsMissing }
    }
}

/// What a withdrawal did: it binds from now on.
public struct WithdrawalReceipt: Codable, Sendable, Hashable {
    /// The withdrawal's number on this node.
    public var withdrawal: Int
    /// Streams that the peer no longer gets.
    public var streams: Int
    /// The policy version that it made.
    public var policyVersion: Int

    /// Describes the receipt.
    public init(withdrawal: Int, streams: Int, policyVersion: Int) {
        self.withdrawal = withdrawal
        self.streams = streams
        self.policyVersion = policyVersion
    }
}
