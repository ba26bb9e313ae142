import ArgumentParser
import Testing

@testable import accord

@Suite("--help")
struct HelpTests {
    static let commands: [(name: String, type: any ParsableCommand.Type)] = [
        ("accord", Accord.self), ("accord-init", InitCommand.self),
        ("accord-status", StatusCommand.self), ("accord-import", ImportCommand.self),
        ("accord-peer", PeerCommand.self), ("accord-peer-add", PeerAddCommand.self),
        ("accord-peer-list", PeerListCommand.self), ("accord-peer-show", PeerShowCommand.self),
        ("accord-peer-pause", PeerPauseCommand.self),
        ("accord-peer-resume", PeerResumeCommand.self),
        ("accord-peer-limit", PeerLimitCommand.self), ("accord-share", ShareCommand.self),
        ("accord-share-grant", ShareGrantCommand.self),
        ("accord-share-withdraw", ShareWithdrawCommand.self),
        ("accord-share-list", ShareListCommand.self),
        ("accord-share-explain", ShareExplainCommand.self), ("accord-ask", AskCommand.self),
        ("accord-quarantine", QuarantineCommand.self),
        ("accord-quarantine-list", QuarantineListCommand.self),
        ("accord-quarantine-show", QuarantineShowCommand.self),
        ("accord-quarantine-retry", QuarantineRetryCommand.self),
        ("accord-quarantine-close", QuarantineCloseCommand.self),
        ("accord-audit", AuditCommand.self), ("accord-audit-tail", AuditTailCommand.self),
        ("accord-audit-search", AuditSearchCommand.self),
        ("accord-audit-accounting", AuditAccountingCommand.self),
        ("accord-audit-verify", AuditVerifyCommand.self),
        ("accord-audit-prove", AuditProveCommand.self),
        ("accord-audit-consistency", AuditConsistencyCommand.self),
        ("accord-audit-witness", AuditWitnessCommand.self),
        ("accord-audit-hold", AuditHoldCommand.self),
        ("accord-audit-export", AuditExportCommand.self),
        ("accord-clock", ClockCommand.self), ("accord-clock-show", ClockShowCommand.self),
        ("accord-clock-confirm", ClockConfirmCommand.self), ("accord-patient", PatientCommand.self),
        ("accord-patient-find", PatientFindCommand.self),
        ("accord-patient-show", PatientShowCommand.self),
        ("accord-patient-timeline", PatientTimelineCommand.self),
        ("accord-plan", PlanCommand.self), ("accord-plan-show", PlanShowCommand.self),
        ("accord-plan-history", PlanHistoryCommand.self),
        ("accord-plan-diff", PlanDiffCommand.self),
        ("accord-conflict", ConflictCommand.self),
        ("accord-conflict-list", ConflictListCommand.self),
        ("accord-conflict-show", ConflictShowCommand.self),
        ("accord-conflict-resolve", ConflictResolveCommand.self),
        ("accord-config", ConfigCommand.self), ("accord-config-check", ConfigCheckCommand.self),
    ]

    @Test("reads as recorded, and has an example", arguments: commands.indices)
    func help(index: Int) throws {
        let (name, type) = Self.commands[index]
        let text = Accord.helpMessage(for: type, columns: 80)
        #expect(text.contains("Example: accord"))
        try Snapshot(name: "help-\(name)").expect(text)
    }

    @Test("covers every command that there is")
    func coverage() {
        var types: [any ParsableCommand.Type] = [Accord.self]
        var index = 0
        while index < types.count {
            types += types[index].configuration.subcommands
            index += 1
        }
        #expect(types.count == Self.commands.count)
    }
}
