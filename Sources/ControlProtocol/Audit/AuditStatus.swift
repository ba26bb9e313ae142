/// How far the audit log is signed and witnessed: part of `NodeStatus`.
public struct AuditStatus: Codable, Sendable, Hashable {
    /// Entries of the log.
    public var entries: Int
    /// When it was signed last, in milliseconds since 1970 UTC; absent before the first time.
    public var signedMilliseconds: Int64?
    /// Entries that no signed head covers yet.
    public var unsignedEntries: Int
    /// Whole seconds since the oldest signed head that no witness has seen; absent without one.
    public var unwitnessedSeconds: Int?
    /// Whether the log lacks what was signed of it, or holds it otherwise.
    public var isContradicted: Bool

    /// Describes the log.
    public init(
        entries: Int, signedMilliseconds: Int64? = nil, unsignedEntries: Int,
        unwitnessedSeconds: Int? = nil, isContradicted: Bool
    ) {
        self.entries = entries
        self.signedMilliseconds = signedMilliseconds
        self.unsignedEntries = unsignedEntries
        self.unwitnessedSeconds = unwitnessedSeconds
        self.isContradicted = isContradicted
    }
}
