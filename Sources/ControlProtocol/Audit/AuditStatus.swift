/// How far the audit log is signed and witnessed: part of `NodeStatus`.
public struct AuditStatus: Codable, Sendable, Hashable {
    /// How long heads may wait for a quorum before the log counts as unwitnessed, in seconds.
    public static let unwitnessedSecondsMax = 600

    /// Entries of the log.
    public var entries: Int
    /// When it was signed last, in milliseconds since 1970 UTC; absent before the first time.
    public var signedMilliseconds: Int64?
    /// Entries that no signed head covers yet.
    public var unsignedEntries: Int
    /// Peers and configured witnesses that could cosign its heads.
    public var witnesses: Int
    /// Those of them that have cosigned as far as a quorum has.
    public var witnessed: Int
    /// Entries that no quorum has cosigned yet.
    public var unwitnessedEntries: Int
    /// Whole seconds since the oldest signed head that no quorum has cosigned; absent without one.
    public var unwitnessedSeconds: Int?
    /// Whether the log lacks what was signed of it, or holds it otherwise.
    public var isContradicted: Bool

    /// The legal hold that is in force; absent without one.
    public var hold: AuditHold?

    /// Describes the log.
    public init(
        entries: Int, signedMilliseconds: Int64? = nil, unsignedEntries: Int, witnesses: Int,
        witnessed: Int, unwitnessedEntries: Int, unwitnessedSeconds: Int? = nil,
        isContradicted: Bool, hold: AuditHold? = nil
    ) {
        self.entries = entries
        self.signedMilliseconds = signedMilliseconds
        self.unsignedEntries = unsignedEntries
        self.witnesses = witnesses
        self.witnessed = witnessed
        self.unwitnessedEntries = unwitnessedEntries
        self.unwitnessedSeconds = unwitnessedSeconds
        self.isContradicted = isContradicted
        self.hold = hold
    }

    /// Whether nothing, or nothing lately, was cosigned by a quorum.
    public var isUnwitnessed: Bool {
        witnessed == 0 || unwitnessedSeconds ?? 0 > Self.unwitnessedSecondsMax
    }
}
