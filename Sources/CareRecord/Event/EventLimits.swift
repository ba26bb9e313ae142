/// Protocol constants, never configuration (`sync.md` §2).
public enum EventLimits {
    /// The greatest counter of a dot, so that stores may keep counters in 63 bits.
    public static let counterMax: UInt64 = 1 << 63 - 1
    /// Changes in one event.
    public static let changesMax = 256
    /// Header and values of one event together, in bytes as signed.
    public static let eventBytesMax = 1 << 20
    /// A value above this, in bytes, travels as a blob.
    public static let inlineValueBytesMax = 256 << 10
    /// Events in one chain.
    public static let chainEventsMax: UInt32 = 4_096
    /// Any one text of a header, in UTF-8 bytes.
    public static let headerTextBytesMax = 1_024
    /// References, targets or names of one change.
    public static let changeReferencesMax = 4_096
    /// Replicas that an event may depend on.
    public static let dependenciesMax = 256
}
