public import ArgumentParser
public import ControlClient
public import ControlProtocol

// Choices that are typed as their raw values.

extension OutputFormat: ExpressibleByArgument {}

extension ImportOptions.Format: ExpressibleByArgument {}

extension AuditQuestion: ExpressibleByArgument {}

extension ShareScope: ExpressibleByArgument {}

extension ShareWithdrawalMode: ExpressibleByArgument {}
