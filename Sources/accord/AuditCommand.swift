import ArgumentParser

/// `accord audit`: the log of what was done, shown and disclosed.
struct AuditCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "audit",
        abstract: "Look into the audit log, check it and hand it on.",
        discussion: """
            Checks end with 0 if the log is intact, 1 if there is evidence of tampering or \
            disagreement, 2 if something is missing that the check needs.

            Example: accord audit verify
            """,
        subcommands: [
            AuditTailCommand.self, AuditSearchCommand.self, AuditAccountingCommand.self,
            AuditVerifyCommand.self, AuditProveCommand.self, AuditConsistencyCommand.self,
            AuditWitnessCommand.self, AuditHoldCommand.self, AuditExportCommand.self,
        ])
}
