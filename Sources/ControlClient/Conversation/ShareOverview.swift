public import ControlProtocol

/// What is shared, and what was withdrawn: the answer of `accord share list`.
public struct ShareOverview: Encodable, Sendable, Hashable {
    /// The agreements, by number.
    public let agreements: [ShareSummary]
    /// The withdrawals, the newest first.
    public let withdrawals: [WithdrawalSummary]

    /// Joins both lists. With a peer's name, of the withdrawals those remain that are made against
    /// it or that it was told of.
    public init(agreements: [ShareSummary], withdrawals: [WithdrawalSummary], peer: String? = nil) {
        self.agreements = agreements
        self.withdrawals = withdrawals.filter { withdrawal in
            guard let peer else { return true }
            return withdrawal.peer == peer
                || withdrawal.acknowledgements.contains { $0.peer == peer }
        }
    }
}
