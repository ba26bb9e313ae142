/// What the control socket offers: one case per method and path.
///
/// Paths never change with their parameters: whatever names a patient travels in a body, because
/// paths are logged and bodies are not (`security.md` §6).
public enum ControlRoute: String, Sendable, Hashable, CaseIterable {
    /// Answers `NodeStatus`.
    case status
    /// Takes the bytes of one file and answers `ImportLine`s; its query is `ImportOptions`.
    case importFile
    /// Answers an array of `PeerSummary`.
    case listPeers
    /// Takes `PeerAddition` and answers `PeerSummary`.
    case addPeer
    /// Takes `PeerReference` and answers `PeerDetail`.
    case showPeer
    /// Takes `PeerPause` and answers `PeerDetail`.
    case pausePeer
    /// Takes `PeerLimit` and answers `PeerDetail`.
    case limitPeer
    /// Answers an array of `ShareSummary` by agreement number; its query is `ShareFilter`.
    case listShares
    /// Takes `ShareGrant` and answers `ShareReceipt`.
    case grantShare
    /// Answers an array of `WithdrawalSummary`, the newest first.
    case listWithdrawals
    /// Takes `ShareWithdrawal` and answers `WithdrawalReceipt`.
    case withdrawShare
    /// Takes `ShareQuestion` and answers `ShareExplanation`.
    case explainShare
    /// Takes `AskRequest` and answers `AskReceipt`.
    case ask
    /// Answers an array of `QuarantineItem`, the oldest first; its query is `QuarantineFilter`.
    case listQuarantine
    /// Takes `QuarantineReference` and answers `QuarantineDetail`.
    case showQuarantine
    /// Takes `QuarantineRetryRequest` and answers `QuarantineRetry`.
    case retryQuarantine
    /// Takes `QuarantineClosing` and answers `QuarantineItem`.
    case closeQuarantine
    /// Takes an empty body: the clock's forward step is right. Answers `ClockStatus`.
    case confirmClock
    /// Takes `PatientQuery` and answers an array of `PatientMatch`.
    case findPatients
    /// Takes `PatientReference` and answers `PatientRecord`.
    case showPatient
    /// Takes `TimelineRequest` and answers an array of `TimelineEntry`, the newest first.
    case patientTimeline
    /// Takes `PlanReference` and answers an array of `MergedPlan`.
    case showPlan
    /// Takes `PlanHistoryRequest` and answers `PlanHistory`.
    case planHistory
    /// Takes `PlanDifferenceRequest` and answers `PlanDifference`.
    case planDifference
    /// Takes `ConflictFilter` and answers an array of `ConflictItem`, the most demanding first.
    case listConflicts
    /// Takes `ConflictReference` and answers `ConflictDetail`.
    case showConflict
    /// Takes `ConflictResolution` and answers `ConflictResolved`.
    case resolveConflict
    /// Takes `AuditTail` and answers an array of `AuditLogEntry`, ascending.
    case tailAudit
    /// Takes `AuditSearch` and answers an array of `AuditLogEntry`, the newest first.
    case searchAudit
    /// Takes `AccountingQuery` and answers `Accounting`.
    case accountDisclosures
    /// Takes `AccountingSuspension` and answers `AccountingSuspensionState`.
    case suspendAccounting
    /// Takes `AuditCheck` and answers `AuditVerdict`.
    case verifyAudit
    /// Takes `AuditReference` and answers `AuditNote`: the proof of an entry.
    case proveAudit
    /// Takes `AuditComparison` and answers `AuditVerdict`.
    case compareAudit
    /// Answers `AuditNote`: the newest signed head.
    case auditHead
    /// Answers `WitnessReport`.
    case auditWitnesses
    /// Takes `AuditHoldOrder` and answers `AuditHoldState`.
    case holdAudit
    /// Takes `AuditPruning` and answers `AuditPruned`.
    case pruneAudit
    /// Takes `AuditExportOrder` and answers `AuditExportLine`s.
    case exportAudit

