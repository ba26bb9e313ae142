/// Severities, ascending; the raw values are those of swift-log.
public enum NodeLogLevel: String, Sendable, Hashable, CaseIterable {
    /// Every step, for a developer.
    case trace
    /// Decisions, for somebody who looks for a fault.
    case debug
    /// What happened.
    case info
    /// What an administrator may want to know.
    case notice
    /// What will need somebody.
    case warning
    /// What failed.
    case error
    /// What endangers the record.
    case critical
}
