public import ControlProtocol

extension NodeControl {
    /// The sharing agreements with one peer, or with all, and the withdrawals that concern it.
    public func shares(_ filter: ShareFilter) async throws -> ShareOverview {
        let agreements = try await exchange(
            .listShares, target: filter.target, answer: [ShareSummary].self)
        let withdrawals = try await call(.listWithdrawals, answer: [WithdrawalSummary].self)
        return ShareOverview(agreements: agreements, withdrawals: withdrawals, peer: filter.peer)
    }

    /// Makes a sharing agreement; a job of the node then goes through the streams.
    public func grantShare(_ grant: ShareGrant) async throws -> ShareReceipt {
        try await call(.grantShare, grant, answer: ShareReceipt.self)
    }

    /// Withdraws from a peer; it binds when this returns.
    public func withdrawShare(_ withdrawal: ShareWithdrawal) async throws -> WithdrawalReceipt {
        try await call(
            .withdrawShare, withdrawal, timeout: .seconds(600), answer: WithdrawalReceipt.self)
    }

    /// Why a peer does or does not receive a patient.
    public func explainShare(_ question: ShareQuestion) async throws -> ShareExplanation {
        try await call(.explainShare, question, answer: ShareExplanation.self)
    }
}
