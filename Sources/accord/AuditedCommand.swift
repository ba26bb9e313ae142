import ArgumentParser
import ControlProtocol

/// A command that says which audit entries it makes (`Protocols/audit-log-v1.md` §2). There is no
/// default: a new command has to say, here.
protocol AuditedCommand: ParsableCommand {
    /// The kinds of entries; none for what neither changes anything nor shows anything of a patient
    /// or of the log.
    static var auditKinds: [String] { get }
}

// The site's first entry.
extension InitCommand: AuditedCommand { static let auditKinds = ["origin"] }
// Reads a file.
extension ConfigCheckCommand: AuditedCommand { static let auditKinds: [String] = [] }

extension StatusCommand: AuditedCommand {
    static let auditKinds = ControlRoute.status.auditKinds
}
extension ImportCommand: AuditedCommand {
    static let auditKinds = ControlRoute.importFile.auditKinds
}
extension PeerAddCommand: AuditedCommand {
    static let auditKinds = ControlRoute.addPeer.auditKinds
}
extension PeerListCommand: AuditedCommand {
    static let auditKinds = ControlRoute.listPeers.auditKinds
}
extension PeerShowCommand: AuditedCommand {
    static let auditKinds = ControlRoute.showPeer.auditKinds
}
extension PeerPauseCommand: AuditedCommand {
    static let auditKinds = ControlRoute.pausePeer.auditKinds
}
extension PeerResumeCommand: AuditedCommand {
    static let auditKinds = ControlRoute.pausePeer.auditKinds
}
extension PeerLimitCommand: AuditedCommand {
    static let auditKinds = ControlRoute.limitPeer.auditKinds
}
extension ShareGrantCommand: AuditedCommand {
    static let auditKinds = ControlRoute.grantShare.auditKinds
}
extension ShareWithdrawCommand: AuditedCommand {
    static let auditKinds = ControlRoute.withdrawShare.auditKinds
}
extension ShareListCommand: AuditedCommand {
    static let auditKinds = ControlRoute.listShares.auditKinds
}
extension ShareExplainCommand: AuditedCommand {
    static let auditKinds = ControlRoute.explainShare.auditKinds
}
extension AskCommand: AuditedCommand {
    static let auditKinds = ControlRoute.ask.auditKinds
}
extension QuarantineListCommand: AuditedCommand {
    static let auditKinds = ControlRoute.listQuarantine.auditKinds
}
extension QuarantineShowCommand: AuditedCommand {
    static let auditKinds = ControlRoute.showQuarantine.auditKinds
}
extension QuarantineRetryCommand: AuditedCommand {
    static let auditKinds = ControlRoute.retryQuarantine.auditKinds
}
extension QuarantineCloseCommand: AuditedCommand {
    static let auditKinds = ControlRoute.closeQuarantine.auditKinds
}
extension AuditTailCommand: AuditedCommand {
    static let auditKinds = ControlRoute.tailAudit.auditKinds
}
extension AuditSearchCommand: AuditedCommand {
    static let auditKinds = ControlRoute.searchAudit.auditKinds
}
extension AuditAccountingCommand: AuditedCommand {
    static let auditKinds =
        ControlRoute.accountDisclosures.auditKinds + ControlRoute.suspendAccounting.auditKinds
}
extension AuditVerifyCommand: AuditedCommand {
    static let auditKinds = ControlRoute.verifyAudit.auditKinds
}
extension AuditProveCommand: AuditedCommand {
    static let auditKinds = ControlRoute.proveAudit.auditKinds
}
extension AuditConsistencyCommand: AuditedCommand {
    static let auditKinds = ControlRoute.compareAudit.auditKinds
}
extension AuditWitnessCommand: AuditedCommand {
    static let auditKinds = ControlRoute.auditWitnesses.auditKinds
}
extension AuditHoldCommand: AuditedCommand {
    static let auditKinds = ControlRoute.holdAudit.auditKinds
}
extension AuditExportCommand: AuditedCommand {
    static let auditKinds =
        ControlRoute.exportAudit.auditKinds + ControlRoute.pruneAudit.auditKinds
}
extension ClockShowCommand: AuditedCommand {
    static let auditKinds = ControlRoute.status.auditKinds
}
extension ClockConfirmCommand: AuditedCommand {
    static let auditKinds = ControlRoute.confirmClock.auditKinds
}
extension PatientFindCommand: AuditedCommand {
    static let auditKinds = ControlRoute.findPatients.auditKinds
}
extension PatientShowCommand: AuditedCommand {
    static let auditKinds = ControlRoute.showPatient.auditKinds
}
extension PatientTimelineCommand: AuditedCommand {
    static let auditKinds = ControlRoute.patientTimeline.auditKinds
}
extension PlanShowCommand: AuditedCommand {
    static let auditKinds = ControlRoute.showPlan.auditKinds
}
extension PlanHistoryCommand: AuditedCommand {
    static let auditKinds = ControlRoute.planHistory.auditKinds
}
extension PlanDiffCommand: AuditedCommand {
    static let auditKinds = ControlRoute.planDifference.auditKinds
}
extension ConflictListCommand: AuditedCommand {
    static let auditKinds = ControlRoute.listConflicts.auditKinds
}
extension ConflictShowCommand: AuditedCommand {
    static let auditKinds = ControlRoute.showConflict.auditKinds
}
extension ConflictResolveCommand: AuditedCommand {
    static let auditKinds = ControlRoute.resolveConflict.auditKinds
}
