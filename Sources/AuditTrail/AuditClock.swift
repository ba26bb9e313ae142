/// How far the time of an entry is to be trusted.
public enum AuditClock: String, Sendable, CaseIterable {
    /// A time service has set the machine's clock.
    case synchronised
    /// Nothing says so.
    case unsynchronised
    /// The clock was stepped within the last hour, or a forward step is not followed.
    case stepped
}