    /// The HTTP methods that occur.
    public enum Method: String, Sendable, Hashable {
        /// Reads; has no body.
        case get = "GET"
        /// Has a body.
        case post = "POST"
    }

    /// The path, without query.
    public var path: String {
        switch self {
        case .status: "/v1/status"
        case .importFile: "/v1/import"
        case .listPeers, .addPeer: "/v1/peers"
        case .showPeer: "/v1/peers/show"
        case .pausePeer: "/v1/peers/pause"
        case .limitPeer: "/v1/peers/limit"
        case .listShares, .grantShare: "/v1/shares"
        case .listWithdrawals: "/v1/shares/withdrawals"
        case .withdrawShare: "/v1/shares/withdraw"
        case .explainShare: "/v1/shares/explain"
        case .ask: "/v1/ask"
        case .listQuarantine: "/v1/quarantine"
        case .showQuarantine: "/v1/quarantine/show"
        case .retryQuarantine: "/v1/quarantine/retry"
        case .closeQuarantine: "/v1/quarantine/close"
        case .confirmClock: "/v1/clock/confirm"
        case .findPatients: "/v1/patients/find"
        case .showPatient: "/v1/patients/show"
        case .patientTimeline: "/v1/patients/timeline"
        case .showPlan: "/v1/plans/show"
        case .planHistory: "/v1/plans/history"
        case .planDifference: "/v1/plans/diff"
        case .listConflicts: "/v1/conflicts/list"
        case .showConflict: "/v1/conflicts/show"
        case .resolveConflict: "/v1/conflicts/resolve"
        case .tailAudit: "/v1/audit/tail"
        case .searchAudit: "/v1/audit/search"
        case .accountDisclosures: "/v1/audit/accounting"
        case .suspendAccounting: "/v1/audit/accounting/suspend"
        case .verifyAudit: "/v1/audit/verify"
        case .proveAudit: "/v1/audit/prove"
        case .compareAudit: "/v1/audit/compare"
        case .auditHead: "/v1/audit/head"
        case .auditWitnesses: "/v1/audit/witnesses"
        case .holdAudit: "/v1/audit/hold"
        case .pruneAudit: "/v1/audit/prune"
        case .exportAudit: "/v1/audit/export"
        }
    }

    /// The method that this route is called with.
    public var method: Method {
        switch self {
        case .status, .listPeers, .listShares, .listWithdrawals, .listQuarantine, .auditHead,
            .auditWitnesses:
            .get
        case .importFile, .addPeer, .showPeer, .pausePeer, .limitPeer, .grantShare, .withdrawShare,
            .explainShare, .ask, .showQuarantine, .retryQuarantine, .closeQuarantine,
            .confirmClock, .findPatients, .showPatient, .patientTimeline, .showPlan,
            .planHistory, .planDifference, .listConflicts, .showConflict, .resolveConflict,
            .tailAudit, .searchAudit,
            .accountDisclosures, .verifyAudit, .proveAudit, .compareAudit, .suspendAccounting,
            .holdAudit, .pruneAudit, .exportAudit:
            .post
        }
    }

    /// Finds the route of a request line.
    ///
    /// - Parameters:
    ///   - method: the method in capitals.
    ///   - target: path and query as sent; what follows the first `?` does not matter.
    /// - Throws: `.unknownRoute`, or `.methodNotAllowed` if the path exists under another method.
    public static func find(
        method: String, target: String
    ) throws(ControlFailure) -> ControlRoute {
        let path = target.prefix { $0 != "?" }
        let candidates = allCases.filter { $0.path == path }
        if let route = candidates.first(where: { $0.method.rawValue == method }) { return route }
        throw candidates.isEmpty
            ? ControlFailure(
                code: .unknownRoute, message: "This node does not know the request.",
                next: "Install the same version of accord and accordd.")
            : ControlFailure(
                code: .methodNotAllowed, message: "The path is not called with this method.",
                next: "Install the same version of accord and accordd.")
    }
}
