extension ControlRoute {
    /// The kinds of audit entries that answering this route writes (`Protocols/audit-log-v1.md` §2);
    /// none for what neither changes anything nor shows anything of a patient or of the log.
    ///
    /// There is no default: a new route has to say.
    public var auditKinds: [String] {
        switch self {
        case .importFile: ["write"]
        case .addPeer, .pausePeer, .limitPeer: ["peer"]
        case .grantShare: ["permit"]
        case .withdrawShare: ["withhold"]
        case .explainShare, .showPatient, .patientTimeline, .showPlan, .planHistory,
            .planDifference, .showConflict, .accountDisclosures:
            ["read"]
        case .ask: ["break-glass"]
        case .retryQuarantine, .closeQuarantine: ["quarantine"]
        case .confirmClock: ["clock"]
        case .findPatients, .listConflicts, .tailAudit, .searchAudit: ["search"]
        case .resolveConflict: ["resolve"]
        case .holdAudit, .suspendAccounting: ["hold"]
        case .pruneAudit: ["prune"]
        case .verifyAudit: ["review"]
        case .proveAudit, .exportAudit: ["export"]
        case .status, .listPeers, .showPeer, .listShares, .listWithdrawals, .listQuarantine,
            .showQuarantine, .compareAudit, .auditHead, .auditWitnesses:
            []
        }
    }
}
